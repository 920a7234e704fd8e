import { Kysely } from "kysely";
import { NoLedgerError } from "../errors.ts";
import { connect, ledgerIsThere, unreadable } from "../open.ts";
import { shownPlace } from "../place.ts";
import type { Schema } from "../tables.ts";
import { appliedMigrations } from "./applied-migrations.ts";
import type { Upgrade } from "./apply-upgrade.ts";
import { isUpgradeRefusal, type UpgradeOptions, upgradeLedger } from "./upgrade-ledger.ts";
import { THIS_VERSION } from "./version.ts";

async function withConnection<T>(place: string, work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
  if (!(await ledgerIsThere(place))) throw new NoLedgerError(shownPlace(place));
  let opened: Kysely<Schema> | undefined;
  try {
    opened = new Kysely<Schema>({ dialect: connect(place).dialect });
    return await work(opened);
  } catch (error) {
    throw unreadable(place, error);
  } finally {
    await opened?.destroy();
  }
}

/**
 * Brings the schema of a ledger up to date that is there.
 *
 * @returns what was done; null where it was up to date
 * @throws NoLedgerError, UnreadableLedgerError, and what `upgradeLedger` does
 */
export const migrateLedger = async (place: string, options: UpgradeOptions = {}): Promise<Upgrade | null> =>
  await withConnection(place, (db) => upgradeLedger(db, options));

/** How a ledger's schema stands to this version's. */
export interface SchemaCheck {
  /** How many migrations it has been through, and how many there are. */
  applied: number;
  known: number;
  /** What an upgrade would do; null where there is nothing to do, or where it would not go through. */
  upgrade: Upgrade | null;
  /** Why an upgrade would not go through; null where it would. */
  refusal: Error | null;
}

/**
 * Tries an upgrade in a transaction that is rolled back.
 *
 * @throws NoLedgerError, UnreadableLedgerError
 */
export async function checkMigration(place: string, options: UpgradeOptions = {}): Promise<SchemaCheck> {
  const { version = THIS_VERSION } = options;
  return await withConnection(place, async (db) => {
    const counts = {
      applied: (await appliedMigrations(db)).length,
      known: Object.keys(version.migrations).length,
    };
    try {
      return { ...counts, upgrade: await upgradeLedger(db, { ...options, rollBack: true }), refusal: null };
    } catch (error) {
      if (!isUpgradeRefusal(error)) throw error;
      return { ...counts, upgrade: null, refusal: error };
    }
  });
}
