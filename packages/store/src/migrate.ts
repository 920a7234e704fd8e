import type { Kysely } from "kysely";
import { appliedMigrations } from "./schema/applied-migrations.ts";
import { engineOf } from "./schema/engine.ts";
import { requireKnown } from "./schema/require-known.ts";
import { upgradeLedger } from "./schema/upgrade-ledger.ts";
import { newestOf, THIS_VERSION } from "./schema/version.ts";
import type { Schema } from "./tables.ts";

/** The newest tables that this version knows. */
export const NEWEST_SCHEMA = newestOf(THIS_VERSION);

/** @throws NewerLedgerError, UnknownMigrationError, EditedMigrationError */
export async function refuseNewer(db: Kysely<Schema>): Promise<void> {
  requireKnown(await appliedMigrations(db), THIS_VERSION, engineOf(db));
}

/** Brings the schema up to date. @throws what `upgradeLedger` does */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  await upgradeLedger(db);
}
