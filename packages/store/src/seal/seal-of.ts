import type { Ledger, Reader } from "../open.ts";
import { tablesOf } from "./tables-of.ts";

/** A run's seal as it is shown, to be kept elsewhere. */
export interface Seal {
  runId: number;
  /** The run's link of the chain, in hexadecimal: it stands for this run and all before it. */
  hash: string;
}

/** The seal of a run, or of the newest sealed one; null where there is none. */
export async function sealOf(ledger: Reader | Ledger, runId?: number): Promise<Seal | null> {
  const seal = await tablesOf(ledger)
    .selectFrom("run_seal")
    .select(["run_id", "chain_hash"])
    .$if(runId !== undefined, (query) => query.where("run_id", "=", runId ?? 0))
    .orderBy("run_id", "desc")
    .limit(1)
    .executeTakeFirst();
  return seal === undefined ? null : { runId: seal.run_id, hash: seal.chain_hash.toString("hex") };
}
