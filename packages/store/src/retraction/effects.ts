import { sql, type Transaction } from "kysely";
import type { Schema, Tables } from "../tables.ts";

type Value = string | number | null;
type PlainRow = Readonly<Record<string, Value>>;

/** Tables in which a retraction changes rows that no seal of a run covers; none of them holds bytes. */
export type RepairedTable = Extract<
  keyof Tables,
  | "night"
  | "gap"
  | "unit_period"
  | "name_period"
  | "label_period"
  | "account_period"
  | "exception_period"
  | "exception_target"
>;

/** A condition that holds for this very row. */
const isRow = (row: PlainRow) =>
  sql.join(
    Object.entries(row).map(([column, value]) =>
      value === null ? sql`${sql.ref(column)} IS NULL` : sql`${sql.ref(column)} = ${value}`,
    ),
    sql` AND `,
  );

async function insertRow(tx: Transaction<Schema>, table: RepairedTable, row: PlainRow): Promise<void> {
  const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)));
  await sql`INSERT INTO ${sql.table(table)} (${columns}) VALUES (${sql.join(Object.values(row))})
    ON CONFLICT DO NOTHING`.execute(tx);
}

const deleteRow = async (tx: Transaction<Schema>, table: RepairedTable, row: PlainRow) =>
  await sql`DELETE FROM ${sql.table(table)} WHERE ${isRow(row)}`.execute(tx);

async function updateRow(
  tx: Transaction<Schema>,
  table: RepairedTable,
  { from, to }: { from: PlainRow; to: PlainRow },
): Promise<void> {
  const set = sql.join(Object.entries(to).map(([column, value]) => sql`${sql.ref(column)} = ${value}`));
  await sql`UPDATE ${sql.table(table)} SET ${set} WHERE ${isRow(from)}`.execute(tx);
}

/** Turns one state of a row into another; null is no row. A row that is in neither state any more stays as it is. */
async function apply(
  tx: Transaction<Schema>,
  table: RepairedTable,
  { from, to }: { from: PlainRow | null; to: PlainRow | null },
): Promise<void> {
  if (from === null && to !== null) await insertRow(tx, table, to);
  else if (from !== null && to === null) await deleteRow(tx, table, from);
  else if (from !== null && to !== null) await updateRow(tx, table, { from, to });
}

const parsed = (text: string | null): PlainRow | null => (text === null ? null : JSON.parse(text));
const printed = (row: PlainRow | null): string | null => (row === null ? null : JSON.stringify(row));

/** What one retraction changes besides moving rows, kept so that it can be undone. */
export class Effects {
  readonly #tx: Transaction<Schema>;
  readonly #retractionId: number;

  constructor(tx: Transaction<Schema>, retractionId: number) {
    this.#tx = tx;
    this.#retractionId = retractionId;
  }

  /** Changes a row from `before` to `after`, and notes it. Null is no row. */
  async change(table: RepairedTable, before: PlainRow | null, after: PlainRow | null): Promise<void> {
    await apply(this.#tx, table, { from: before, to: after });
    await this.#tx
      .insertInto("retraction_effect")
      .values({
        retraction_id: this.#retractionId,
        table_name: table,
        before: printed(before),
        after: printed(after),
      })
      .execute();
  }
}

/** Undoes what a retraction changed, the last change first. What a later run has changed since stays. */
export async function undoEffects(tx: Transaction<Schema>, retractionId: number): Promise<void> {
  const effects = await tx
    .selectFrom("retraction_effect")
    .selectAll()
    .where("retraction_id", "=", retractionId)
    .orderBy("id", "desc")
    .execute();
  for (const { table_name, before, after } of effects) {
    await apply(tx, table_name, { from: parsed(after), to: parsed(before) });
  }
}
