import {
  type CloudError,
  ContractError,
  type FetchedRiskList,
  listSecurityRisk,
  showRiskScore,
} from "@nightledger/core";
import { type Ledger, type OfficialScore, type PlannedTarget, recordGap } from "@nightledger/store";
import { cloudErrorOr } from "./cloud-error-or.ts";
import type { ExpectedTarget } from "./expect-targets.ts";
import type { IngestJob, TargetOutcome } from "./job.ts";
import { NightLoader } from "./night-loader.ts";
import type { RunMeter } from "./run-meter.ts";

/** A target of tonight's plan; `rank` is its place in it, the longest without a snapshot first. */
type Planned = PlannedTarget<ExpectedTarget> & { rank: number };

/** How a target fared. */
interface Course {
  ms: number;
  waitedMs: number;
  attempts: number;
  /** Null where it answered. */
  error: CloudError | null;
}

/** Targets that share a user's quota at one endpoint. Lines do not wait for one another. */
function linesOf(planned: readonly Planned[]): Planned[][] {
  return [...Map.groupBy(planned, (target) => `${target.account} ${target.region}`).values()];
}

const isAbort = (reason: unknown, { reason: given }: AbortSignal): boolean =>
  reason === given || (reason instanceof Error && reason.name === "AbortError");

/** Gives every planned target an outcome: its night loaded, or the reason why not. */
export async function fetchNight(
  ledger: Ledger,
  runId: number,
  plan: readonly PlannedTarget<ExpectedTarget>[],
  { job, meter }: { job: IngestJob; meter: RunMeter },
): Promise<{ fetched: number; problems: Map<string, number> }> {
  const loader = new NightLoader(ledger);
  const problems = new Map<string, number>();
  const planned = plan.map((target, rank) => ({ ...target, rank }));
  let fetched = 0;
  let done = 0;

  async function miss(target: Planned, error: CloudError): Promise<void> {
    await recordGap(ledger, {
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

  const ends = [job.signal, job.deadline].filter((one) => one !== undefined);
  const end = ends.length === 0 ? undefined : AbortSignal.any(ends);
  const options = ({ rank }: Planned) => ({ rank, ...(end && { signal: end }) });

  /** Whatever becomes of the score, it is no reason to drop the answer it is held against. */
  async function askScore(target: Planned): Promise<OfficialScore> {
    try {
      return await showRiskScore(target.from.cloud, target, options(target));
    } catch (error) {
      if (end?.aborted === true) return { failureKind: "not_attempted" };
      return { failureKind: cloudErrorOr(error).failureKind };
    }
  }

  function settled(target: Planned, { ms, waitedMs, attempts, error }: Course): void {
    done += 1;
    const { account, region, projectId, projectName } = target;
    const outcome: TargetOutcome = {
      runId,
      target: { account, region, projectId, projectName },
      failureKind: error?.failureKind ?? null,
      detail: error?.message ?? null,
      ms: Math.round(ms),
      waitedMs: Math.round(waitedMs),
      attempts,
    };
    meter.outcome(target.targetId, outcome);
    job.onOutcome?.(outcome);
    job.onProgress?.({ step: "fetch", done, total: planned.length });
  }

  /** A defect, or a ledger that takes no more: the run ends, whatever else is under way. */
  let failure: { reason: unknown } | null = null;
  function fail(reason: unknown): void {
    failure ??= { reason };
  }

  /** Nobody waits for the disk: the next call is made meanwhile. */
  function load(
    target: Planned,
    ms: number,
    answer: FetchedRiskList,
    officialScore: OfficialScore | null,
  ): void {
    const night = {
      runId,
      targetId: target.targetId,
      dataDate: job.dataDate,
      content: answer.riskList,
      payload: answer.payload,
      fetchedAt: new Date(),
      attempts: answer.attempts,
      unknownFields: answer.unknownFields,
      ...(officialScore !== null && { officialScore }),
    };
    loader.load(night).then(() => {
      fetched += 1;
      settled(target, { ...answer, ms, error: null });
    }, fail);
  }

  async function fetchOne(target: Planned): Promise<void> {
    const begun = performance.now();
    try {
      if (target.hopeless !== null) throw target.hopeless;
      const answer = await listSecurityRisk(target.from.cloud, target, options(target));
      const ms = performance.now() - begun;
      load(target, ms, answer, job.reconcile === "score" ? await askScore(target) : null);
    } catch (error) {
      const failure = cloudErrorOr(error);
      const ms = performance.now() - begun;
      await miss(target, failure);
      const { attempts, waitedMs } = failure;
      settled(target, { attempts, waitedMs, ms, error: failure });
    }
  }

  async function work(queue: Iterator<Planned> & Iterable<Planned>): Promise<void> {
    for (const target of queue) {
      await loader.room();
      if (failure !== null || end?.aborted === true) return;
      await fetchOne(target).catch(fail);
    }
  }

  await Promise.all(
    linesOf(planned).flatMap((line) => {
      const queue = line.values();
      return Array.from({ length: Math.min(job.concurrency, line.length) }, () => work(queue));
    }),
  );
  await loader.flush();
  const failed = failure as { reason: unknown } | null;
  // a call that the deadline cut short is no failure: its target is on record as not attempted
  const isCut = failed !== null && job.deadline?.aborted === true && isAbort(failed.reason, job.deadline);
  if (failed !== null && !isCut && job.signal?.aborted !== true) throw failed.reason;
  return { fetched, problems };
}
