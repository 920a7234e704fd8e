import { subscribe } from "node:diagnostics_channel";
import { DEFAULT_LIMITS, openCloud, openNetwork, Secret } from "@nightledger/core";
import { type Ledger, openLedger } from "@nightledger/store";
import { ingest } from "../ingest.ts";
import type { IngestJob, IngestResult } from "../job.ts";

/** What a run in a process of its own is told: `node one-run.ts JSON`. For tests. */
export interface OneRun {
  url: string;
  accounts: readonly { name: string; ak: string; sk: string }[];
  /** The ledger's file. */
  path: string;
  dataDate: string;
  /** The step at which it ends: it kills itself, or says that it is there and goes on until it is killed. */
  end?: { step: number; by: "itself" | "another" };
}

/** What it tells. */
export type Told =
  | { reached: number }
  | { done: IngestResult; steps: number }
  | { failed: { name: string; message: string } };

const run = JSON.parse(process.argv[2] ?? "") as OneRun;
const tell = (told: Told) => process.send?.(told);

/** A step is a call or an answer, a statement or a batch of rows, begun or done: whatever a run consists of. */
let steps = 0;
function step(): void {
  steps += 1;
  if (steps !== run.end?.step) return;
  if (run.end.by === "itself") process.kill(process.pid, "SIGKILL");
  tell({ reached: steps });
}

/** The ledger, with a step before and after all that is done to it. */
function stepping(ledger: Ledger): Ledger {
  const db = ledger.db.withPlugin({
    transformQuery({ node }) {
      step();
      return node;
    },
    async transformResult({ result }) {
      step();
      return result;
    },
  });
  const batchOf: Ledger["batchOf"] = (transaction) =>
    new Proxy(ledger.batchOf(transaction), {
      get(batch, name: keyof ReturnType<Ledger["batchOf"]>) {
        const work = batch[name] as (...given: unknown[]) => Promise<unknown>;
        return async (...given: unknown[]) => {
          step();
          const result = await work.apply(batch, given);
          step();
          return result;
        };
      },
    });
  return { ...ledger, db, batchOf };
}

step();
subscribe("undici:request:create", step);
subscribe("undici:request:trailers", step);
const limits = { ...DEFAULT_LIMITS, retries: 1, retryMinMs: 1, timeoutMs: 10_000 };
const network = openNetwork({ concurrency: 4, limits, quota: null });
const ledger = await openLedger(run.path);
step();
const job: IngestJob = {
  dataDate: run.dataDate,
  accounts: run.accounts.map(({ name, ak, sk }) => ({
    cloud: openCloud({
      account: name,
      credential: { kind: "key", ak, sk: new Secret(sk) },
      endpoints: { iam: run.url, eps: run.url, hss: run.url },
      limits,
      network,
    }),
    enterpriseProjects: "all_granted_eps" as const,
  })),
  concurrency: 4,
  reconcile: "score",
};
try {
  const done = await ingest(stepping(ledger), job);
  step();
  await network.close();
  await ledger.close();
  step();
  tell({ done, steps });
} catch (error) {
  const { name, message } = error as Error;
  tell({ failed: { name, message } });
  await network.close();
}
process.disconnect();
