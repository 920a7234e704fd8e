import { type CloudError, ContractError, listSecurityRisk, showRiskScore } from "@nightledger/core";
import { type Ledger, type OfficialScore, type PlannedTarget, recordGap } from "@nightledger/store";
import { cloudErrorOr } from "./cloud-error-or.ts";
import type { ExpectedTarget } from "./expect-targets.ts";
import type { IngestJob } from "./job.ts";
import { NightLoader } from "./night-loader.ts";

/** A target of tonight's plan; `rank` is its place in it, the longest without a snapshot first. */
type Planned = PlannedTarget<ExpectedTarget> & { rank: number };

/** Targets that share a user's quota at one endpoint. Lines do not wait for one another. */
function linesOf(planned: readonly Planned[]): Planned[][] {
  return [...Map.groupBy(planned, (target) => `${target.account} ${target.region}`).values()];
}

/** Gives every planned target an outcome: its night loaded, or the reason why not. */
export async function fetchNight(
  db: Ledger["db"],
  runId: number,
  plan: readonly PlannedTarget<ExpectedTarget>[],
  job: IngestJob,
): Promise<{ fetched: number; problems: Map<string, number> }> {
  const loader = new NightLoader(db);
  const problems = new Map<string, number>();
  const planned = plan.map((target, rank) => ({ ...target, rank }));
  let fetched = 0;
  let done = 0;

  async function miss(target: Planned, error: CloudError): Promise<void> {
    await recordGap(db, {
      runId,
      targetId: target.targetId,
      dataDate: job.dataDate,
      failureKind: error.failureKind,
      detail: error.message,
      attempts: error.attempts,
      ...(error instanceof ContractError && { payload: error.body }),
    });
    const problem = `${error.failureKind}: ${error.message}`;
    problems.set(problem, (problems.get(problem) ?? 0) + 1);
  }

  const options = ({ rank }: Planned) => ({ rank, ...(job.signal && { signal: job.signal }) });

  /** Whatever becomes of the score, it is no reason to drop the answer it is held against. */
  async function askScore(target: Planned): Promise<OfficialScore> {
    try {
      return await showRiskScore(target.from.cloud, target, options(target));
    } catch (error) {
      if (job.signal?.aborted === true) return { failureKind: "not_attempted" };
      return { failureKind: cloudErrorOr(error).failureKind };
    }
  }

  async function fetchOne(target: Planned): Promise<void> {
    if (target.hopeless !== null) return await miss(target, target.hopeless);
    let answer: Awaited<ReturnType<typeof listSecurityRisk>>;
    try {
      answer = await listSecurityRisk(target.from.cloud, target, options(target));
    } catch (error) {
      return await miss(target, cloudErrorOr(error));
    }
    await loader.load({
      runId,
      targetId: target.targetId,
      dataDate: job.dataDate,
      content: answer.riskList,
      payload: answer.payload,
      fetchedAt: new Date(),
      attempts: answer.attempts,
      unknownFields: answer.unknownFields,
      ...(job.reconcile === "score" && { officialScore: await askScore(target) }),
    });
    fetched += 1;
  }

  let broken = false;
  async function work(queue: Iterator<Planned> & Iterable<Planned>): Promise<void> {
    for (const target of queue) {
      if (broken || job.signal?.aborted === true) return;
      await fetchOne(target).catch((error: unknown) => {
        broken = true;
        throw error;
      });
      done += 1;
      job.onProgress?.({ step: "fetch", done, total: planned.length });
    }
  }

  // All workers come to rest before anything else happens to the ledger, whichever of them failed.
  const workers = linesOf(planned).flatMap((line) => {
    const queue = line.values();
    return Array.from({ length: Math.min(job.concurrency, line.length) }, () => work(queue));
  });
  const failure = (await Promise.allSettled(workers)).find((worker) => worker.status === "rejected");
  if (failure !== undefined && job.signal?.aborted !== true) throw failure.reason;
  return { fetched, problems };
}
