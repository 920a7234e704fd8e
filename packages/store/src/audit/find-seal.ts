import type { Ledger, Reader } from "../open.ts";
import { tablesOf } from "../seal/tables-of.ts";

/** A seal that a ledger still has. */
export interface FoundSeal {
  hash: string;
  /** The run that it seals, or the newest one before it. */
  runId: number;
  /** The night of that run, `YYYY-MM-DD`. */
  dataDate: string;
}

/**
 * The seals whose hash begins as given (hexadecimal, in lower case): those over the whole ledger, and the links of the
 * runs, which older versions showed. More than one where the beginning is too short; none where the ledger does not have
 * that history.
 */
export async function findSeals(ledger: Reader | Ledger, prefix: string): Promise<FoundSeal[]> {
  const db = tablesOf(ledger);
  const seals = await db
    .selectFrom("ledger_seal as s")
    .innerJoin("run as r", "r.id", "s.run_id")
    .select(["s.chain_hash", "r.id as runId", "r.data_date as dataDate"])
    .orderBy("s.id")
    .execute();
  const links = await db
    .selectFrom("run_seal as s")
    .innerJoin("run as r", "r.id", "s.run_id")
    .select(["s.chain_hash", "r.id as runId", "r.data_date as dataDate"])
    .orderBy("r.id")
    .execute();
  const found = new Map<string, FoundSeal>();
  for (const { chain_hash, ...place } of [...seals, ...links]) {
    const hash = chain_hash.toString("hex");
    if (hash.startsWith(prefix) && !found.has(hash)) found.set(hash, { hash, ...place });
  }
  return [...found.values()];
}
