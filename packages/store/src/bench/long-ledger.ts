import { loadNights, type Night } from "../load-night.ts";
import type { Ledger } from "../open.ts";
import { finishRun, planNight, startRun } from "../run.ts";
import { madeAnswer } from "./made-answer.ts";

/** A history to be made. */
export interface History {
  targets: number;
  nights: number;
  /** Of the targets, how many have another answer than the night before. */
  changing: number;
}

/** The first night; the others follow without a hole. */
const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
/** As many as the loader puts into a transaction. */
const BATCH = 200;

/** The date of the nth night, from 1 on. */
export const nightDate = (nth: number): string =>
  new Date(FIRST_DAY + (nth - 1) * DAY_MS).toISOString().slice(0, 10);

/** How often a target's answer has changed by a night: every target's turn comes evenly. */
const changesBy = (target: number, night: number, { targets, changing }: History): number =>
  changing === 0 ? 0 : Math.floor(((night - 1) * changing + target) / targets);

/** The answer of a target on a night. */
export const answerOn = (target: number, night: number, history: History) =>
  madeAnswer(target, changesBy(target, night, history));

const identityOf = (target: number) => ({
  account: `account-${target % 20}`,
  region: target % 2 === 0 ? "ap-southeast-1" : "ap-southeast-3",
  projectId: target.toString(16).padStart(32, "0"),
  projectName: `ap-southeast-${target % 2 === 0 ? 1 : 3}_project-${target}`,
  enterpriseProjectId: "all_granted_eps",
});

/** Answers come in no order: a step that is coprime to the number of targets. */
function* inArrivalOrder(targets: number, night: number): Iterable<number> {
  const step = [389, 401, 409].find((prime) => targets % prime !== 0) ?? 1;
  for (let index = 0; index < targets; index += 1) yield (index * step + night) % targets;
}

/** Loads one night of a history as ingest does, and tells how long the loading took. Milliseconds. */
export async function loadHistoryNight(ledger: Ledger, night: number, history: History): Promise<number> {
  const dataDate = nightDate(night);
  const now = new Date(FIRST_DAY + (night - 1) * DAY_MS + 2 * 3_600_000);
  const identities = Array.from({ length: history.targets }, (_, target) => ({
    ...identityOf(target),
    target,
  }));
  const answers = identities.map(({ target }) => answerOn(target, night, history));
  const startedAt = performance.now();
  const runId = await startRun(ledger.db, dataDate, now);
  const planned = await planNight(ledger, runId, dataDate, identities);
  const ids = new Map(planned.map(({ target, targetId }) => [target, targetId]));
  const nights = [...inArrivalOrder(history.targets, night)].map(
    (target, index): Night => ({
      ...(answers[target] as (typeof answers)[0]),
      runId,
      targetId: ids.get(target) ?? 0,
      dataDate,
      fetchedAt: new Date(now.getTime() + index * 100),
      attempts: 1,
    }),
  );
  for (let from = 0; from < nights.length; from += BATCH) {
    await loadNights(ledger, nights.slice(from, from + BATCH));
  }
  const expected = history.targets;
  const counts = { expected, alreadyFresh: 0, fetched: expected, missing: 0 };
  await finishRun(ledger.db, runId, { now, status: "complete", ...counts, problem: null });
  return performance.now() - startedAt;
}
