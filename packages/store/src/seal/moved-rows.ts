import { type AliasedRawBuilder, type Selectable, sql } from "kysely";
import { MOVED_COLUMNS, type MovedTable } from "../retraction/moved-tables.ts";
import type { Tables } from "../tables.ts";
import type { TablesOnly } from "./lines.ts";

/** Whether a night, or a part of one, was ever taken out: only then are rows looked for elsewhere, too. */
export async function hasRetractions(db: TablesOnly): Promise<boolean> {
  const found = await db.selectFrom("retraction").select("id").limit(1).executeTakeFirst();
  return found !== undefined;
}

/** A row, and the retraction that has moved it; 0 is none. Rows belong together where that is the same. */
type EverRow<T extends MovedTable> = Selectable<Tables[T]> & { moved_by: number };

/** The rows of a table, those that a retraction has moved included: a run's seal covers them wherever they are. */
export function everRowOf<T extends MovedTable, A extends string>(
  table: T,
  alias: A,
  isRetracted: boolean,
): AliasedRawBuilder<EverRow<T>, A> {
  const columns = sql.join(MOVED_COLUMNS[table].map((column) => sql.ref(column)));
  const rows = isRetracted
    ? sql<EverRow<T>>`(SELECT ${columns}, 0 AS moved_by FROM ${sql.table(table)}
        UNION ALL SELECT ${columns}, retraction_id AS moved_by FROM ${sql.table(`retracted_${table}`)})`
    : sql<EverRow<T>>`(SELECT ${columns}, 0 AS moved_by FROM ${sql.table(table)})`;
  return rows.as(alias);
}

/** The gaps that stood when a run ended: those that a later retraction has moved included, those of an earlier one not. */
export function gapsAtEndOf<A extends string>(
  runId: number,
  alias: A,
  isRetracted: boolean,
): AliasedRawBuilder<Selectable<Tables["gap"]>, A> {
  const columns = sql.join(MOVED_COLUMNS.gap.map((column) => sql.ref(`m.${column}`)));
  const rows = isRetracted
    ? sql<Selectable<Tables["gap"]>>`(SELECT ${columns} FROM gap m
        UNION ALL SELECT ${columns} FROM retracted_gap m JOIN retraction r ON r.id = m.retraction_id
        WHERE r.run_id > ${runId})`
    : sql<Selectable<Tables["gap"]>>`gap`;
  return rows.as(alias);
}
