import {
  diskFullOr,
  finishRun,
  hasNights,
  keepExceptions,
  type Ledger,
  lastKnownTargets,
  namesGiven,
  planNight,
  type RunStatistics,
  recordScope,
  saveAccounts,
  startRun,
} from "@nightledger/store";
import { checkClock, watchClock } from "./check-clock.ts";
import { type Expectation, expectTargets } from "./expect-targets.ts";
import { fetchNight } from "./fetch-night.ts";
import type { IngestJob, IngestResult } from "./job.ts";
import { RunMeter } from "./run-meter.ts";

/**
 * One run: discover targets, plan, then fetch, validate, normalize and load each. What an earlier run of the
 * same data date has on record is left alone, so running twice is safe and an interrupted run resumes. Nothing is
 * written before the cloud's first answers agree with this machine's clock.
 *
 * @throws ClockError, DiskFullError
 */
export async function ingest(ledger: Ledger, job: IngestJob): Promise<IngestResult> {
  const begunAt = new Date();
  const meter = new RunMeter(job.accounts.map(({ cloud }) => cloud.network));
  try {
    const discovery = await discover(ledger, job);
    const runId = await startRun(ledger.db, job.dataDate, begunAt);
    const result = await run(ledger, runId, { job, meter }, discovery).catch(async (error: unknown) => {
      await settleFailed(ledger, runId, { job, meter }, diskFullOr(error));
      throw error;
    });
    await settle(ledger, result, { problem: result.problems[0] ?? null, statistics: meter.stop() });
    return result;
  } catch (error) {
    meter.stop();
    throw diskFullOr(error);
  }
}

/** What discovery gave, or threw: a run that is stopped in it is on record, too. */
type Discovery = { found: Expectation } | { thrown: unknown };

/** Asks the cloud what there is. @throws ClockError */
async function discover(ledger: Ledger, job: IngestJob): Promise<Discovery> {
  const clock = watchClock(job.accounts.map(({ cloud }) => cloud.network));
  const lastKnown = (account: string) => lastKnownTargets(ledger.db, account, job.dataDate);
  const discovery = await expectTargets(lastKnown, job)
    .then((found) => ({ found }))
    .catch((thrown: unknown) => ({ thrown }))
    .finally(clock.stop);
  checkClock(clock.readings);
  return discovery;
}

/** What a run has to do, and what it costs. */
interface Measured {
  job: IngestJob;
  meter: RunMeter;
}

/** A ledger that takes no more may not take this either; the next run then marks this one interrupted. */
async function settleFailed(
  ledger: Ledger,
  runId: number,
  { job, meter }: Measured,
  error: unknown,
): Promise<void> {
  const problem = error instanceof Error ? error.message : String(error);
  const said = job.signal?.aborted ? "Stopped from outside." : problem;
  const end = { problem: said, statistics: meter.stop() };
  await settle(ledger, result0(runId, job), end).catch(() => {});
}

const result0 = (runId: number, job: IngestJob): IngestResult => ({
  runId,
  dataDate: job.dataDate,
  status: job.signal?.aborted === true ? "interrupted" : "failed",
  expected: 0,
  fetched: 0,
  alreadyFresh: 0,
  missing: 0,
  scope: { new: 0, gone: 0, renamed: [], leftOut: 0 },
  problems: [],
});

/** Before the first night nothing is missing yet: a run that could ask nobody begins no history. */
async function targetsOf(ledger: Ledger, { targets, asked }: Expectation): Promise<Expectation["targets"]> {
  return asked.length > 0 || (await hasNights(ledger.db)) ? targets : [];
}

async function run(
  ledger: Ledger,
  runId: number,
  { job, meter }: Measured,
  discovery: Discovery,
): Promise<IngestResult> {
  if ("thrown" in discovery) throw discovery.thrown;
  const { problems } = discovery.found;
  const night = { runId, dataDate: job.dataDate };
  const { keys, isUnsure } = await saveAccounts(ledger, night, discovery.found.accounts);
  const keyOf = (account: string) => keys.get(account) ?? account;
  const found = await targetsOf(ledger, discovery.found);
  const targets = found.map((target) => ({ ...target, accountKey: keyOf(target.account) }));
  const scope = await recordScope(ledger, {
    ...night,
    asked: discovery.found.asked.map(keyOf),
    configured: job.accounts.map(({ cloud }) => keyOf(cloud.account)),
    isUnsure,
    sightings: discovery.found.sightings.map((seen) => ({ ...seen, account: keyOf(seen.account) })),
  });
  const planned = await planNight(ledger, runId, job.dataDate, targets);
  if (job.exceptions !== undefined) {
    await keepExceptions(ledger, { runId, dataDate: job.dataDate }, job.exceptions);
  }
  const leftOut = discovery.found.sightings.filter(({ state }) => state === "configured_out").length;
  const fetch = job.fetchNight ?? fetchNight;
  const { fetched, problems: failures } = await fetch(ledger, { runId, planned, job, meter });
  const counts = {
    expected: targets.length,
    fetched,
    alreadyFresh: targets.length - planned.length,
    missing: planned.length - fetched,
  };
  return {
    runId,
    dataDate: job.dataDate,
    status: statusOf(counts, problems.length > 0, job.signal),
    ...counts,
    scope: { ...scope, renamed: await namesGiven(ledger.db, runId), leftOut },
    problems: [...problems, ...[...failures].map(([problem, times]) => `${problem} (${times} targets)`)],
  };
}

function statusOf(
  counts: { expected: number; missing: number },
  discoveryFailed: boolean,
  signal: AbortSignal | undefined,
): IngestResult["status"] {
  if (signal?.aborted === true) return "interrupted";
  if (counts.missing === counts.expected) return "failed";
  return counts.missing > 0 || discoveryFailed ? "partial" : "complete";
}

async function settle(
  ledger: Ledger,
  result: IngestResult,
  { problem, statistics }: { problem: string | null; statistics: RunStatistics },
): Promise<void> {
  const { status, expected, fetched, alreadyFresh, missing } = result;
  await finishRun(ledger.db, result.runId, {
    now: new Date(),
    status,
    expected,
    fetched,
    alreadyFresh,
    missing,
    problem,
    statistics,
  });
}
