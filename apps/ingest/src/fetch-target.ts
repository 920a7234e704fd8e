import {
  type CloudError,
  ContractError,
  listSecurityRisk,
  showRiskScore,
  type Target,
} from "@nightledger/core";
import { type Ledger, type OfficialScore, recordGap } from "@nightledger/store";
import { cloudErrorOr } from "./cloud-error-or.ts";
import type { IngestAccount, IngestJob, TargetOutcome } from "./job.ts";
import type { NightLoader } from "./night-loader.ts";

/** What all targets of a run share. */
export interface Desk {
  ledger: Ledger;
  loader: NightLoader;
  runId: number;
  dataDate: string;
  reconcile: IngestJob["reconcile"];
  /** Aborted when nothing more is to be asked. */
  end?: AbortSignal | undefined;
}

/** A target whose night is to be fetched. */
export interface Wanted extends Target {
  /** Its number in the ledger. */
  targetId: number;
  /** Among targets that wait for their turn the lowest goes first. */
  rank: number;
  /** Who asks for it. */
  cloud: IngestAccount["cloud"];
  /** Why it need not be tried: discovery could not show it. */
  hopeless: CloudError | null;
}

/** One target on its way. */
export interface Fetching {
  /** Fulfilled when the next may be asked, whatever became of this one: nobody waits for the disk. */
  asked: Promise<void>;
  /** What became of it, when that is on record. Rejected by a defect, a ledger that takes no more, or the end. */
  onRecord: Promise<TargetOutcome>;
}

/** Puts on record why a target has no night, and what that is in a sentence. */
export async function recordMiss(
  { ledger, runId, dataDate }: Pick<Desk, "ledger" | "runId" | "dataDate">,
  targetId: number,
  error: CloudError,
): Promise<void> {
  await recordGap(ledger, {
    runId,
    targetId,
    dataDate,
    failureKind: error.failureKind,
    detail: error.message,
    attempts: error.attempts,
    ...(error instanceof ContractError && { payload: error.body }),
  });
}

/** Fetches the night of one target and loads it, or puts on record why there is none. */
export function fetchTarget(desk: Desk, target: Wanted): Fetching {
  const { end, runId, dataDate } = desk;
  const begun = performance.now();
  const options = { rank: target.rank, ...(end && { signal: end }) };
  const onRecord = Promise.withResolvers<TargetOutcome>();

  const outcomeOf = (
    course: { ms: number; waitedMs: number; attempts: number },
    error: CloudError | null,
  ): TargetOutcome => {
    const { account, region, projectId, projectName } = target;
    return {
      runId,
      target: { account, region, projectId, projectName },
      failureKind: error?.failureKind ?? null,
      detail: error?.message ?? null,
      ms: Math.round(course.ms),
      waitedMs: Math.round(course.waitedMs),
      attempts: course.attempts,
    };
  };

  /** Whatever becomes of the score, it is no reason to drop the answer it is held against. */
  async function askScore(): Promise<OfficialScore> {
    try {
      return await showRiskScore(target.cloud, target, options);
    } catch (error) {
      if (end?.aborted === true) return { failureKind: "not_attempted" };
      return { failureKind: cloudErrorOr(error).failureKind };
    }
  }

  async function ask(): Promise<void> {
    try {
      if (target.hopeless !== null) throw target.hopeless;
      const answer = await listSecurityRisk(target.cloud, target, options);
      const ms = performance.now() - begun;
      const officialScore = desk.reconcile === "score" ? await askScore() : null;
      const loaded = desk.loader.load({
        runId,
        targetId: target.targetId,
        dataDate,
        content: answer.riskList,
        payload: answer.payload,
        fetchedAt: new Date(),
        attempts: answer.attempts,
        unknownFields: answer.unknownFields,
        ...(officialScore !== null && { officialScore }),
      });
      loaded.then(() => onRecord.resolve(outcomeOf({ ...answer, ms }, null)), onRecord.reject);
    } catch (error) {
      const failure = cloudErrorOr(error);
      const ms = performance.now() - begun;
      await recordMiss(desk, target.targetId, failure);
      onRecord.resolve(outcomeOf({ attempts: failure.attempts, waitedMs: failure.waitedMs, ms }, failure));
    }
  }

  return { asked: ask().catch(onRecord.reject), onRecord: onRecord.promise };
}
