import { EditedMigrationError, NewerLedgerError, UnknownMigrationError } from "../errors.ts";
import type { AppliedMigration } from "./applied-migrations.ts";
import type { Engine } from "./engine.ts";
import { newestOf, type Version } from "./version.ts";

/**
 * Refuses a ledger that has been through a migration which this version does not know, or knows as another.
 *
 * @throws NewerLedgerError, UnknownMigrationError, EditedMigrationError
 */
export function requireKnown(applied: readonly AppliedMigration[], version: Version, engine: Engine): void {
  const last = applied.at(-1);
  const newest = newestOf(version);
  if (last !== undefined && last.name > newest) throw new NewerLedgerError(last.name, newest);
  for (const { name, hash } of applied) {
    if (!Object.hasOwn(version.migrations, name)) throw new UnknownMigrationError(name);
    if (hash !== null && hash.toString("hex") !== version.hashes[name]?.[engine]) {
      throw new EditedMigrationError(name);
    }
  }
}
