import { checkMigration, ledgerIsThere, shownPlace } from "@nightledger/store";
import { schemaText } from "../commands/migrate/upgrade-text.ts";
import { type Finding, findingOf } from "./finding.ts";

/** So long a check waits for others who use the ledger. */
const LOCK_TIMEOUT_MS = 2000;

/** Is the schema this version's, and if not, does its upgrade go through? Tried, and taken back. */
export async function schemaFinding(database: string): Promise<Finding | null> {
  if (!(await ledgerIsThere(database).catch(() => false))) return null;
  return await findingOf("schema", shownPlace(database), async () => {
    const state = await checkMigration(database, { lockTimeoutMs: LOCK_TIMEOUT_MS });
    const { upgrade, refusal } = state;
    if (refusal?.name === "LockedUpgradeError") {
      const detail = `${schemaText(state)} Whether an upgrade goes through could not be tried: ${refusal.message}`;
      return { status: "warning", detail };
    }
    if (refusal !== null) return { status: "failed", detail: `${schemaText(state)} ${refusal.message}` };
    if (upgrade === null) return `${schemaText(state)} It is up to date.`;
    const detail = `${schemaText(state)} The upgrade goes through: the next ingest does it, or "nightledger migrate" now.`;
    return { status: "warning", detail };
  });
}

/** Whether what reads the views of this version can be asked of the ledger. */
export const isCurrent = (schema: Finding | null): boolean => schema === null || schema.status === "ok";
