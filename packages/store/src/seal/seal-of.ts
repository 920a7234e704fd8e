import type { Ledger, Reader } from "../open.ts";
import { tablesOf } from "./tables-of.ts";

/** A seal as it is shown, to be kept elsewhere. */
export interface Seal {
  /** The run that it seals, or the newest one before it. */
  runId: number;
  /** A link of the chain over the whole ledger, in hexadecimal: it stands for this run and all that was before it. */
  hash: string;
}

/** The head of the chain; null where no run is sealed yet. */
async function headOf(ledger: Reader | Ledger): Promise<Seal | null> {
  const seal = await tablesOf(ledger)
    .selectFrom("ledger_seal")
    .select(["run_id", "chain_hash"])
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  const runId = seal?.run_id ?? null;
  return seal === undefined || runId === null ? null : { runId, hash: seal.chain_hash.toString("hex") };
}

/** The seal of one run; of a run before the chain over the whole ledger, its link in the chain of runs. */
async function sealOfRun(ledger: Reader | Ledger, runId: number): Promise<Seal | null> {
  const db = tablesOf(ledger);
  const seal =
    (await db
      .selectFrom("ledger_seal")
      .select("chain_hash")
      .where("run_id", "=", runId)
      .where("kind", "=", "run")
      .executeTakeFirst()) ??
    (await db.selectFrom("run_seal").select("chain_hash").where("run_id", "=", runId).executeTakeFirst());
  return seal === undefined ? null : { runId, hash: seal.chain_hash.toString("hex") };
}

/** The seal of a run, or the head of the chain; null where there is none. */
export const sealOf = async (ledger: Reader | Ledger, runId?: number): Promise<Seal | null> =>
  runId === undefined ? await headOf(ledger) : await sealOfRun(ledger, runId);
