import type { Transaction } from "kysely";
import { sealLedger } from "../audit/seal-ledger.ts";
import type { Schema } from "../tables.ts";
import { chainHash } from "./chain-hash.ts";
import { hashLines } from "./lines.ts";
import { runFacts } from "./run-facts.ts";
import { runGaps } from "./run-gaps.ts";

/** Seals a run that has ended, in the transaction that ends it: its rows are hashed, and chained to the run before. */
export async function sealRun(tx: Transaction<Schema>, runId: number): Promise<void> {
  const run = await tx.selectFrom("run").selectAll().where("id", "=", runId).executeTakeFirstOrThrow();
  const last = await tx
    .selectFrom("run_seal")
    .select("chain_hash")
    .where("run_id", "<", runId)
    .orderBy("run_id", "desc")
    .limit(1)
    .executeTakeFirst();
  const factsHash = await hashLines(runFacts(tx, run));
  const gapsHash = await hashLines(runGaps(tx, run));
  const chain_hash = chainHash({ previous: last?.chain_hash ?? null, run, factsHash, gapsHash });
  await tx
    .insertInto("run_seal")
    .values({ run_id: runId, facts_hash: factsHash, gaps_hash: gapsHash, chain_hash })
    .execute();
  await sealLedger(tx, runId);
}
