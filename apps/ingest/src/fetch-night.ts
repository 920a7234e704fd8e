import type { Ledger, PlannedTarget } from "@nightledger/store";
import type { ExpectedTarget } from "./expect-targets.ts";
import { type Desk, fetchTarget, type Wanted } from "./fetch-target.ts";
import type { IngestJob, TargetOutcome } from "./job.ts";
import { NightLoader } from "./night-loader.ts";
import type { RunMeter } from "./run-meter.ts";

/** A run's targets that still have to be fetched, the longest without a snapshot first. */
export interface NightToFetch {
  runId: number;
  planned: readonly PlannedTarget<ExpectedTarget>[];
  job: IngestJob;
  meter: RunMeter;
}

/** What a run's fetching gave. */
export interface FetchedNight {
  fetched: number;
  /** What went wrong, and how often. */
  problems: Map<string, number>;
}

/** Gives every planned target an outcome: its night loaded, or the reason why not. */
export type FetchNight = (ledger: Ledger, night: NightToFetch) => Promise<FetchedNight>;

/** Counts what becomes of a run's targets, and tells it. */
export class Tally implements FetchedNight {
  fetched = 0;
  readonly problems = new Map<string, number>();
  #done = 0;
  readonly #night: NightToFetch;

  constructor(night: NightToFetch) {
    this.#night = night;
  }

  settled(targetId: number, outcome: TargetOutcome): void {
    const { job, meter, planned } = this.#night;
    const { failureKind, detail } = outcome;
    if (failureKind === null) this.fetched += 1;
    else {
      const problem = `${failureKind}: ${detail}`;
      this.problems.set(problem, (this.problems.get(problem) ?? 0) + 1);
    }
    this.#done += 1;
    meter.outcome(targetId, outcome);
    job.onOutcome?.(outcome);
    job.onProgress?.({ step: "fetch", done: this.#done, total: planned.length });
  }
}

/** Targets that share a user's quota at one endpoint. Lines do not wait for one another. */
function linesOf(planned: readonly Wanted[]): Wanted[][] {
  return [...Map.groupBy(planned, (target) => `${target.account} ${target.region}`).values()];
}

const isAbort = (reason: unknown, { reason: given }: AbortSignal): boolean =>
  reason === given || (reason instanceof Error && reason.name === "AbortError");

/** Fetches the planned targets in this process. */
export const fetchNight: FetchNight = async (ledger, night) => {
  const { runId, planned, job } = night;
  const loader = new NightLoader(ledger);
  const tally = new Tally(night);
  const ends = [job.signal, job.deadline].filter((one) => one !== undefined);
  const end = ends.length === 0 ? undefined : AbortSignal.any(ends);
  const desk: Desk = { ledger, loader, runId, dataDate: job.dataDate, reconcile: job.reconcile, end };

  /** A defect, or a ledger that takes no more: the run ends, whatever else is under way. */
  let failure: { reason: unknown } | null = null;
  function fail(reason: unknown): void {
    failure ??= { reason };
  }

  async function work(queue: Iterator<Wanted> & Iterable<Wanted>): Promise<void> {
    for (const target of queue) {
      await loader.room();
      if (failure !== null || end?.aborted === true) return;
      const { asked, onRecord } = fetchTarget(desk, target);
      onRecord.then((outcome) => tally.settled(target.targetId, outcome)).catch(fail);
      await asked;
    }
  }

  const wanted = planned.map((target, rank): Wanted => ({ ...target, cloud: target.from.cloud, rank }));
  // what discovery could not show takes no call, so no deadline keeps its reason from the record
  for (const target of wanted.filter(({ hopeless }) => hopeless !== null)) {
    if (job.signal?.aborted === true || failure !== null) break;
    await fetchTarget(desk, target)
      .onRecord.then((outcome) => tally.settled(target.targetId, outcome))
      .catch(fail);
  }
  await Promise.all(
    linesOf(wanted.filter(({ hopeless }) => hopeless === null)).flatMap((line) => {
      const queue = line.values();
      return Array.from({ length: Math.min(job.concurrency, line.length) }, () => work(queue));
    }),
  );
  await loader.flush();
  const failed = failure as { reason: unknown } | null;
  // a call that the deadline cut short is no failure: its target is on record as not attempted
  const isCut = failed !== null && job.deadline?.aborted === true && isAbort(failed.reason, job.deadline);
  if (failed !== null && !isCut && job.signal?.aborted !== true) throw failed.reason;
  return tally;
};
