import { loadNights, type Night } from "../load-night.ts";
import type { Ledger } from "../open.ts";
import { planNight } from "../plan-night.ts";
import { finishRun, startRun } from "../run.ts";
import type { RunKind } from "../views.ts";
import { type MadeAnswer, madeAnswer } from "./made-answer.ts";

/** A history to be made. */
export interface History {
  targets: number;
  /** Of the targets, how many have another answer than the night before. */
  changing: number;
}

/** The first night; the others follow without a hole. */
const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
/** As many nights as the loader puts into a transaction at most. */
const BATCH = 200;

/** The date of the nth night, from 1 on. */
export const nightDate = (nth: number): string =>
  new Date(FIRST_DAY + (nth - 1) * DAY_MS).toISOString().slice(0, 10);

/** How often a target's answer has changed by a night: every target's turn comes evenly. */
const changesBy = (target: number, night: number, { targets, changing }: History): number =>
  Math.floor(((night - 1) * changing + target) / targets);

/** The answer of a target on a night. */
export const answerOn = (target: number, night: number, history: History): MadeAnswer =>
  madeAnswer(target, changesBy(target, night, history));

/** Targets whose answer is another than the night before. */
export function changingOn(night: number, history: History): number[] {
  const all = Array.from({ length: history.targets }, (_, target) => target);
  return all.filter((target) => changesBy(target, night, history) !== changesBy(target, night - 1, history));
}

const identityOf = (target: number) => ({
  target,
  account: `account-${target % 20}`,
  region: target % 2 === 0 ? "ap-southeast-1" : "ap-southeast-3",
  projectId: target.toString(16).padStart(32, "0"),
  projectName: `ap-southeast-${target % 2 === 0 ? 1 : 3}_project-${target}`,
  enterpriseProjectId: "all_granted_eps",
});

/** Answers come in no order: a step that has no divisor in common with a round number of targets. */
const arrivalOf = (target: number, targets: number): number => (target * 389) % targets;

/** A night under way. */
export interface HistoryNight {
  runId: number;
  dataDate: string;
  targets: number;
  /** What is to be loaded, in batches, as it comes: made when it is asked for. */
  batches: Iterable<Night[]>;
}

/** Starts a run and plans all targets, as ingest does. */
export async function planHistoryNight(
  ledger: Ledger,
  night: number,
  history: History,
  kind: RunKind = "ingest",
): Promise<HistoryNight> {
  const dataDate = nightDate(night);
  const now = new Date(`${dataDate}T02:00:00Z`);
  const runId = await startRun(ledger.db, dataDate, now, kind);
  const identities = Array.from({ length: history.targets }, (_, target) => identityOf(target));
  const planned = await planNight(ledger, runId, dataDate, identities);
  const arriving = planned.toSorted(
    (a, b) => arrivalOf(a.target, history.targets) - arrivalOf(b.target, history.targets),
  );
  const nightOf = ({ target, targetId }: (typeof arriving)[0], index: number): Night => ({
    ...answerOn(target, night, history),
    runId,
    targetId,
    dataDate,
    fetchedAt: new Date(now.getTime() + index * 100),
    attempts: 1,
  });
  function* batches(): Generator<Night[]> {
    for (let at = 0; at < arriving.length; at += BATCH) {
      yield arriving.slice(at, at + BATCH).map((planned, index) => nightOf(planned, at + index));
    }
  }
  return { runId, dataDate, targets: arriving.length, batches: batches() };
}

/** Notes that all is on record. */
export async function finishHistoryNight(ledger: Ledger, { runId, dataDate, targets }: HistoryNight) {
  const counts = { expected: targets, alreadyFresh: 0, fetched: targets, missing: 0 };
  const now = new Date(`${dataDate}T02:10:00Z`);
  await finishRun(ledger.db, runId, { now, status: "complete", ...counts, problem: null });
}

/** Loads a night as ingest does; as a replay it leaves out the streaks, which are kept of the newest night only. */
export async function loadHistoryNight(
  ledger: Ledger,
  night: number,
  history: History,
  kind?: RunKind,
): Promise<void> {
  const under = await planHistoryNight(ledger, night, history, kind);
  for (const batch of under.batches) await loadNights(ledger, batch);
  await finishHistoryNight(ledger, under);
}

/** Loads all nights from one to another; streaks are kept of the last. */
export async function loadHistory(
  ledger: Ledger,
  { from, to }: { from: number; to: number },
  history: History,
): Promise<void> {
  for (let night = from; night <= to; night += 1) {
    await loadHistoryNight(ledger, night, history, night === to ? "ingest" : "replay");
  }
}
