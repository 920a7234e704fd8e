import type { RiskListContent } from "../content.ts";
import { recordGap } from "../gap.ts";
import { loadNights } from "../load-night.ts";
import type { Ledger } from "../open.ts";
import { planNight } from "../plan-night.ts";
import { finishRun, startRun } from "../run.ts";
import { type Answer, contentOf, targetOf } from "../test-ledger.ts";

const BUSY: Answer = {
  total: 12,
  alarm: { total: 7, points: 30, severities: { critical: 2, high: 5 } },
  baseline: { total: 5, points: 4.5, counters: { weak_pwd_host_num: 3 }, policies: { p1: 2 } },
};
const MILD: Answer = {
  total: 3,
  vulnerability: { total: 3, points: 2, severities: { medium: 3 } },
  protection: { total: 0, points: 5, counters: { un_protected_host_num: 4 } },
};
const CALM: Answer = {};

/** No run took place on the 22nd; null gives no answer. */
const NIGHTS: Readonly<Record<string, Readonly<Record<string, Answer | null>>>> = {
  "2026-11-20": { shop: BUSY, bank: MILD, lab: CALM },
  "2026-11-21": { shop: BUSY, bank: MILD, lab: null },
  "2026-11-23": { shop: MILD, bank: MILD, lab: CALM },
};

async function recordNight(
  ledger: Ledger,
  dataDate: string,
  answers: Readonly<Record<string, Answer | null>>,
): Promise<void> {
  const now = new Date(`${dataDate}T18:00:00Z`);
  const runId = await startRun(ledger.db, dataDate, now);
  const targets = Object.keys(answers).map((id) => ({
    ...targetOf(id),
    unit: id === "lab" ? null : "Retail",
  }));
  for (const { targetId, projectId } of await planNight(ledger, runId, dataDate, targets)) {
    const answer = answers[projectId] ?? null;
    const key = { runId, targetId, dataDate };
    if (answer === null) {
      await recordGap(ledger, { ...key, failureKind: "network", detail: "No answer.", attempts: 4 });
      continue;
    }
    const content: RiskListContent = contentOf(answer);
    const payload = Buffer.from(JSON.stringify(answer));
    await loadNights(ledger, [{ ...key, content, payload, fetchedAt: now, attempts: 1 }]);
  }
  const missing = Object.values(answers).filter((answer) => answer === null).length;
  const fetched = Object.keys(answers).length - missing;
  await finishRun(ledger.db, runId, {
    now: new Date(now.getTime() + 60_000),
    status: missing > 0 ? "partial" : "complete",
    problem: null,
    expected: fetched + missing,
    alreadyFresh: 0,
    fetched,
    missing,
  });
}

/** The nights that every fixture has, so that one table of figures holds for all of them. */
export async function recordFixtureNights(ledger: Ledger): Promise<void> {
  for (const [dataDate, answers] of Object.entries(NIGHTS)) await recordNight(ledger, dataDate, answers);
}
