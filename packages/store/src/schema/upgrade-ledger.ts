import type { Kysely } from "kysely";
import {
  BlockedUpgradeError,
  EditedMigrationError,
  LockedUpgradeError,
  NewerLedgerError,
  OtherStructureError,
  UnknownMigrationError,
  UpgradeError,
} from "../errors.ts";
import type { Schema } from "../tables.ts";
import { type AppliedMigration, appliedMigrations } from "./applied-migrations.ts";
import { applyUpgrade, type Upgrade } from "./apply-upgrade.ts";
import { engineOf } from "./engine.ts";
import { errorCode } from "./error-code.ts";
import { exclusively, LOCK_TIMEOUT_MS } from "./exclusively.ts";
import { lockHolders } from "./lock-holders.ts";
import { requireKnown } from "./require-known.ts";
import { FailedStep } from "./upgrade-step.ts";
import { newestOf, THIS_VERSION, type Version } from "./version.ts";
import { hasViews } from "./view-state.ts";

export interface UpgradeOptions {
  /** Default: this one. */
  version?: Version;
  /** How long it waits for what others hold, on PostgreSQL; default 30 s. */
  lockTimeoutMs?: number;
  /** Everything is done, and taken back. */
  rollBack?: boolean;
}

/** The errors that say all there is to say. */
const PLAIN = [
  BlockedUpgradeError,
  EditedMigrationError,
  LockedUpgradeError,
  NewerLedgerError,
  OtherStructureError,
  UnknownMigrationError,
  UpgradeError,
] as const;

/** Whether an error says by itself why a ledger is not upgraded. */
export const isUpgradeRefusal = (error: unknown): error is Error =>
  PLAIN.some((refusal) => error instanceof refusal);

/** Takes a transaction back that did what it was to try. */
class RolledBack extends Error {
  readonly upgrade: Upgrade;

  constructor(upgrade: Upgrade) {
    super("Rolled back.");
    this.upgrade = upgrade;
  }
}

/** Whether tables and views are those of a version. */
async function isUpToDate(
  db: Kysely<Schema>,
  applied: readonly AppliedMigration[],
  version: Version,
): Promise<boolean> {
  const engine = engineOf(db);
  requireKnown(applied, version, engine);
  if (applied.length < Object.keys(version.migrations).length) return false;
  return applied.every(({ hash }) => hash !== null) && (await hasViews(db, version.views(engine)));
}

/** PostgreSQL's lock_not_available, SQLite's busy. */
const LOCKED = new Set(["55P03", "SQLITE_BUSY"]);

async function refusalOf(
  db: Kysely<Schema>,
  error: unknown,
  from: string | null,
  to: string,
): Promise<unknown> {
  const cause = error instanceof FailedStep ? error.cause : error;
  if (isUpgradeRefusal(cause)) return cause;
  if (LOCKED.has(String(errorCode(cause)))) {
    return new LockedUpgradeError(engineOf(db) === "postgres" ? await lockHolders(db) : []);
  }
  return error instanceof FailedStep ? new UpgradeError(from, to, error.step, cause) : error;
}

/**
 * Brings tables and views up to date, all or nothing: migrations, views, rights, hashes and kept sums are one
 * transaction. Where nothing has changed nothing is locked: an analyst's long query and the nightly do not wait for each
 * other. Of several that start at once, one does it and the others wait.
 *
 * @returns what was done; null where the ledger was up to date
 * @throws NewerLedgerError, UnknownMigrationError, EditedMigrationError, OtherStructureError, BlockedUpgradeError,
 *   LockedUpgradeError, UpgradeError
 */
export async function upgradeLedger(
  db: Kysely<Schema>,
  options: UpgradeOptions = {},
): Promise<Upgrade | null> {
  const { version = THIS_VERSION, lockTimeoutMs = LOCK_TIMEOUT_MS, rollBack = false } = options;
  const applied = await appliedMigrations(db);
  if (await isUpToDate(db, applied, version)) return null;
  // what fails outside a step that has a name of its own
  let step: string | null = null;
  try {
    return await exclusively(db, lockTimeoutMs, async (tx) => {
      // while this one waited, another may have done it
      if (await isUpToDate(tx, await appliedMigrations(tx), version)) return null;
      step = "comparing tables and views";
      const upgrade = await applyUpgrade(tx, version);
      if (rollBack) throw new RolledBack(upgrade);
      step = "the commit";
      return upgrade;
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.upgrade;
    const failed = step === null || error instanceof FailedStep ? error : new FailedStep(step, error);
    throw await refusalOf(db, failed, applied.at(-1)?.name ?? null, newestOf(version));
  }
}
