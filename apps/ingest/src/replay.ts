import {
  answeredNights,
  finishRun,
  type Ledger,
  payloadReader,
  type ReplayedNight,
  replayNight,
  storedAnswers,
} from "@nightledger/store";
import { type ReadAgain, readAgain } from "./read-again.ts";
import type { NightReplay, ReplayJob, ReplayResult } from "./replay-job.ts";

/**
 * Reads stored answers again as if they came today, night by night, and puts down what they give otherwise. Each night
 * that changes is one run and one transaction. What cannot be read any more stays as it was.
 */
export async function replay(ledger: Ledger, job: ReplayJob = {}): Promise<ReplayResult> {
  const dryRun = job.dryRun ?? false;
  const result: ReplayResult = { dryRun, status: "complete", nights: [], differences: 0, unreadable: [] };
  const payloadOf = payloadReader(ledger.db);
  const dates = await answeredNights(ledger.db, job);
  let settled: ReadAgain["settled"] = new Map();
  for (const [index, dataDate] of dates.entries()) {
    if (job.signal?.aborted === true) return { ...result, status: "interrupted" };
    const answers = (await storedAnswers(ledger.db, dataDate)).filter(job.only ?? (() => true));
    const again = await readAgain(answers, payloadOf, settled);
    settled = again.settled;
    const done = await replayNight(ledger, dataDate, again.rereadings, { now: new Date(), dryRun });
    const night = countsOf(dataDate, answers.length, again, done);
    await settle(ledger, night, again);
    if (night.answers > 0) result.nights.push(night);
    result.differences += done.differences.length;
    if (done.differences.length > 0) job.onDifferences?.(done.differences);
    result.unreadable.push(...again.unreadable);
    job.onProgress?.(index + 1, dates.length);
  }
  return { ...result, status: result.unreadable.length > 0 ? "partial" : "complete" };
}

const countsOf = (
  dataDate: string,
  answers: number,
  { quarantined, unreadable }: ReadAgain,
  { runId, revised, admitted }: ReplayedNight,
): NightReplay => ({
  dataDate,
  runId,
  answers,
  unchanged: answers - revised - admitted - quarantined - unreadable.length,
  revised,
  admitted,
  quarantined,
  unreadable: unreadable.length,
});

/** Ends the run of a night, where there was one. */
async function settle(ledger: Ledger, night: NightReplay, { unreadable }: ReadAgain): Promise<void> {
  if (night.runId === null) return;
  await finishRun(ledger.db, night.runId, {
    now: new Date(),
    status: unreadable.length > 0 ? "partial" : "complete",
    expected: night.answers,
    alreadyFresh: night.unchanged,
    fetched: night.revised + night.admitted,
    missing: night.quarantined + night.unreadable,
    problem: unreadable[0]?.problem ?? null,
  });
}
