import {
  accountHolders,
  type ConfiguredAccount,
  clearAccountGaps,
  diskFullOr,
  finishRun,
  hasNights,
  identifyAccounts,
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
import { type FetchedNight, fetchNight, type NightToFetch } from "./fetch-night.ts";
import type { IngestJob, IngestResult } from "./job.ts";
import { longestSilenceMs, SilenceWatch } from "./progress/silence-watch.ts";
import { RunMeter } from "./run-meter.ts";

/**
 * One run: discover targets, plan, then fetch, validate, normalize and load each. What an earlier run of the
 * same data date has on record is left alone, so running twice is safe and an interrupted run resumes. Nothing is
 * written before the cloud's first answers agree with this machine's clock. A run in which nothing is settled for longer
 * than calls can take ends itself, as one that was stopped from outside, and says so.
 *
 * @throws ClockError, DiskFullError
 */
export async function ingest(ledger: Ledger, job: IngestJob): Promise<IngestResult> {
  const silence = new SilenceWatch(
    job.longestSilenceMs ?? longestSilenceMs(job.accounts),
    job.accounts.map(({ cloud }) => cloud.network),
  );
  try {
    return await recorded(ledger, watched(job, silence), silence);
  } finally {
    silence.stop();
  }
}

/** The job, which is stopped when nothing is settled any more. */
const watched = (job: IngestJob, silence: SilenceWatch): IngestJob => ({
  ...job,
  signal: job.signal === undefined ? silence.signal : AbortSignal.any([job.signal, silence.signal]),
  onProgress: (progress) => {
    silence.settled();
    job.onProgress?.(progress);
  },
});

async function recorded(ledger: Ledger, job: IngestJob, silence: SilenceWatch): Promise<IngestResult> {
  const begunAt = new Date();
  const meter = new RunMeter(job.accounts.map(({ cloud }) => cloud.network));
  try {
    const discovery = await discover(ledger, job, silence);
    const runId = await startRun(ledger.db, job.dataDate, begunAt);
    const result = await run(ledger, runId, { job, meter, silence }, discovery).catch(
      async (error: unknown) => {
        await settleFailed(ledger, runId, { job, meter, silence }, diskFullOr(error));
        throw error;
      },
    );
    await settle(ledger, result, { problem: result.problems[0] ?? null, statistics: meter.stop() });
    return result;
  } catch (error) {
    meter.stop();
    throw diskFullOr(error);
  }
}

/** What discovery gave, or threw: a run that is stopped in it is on record, too. */
type Discovery = { found: Expectation; answered: boolean } | { thrown: unknown };

/** Asks the cloud what there is. @throws ClockError */
async function discover(ledger: Ledger, job: IngestJob, silence: SilenceWatch): Promise<Discovery> {
  const clock = watchClock(job.accounts.map(({ cloud }) => cloud.network));
  const onRecord = {
    identify: (accounts: readonly ConfiguredAccount[]) => identifyAccounts(ledger.db, accounts),
    lastKnown: (key: string) => lastKnownTargets(ledger.db, key, job.dataDate),
    holders: () => accountHolders(ledger.db),
  };
  const discovery = await silence
    .bounded(expectTargets(onRecord, job))
    .then((found) => ({ found, answered: found.asked.length > 0 || clock.readings.length > 0 }))
    .catch((thrown: unknown) => ({ thrown }))
    .finally(clock.stop);
  checkClock(clock.readings);
  return discovery;
}

/** What a run has to do, and what it costs. */
interface Measured {
  job: IngestJob;
  meter: RunMeter;
  silence: SilenceWatch;
}

/** A ledger that takes no more may not take this either; the next run then marks this one interrupted. */
async function settleFailed(
  ledger: Ledger,
  runId: number,
  { job, meter, silence }: Measured,
  error: unknown,
): Promise<void> {
  const problem = error instanceof Error ? error.message : String(error);
  const isStopped = job.signal?.aborted === true && !silence.signal.aborted;
  const said = isStopped ? "Stopped from outside." : problem;
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

/**
 * Before the first night nothing is missing yet: a run that nobody answered begins no history, since nothing bears its
 * date out.
 */
async function targetsOf(ledger: Ledger, { targets }: Expectation, answered: boolean) {
  return answered || (await hasNights(ledger.db)) ? targets : [];
}

async function run(
  ledger: Ledger,
  runId: number,
  measured: Measured,
  discovery: Discovery,
): Promise<IngestResult> {
  const { job, silence } = measured;
  if ("thrown" in discovery) throw discovery.thrown;
  const { problems } = discovery.found;
  const night = { runId, dataDate: job.dataDate };
  const { keys, standIns, isUnsure } = await saveAccounts(ledger, night, discovery.found.accounts);
  const keyOf = (account: string) => keys.get(account) ?? account;
  const found = await targetsOf(ledger, discovery.found, discovery.answered);
  const targets = found.map((target) => ({ ...target, accountKey: keyOf(target.account) }));
  const asked = discovery.found.asked.map(keyOf);
  const scope = await recordScope(ledger, {
    ...night,
    asked,
    configured: job.accounts.map(({ cloud }) => keyOf(cloud.account)),
    isUnsure,
    sightings: discovery.found.sightings.map((seen) => ({ ...seen, account: keyOf(seen.account) })),
  });
  // an account that had a new name and could not be asked yet stood under that name
  const stoodFor = discovery.found.asked.flatMap((name) => standIns.get(name) ?? []);
  await clearAccountGaps(ledger, { ...night, known: [...asked, ...stoodFor] });
  const planned = await planNight(ledger, runId, job.dataDate, targets);
  if (job.exceptions !== undefined) {
    await keepExceptions(ledger, { runId, dataDate: job.dataDate }, job.exceptions);
  }
  const leftOut = discovery.found.sightings.filter(({ state }) => state === "configured_out").length;
  const { fetched, problems: failures } = await fetchPlanned(ledger, { runId, planned }, measured);
  const stalled = silence.signal.aborted ? [(silence.signal.reason as Error).message] : [];
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
    problems: [
      ...stalled,
      ...problems,
      ...[...failures].map(([problem, times]) => `${problem} (${times} targets)`),
    ],
  };
}

/** Fetches, or leaves whoever fetches and does not come to an end: what is on record by then counts. */
async function fetchPlanned(
  ledger: Ledger,
  night: Pick<NightToFetch, "runId" | "planned">,
  { job, meter, silence }: Measured,
): Promise<FetchedNight> {
  const settled: FetchedNight = { fetched: 0, problems: new Map() };
  const onOutcome: IngestJob["onOutcome"] = (outcome) => {
    if (outcome.failureKind === null) settled.fetched += 1;
    job.onOutcome?.(outcome);
  };
  const fetch = job.fetchNight ?? fetchNight;
  try {
    return await silence.bounded(fetch(ledger, { ...night, job: { ...job, onOutcome }, meter }));
  } catch (error) {
    if (error !== silence.signal.reason) throw error;
    return settled;
  }
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
