import { type Dialect, Kysely } from "kysely";
import { OlderLedgerError } from "../errors.ts";
import { isPostgresUrl } from "../place.ts";
import { postgresDialect } from "../postgres.ts";
import { readOnlyDialect } from "../sqlite.ts";
import type { Schema } from "../tables.ts";
import { appliedMigrations } from "./applied-migrations.ts";
import { engineOf } from "./engine.ts";
import { newestOf, THIS_VERSION } from "./version.ts";
import { hasViews } from "./view-state.ts";

/** The last migration of a ledger whose schema is an earlier one; null where it is not, or cannot be seen. */
async function olderSchema(db: Kysely<Schema>): Promise<string | null> {
  try {
    const applied = await appliedMigrations(db);
    const last = applied.at(-1)?.name;
    if (last === undefined || last > newestOf(THIS_VERSION)) return null;
    const isCurrent =
      applied.length === Object.keys(THIS_VERSION.migrations).length &&
      (await hasViews(db, THIS_VERSION.views(engineOf(db))));
    return isCurrent ? null : last;
  } catch {
    // whoever may see views alone sees no tables, and what is not there is said when it is opened
    return null;
  }
}

/**
 * For what reads many views: refuses a ledger that has not been upgraded yet, whose views may lack what is asked of them.
 *
 * @throws OlderLedgerError
 */
export async function requireCurrentSchema(place: string): Promise<void> {
  let db: Kysely<Schema>;
  try {
    const dialect: Dialect = isPostgresUrl(place)
      ? postgresDialect(place, { readOnly: true })
      : readOnlyDialect(place);
    db = new Kysely<Schema>({ dialect });
  } catch {
    return;
  }
  try {
    const last = await olderSchema(db);
    if (last !== null) throw new OlderLedgerError(last, newestOf(THIS_VERSION));
  } finally {
    await db.destroy();
  }
}
