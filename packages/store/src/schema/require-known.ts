import { EditedMigrationError, NewerLedgerError, UnknownMigrationError } from "../errors.ts";
import type { AppliedMigration } from "./applied-migrations.ts";
import type { Engine } from "./engine.ts";
import { newestOf, type Version } from "./version.ts";

/**
 * Refuses a ledger whose migrations are not the first of this version's.
 *
 * @throws NewerLedgerError, UnknownMigrationError, EditedMigrationError
 */
export function requireKnown(applied: readonly AppliedMigration[], version: Version, engine: Engine): void {
  const last = applied.at(-1);
  const newest = newestOf(version);
  if (last !== undefined && last.name > newest) throw new NewerLedgerError(last.name, newest);
  const known = Object.keys(version.migrations);
  for (const [index, { name, hash }] of applied.entries()) {
    if (known[index] !== name) throw new UnknownMigrationError(name, known[index] as string);
    if (hash !== null && hash.toString("hex") !== version.hashes[name]?.[engine]) {
      throw new EditedMigrationError(name);
    }
  }
}
