import { type Kysely, sql } from "kysely";
import { beforeEach, expect, inject, test } from "vitest";
import { DICTIONARY } from "../dictionary.ts";
import { keepExceptions } from "../exceptions/keep-exceptions.ts";
import { recordGap } from "../gap.ts";
import { loadNights } from "../load-night.ts";
import { type Ledger, openReader } from "../open.ts";
import { planNight } from "../plan-night.ts";
import { finishRun, startRun } from "../run.ts";
import { recordScope } from "../scope.ts";
import { verifyLedger } from "../seal/verify-ledger.ts";
import type { Schema } from "../tables.ts";
import { openTestLedger } from "../test-engines.ts";
import { type Answer, contentOf, linesOf, targetOf } from "../test-ledger.ts";
import { retractNight } from "./retract-night.ts";
import { undoRetraction } from "./undo-retraction.ts";

const now = new Date("2026-11-24T02:00:00Z");
const reason = "The clock was wrong.";

let ledger: Ledger;
let url: string;

beforeEach(async () => {
  const opened = await openTestLedger();
  ({ ledger, url } = opened);
  return opened.remove;
});

/** A night of a test: who is expected, what they answer, and what discovery shows beside. */
interface TestNight {
  date: string;
  /** Undefined gives no answer. */
  answers: Record<string, Answer | undefined>;
  disabled?: string[];
  unit?: string;
  exception?: string;
  unknownField?: string;
}

const critical = (count: number): Answer => ({
  total: count,
  alarm: { total: count, points: count, severities: { critical: count } },
});

async function record(target: Ledger, night: TestNight): Promise<number> {
  const { date, answers, disabled = [], unit = "Retail", exception, unknownField } = night;
  const runId = await startRun(target.db, date, now);
  const expected = Object.keys(answers).map((id) => ({ ...targetOf(id), unit }));
  await recordScope(target, {
    runId,
    dataDate: date,
    asked: ["acme"],
    configured: ["acme"],
    sightings: [
      ...expected.map((one) => ({ ...one, state: "expected" as const })),
      ...disabled.map((id) => ({ ...targetOf(id), state: "disabled" as const })),
    ],
  });
  const planned = await planNight(target, runId, date, expected);
  const exceptions = exception === undefined ? [] : [exceptionOf(exception)];
  await keepExceptions(target, { runId, dataDate: date }, exceptions);
  for (const { targetId, projectId } of planned) {
    const answer = answers[projectId];
    if (answer === undefined) {
      const why = { failureKind: "network", detail: "No answer.", attempts: 4 };
      await recordGap(target, { runId, targetId, dataDate: date, ...why });
      continue;
    }
    await loadNights(target, [
      {
        ...{ runId, targetId, dataDate: date, fetchedAt: now, attempts: 1 },
        content: contentOf(answer),
        payload: Buffer.from(JSON.stringify([projectId, answer])),
        officialScore: { score: 90, riskNum: 1, riskHostNum: 1 },
        ...(unknownField !== undefined && { unknownFields: [unknownField] }),
      },
    ]);
  }
  const missing = Object.values(answers).filter((answer) => answer === undefined).length;
  await finishRun(target.db, runId, {
    ...{ now, status: missing > 0 ? "partial" : "complete", problem: null, alreadyFresh: 0, missing },
    expected: planned.length,
    fetched: planned.length - missing,
  });
  return runId;
}

const exceptionOf = (id: string) => ({
  id,
  what: { category: "alarm" as const },
  targets: { projects: ["*_p1"] },
  owner: "Ada",
  reason: "Known.",
  approvedBy: null,
  from: null,
  until: "2027-12-31",
});

/** What a run is, is not what a view shows of a night; nor are numbers that only this ledger has. */
const OWN = new Set(["run_id", "run_seal", "target_id", "exception_id", "period_id"]);
/** Views of runs, of raw answers, and of the retractions themselves. */
const OF_RUNS = new Set([
  ...["run_history", "run_statistics", "run_minute", "run_slow_target", "run_failure"],
  ...["payload_storage", "retraction_history"],
]);

/** Every row of every view, as lines. */
async function figuresOf({ db }: Ledger): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const { view } of DICTIONARY) {
    if (OF_RUNS.has(view)) continue;
    const { rows } = await sql<Record<string, unknown>>`SELECT * FROM ${sql.table(view)}`.execute(
      db as unknown as Kysely<Schema>,
    );
    all[view] = rows
      .map((row) =>
        JSON.stringify(row, (key, value) => (OWN.has(key) ? undefined : value))
          .replace('"not_run"', '"retracted"')
          .replace("No run took place on this night.", `Taken out: ${reason}`),
      )
      .sort();
  }
  return all;
}

/** A ledger that never had some of the nights. */
async function ledgerOf(nights: readonly TestNight[]): Promise<Record<string, string[]>> {
  const other = await openTestLedger();
  try {
    for (const night of nights) await record(other.ledger, night);
    return await figuresOf(other.ledger);
  } finally {
    await other.remove();
  }
}

async function found(): Promise<string[]> {
  const reader = await openReader(url);
  const findings: string[] = [];
  for await (const { table, key, detail } of verifyLedger(reader))
    findings.push(`${table} ${key}: ${detail}`);
  await reader.close();
  return findings;
}

async function retract(dataDate: string, only?: string): Promise<void> {
  const filter =
    only === undefined
      ? {}
      : { only: { text: only, isMeant: ({ projectId }: { projectId: string }) => projectId === only } };
  await retractNight(ledger, { dataDate, reason, now, ...filter });
}

async function undo(dataDate: string): Promise<void> {
  await undoRetraction(ledger, { dataDate, reason: "It was right.", now });
}

const FIRST: TestNight = { date: "2026-11-20", answers: { p1: critical(1), p2: critical(2), p3: undefined } };
const SECOND: TestNight = {
  date: "2026-11-21",
  answers: { p1: critical(2), p2: critical(2), p3: critical(3) },
};
/** It has another unit, another scope, an exception and a new field. */
const WRONG: Omit<TestNight, "date"> = {
  answers: { p1: critical(9), p2: undefined, p4: critical(4) },
  disabled: ["p3"],
  unit: "Wholesale",
  exception: "known-alarms",
  unknownField: "$.odd",
};
const LATER: TestNight = {
  date: "2026-11-24",
  answers: { p1: critical(3), p2: critical(2), p3: critical(3), p5: critical(5) },
};

/** On PostgreSQL every view of a small ledger takes a while: the rest is for FULL_TRIALS. */
const isTried = (_: unknown, index: number): boolean =>
  inject("engine") === "sqlite" || process.env.FULL_TRIALS === "1" || index === 1;

const NIGHTS: [what: string, nights: TestNight[], wrong: string][] = [
  ["the newest night", [FIRST, SECOND, { date: "2026-11-23", ...WRONG }], "2026-11-23"],
  ["a night between others", [FIRST, SECOND, { date: "2026-11-22", ...WRONG }, LATER], "2026-11-22"],
  ["a night before a hole", [FIRST, { date: "2026-11-21", ...WRONG }, LATER], "2026-11-21"],
  ["the first night", [{ date: "2026-11-19", ...WRONG }, FIRST, SECOND], "2026-11-19"],
  ["the only night", [{ date: "2026-11-19", ...WRONG }], "2026-11-19"],
  ["a night a month ahead", [FIRST, { date: "2026-12-22", ...WRONG }, SECOND, LATER], "2026-12-22"],
  ["a night a month behind", [{ date: "2026-10-19", ...WRONG }, FIRST, SECOND], "2026-10-19"],
  [
    "the same exception before it",
    [
      { ...FIRST, exception: "known-alarms" },
      { date: "2026-11-22", ...WRONG },
      { ...LATER, exception: "known-alarms" },
    ],
    "2026-11-22",
  ],
];

test.each(NIGHTS.filter(isTried))("takes %s out of all views, and puts it back", async (_, nights, wrong) => {
  for (const night of nights) await record(ledger, night);
  const before = await figuresOf(ledger);
  await retract(wrong);
  expect(await figuresOf(ledger)).toEqual(await ledgerOf(nights.filter(({ date }) => date !== wrong)));
  expect(await found()).toEqual([]);
  await undo(wrong);
  expect(await figuresOf(ledger)).toEqual(before);
  expect(await found()).toEqual([]);
});

test("takes some targets of a night out: each is missing on it, with the reason, and the others stay", async () => {
  await record(ledger, FIRST);
  await record(ledger, SECOND);
  const before = await figuresOf(ledger);
  await retract(SECOND.date, "p2");
  expect(
    await linesOf(
      ledger,
      "coverage_target_daily",
      ["project_id", "outcome", "failure_kind", "detail", "carried_from"],
      SECOND.date,
    ),
  ).toEqual(["p1 fresh – – –", `p2 missing retracted Taken out: ${reason} 2026-11-20`, "p3 fresh – – –"]);
  expect(await linesOf(ledger, "portfolio_daily", ["data_date", "targets", "score"])).toEqual([
    "2026-11-20 2 98.5",
    "2026-11-21 2 97.5",
  ]);
  expect(await found()).toEqual([]);
  await undo(SECOND.date);
  expect(await figuresOf(ledger)).toEqual(before);
  expect(await found()).toEqual([]);
});

test("lists what was taken out, why, and what was put back", async () => {
  await record(ledger, FIRST);
  await record(ledger, SECOND);
  await retract(SECOND.date, "p2");
  await retract(SECOND.date);
  await undo(SECOND.date);
  expect(
    await linesOf(ledger, "retraction_history", [
      "retraction_id",
      "data_date",
      "targets_filter",
      "targets",
      "answers",
      "reason",
      "undo_reason",
    ]),
  ).toEqual([`1 2026-11-21 p2 1 1 ${reason} –`, `2 2026-11-21 – 2 2 ${reason} It was right.`]);
  expect(await linesOf(ledger, "run_history", ["run_id", "kind", "data_date", "retracted"])).toEqual([
    "1 ingest 2026-11-20 0",
    "2 ingest 2026-11-21 0",
    "3 retract 2026-11-21 0",
    "4 retract 2026-11-21 0",
    "5 retract 2026-11-21 0",
  ]);
  expect(await found()).toEqual([]);
});

test("a night that is recorded again after a retraction stays, and the retraction cannot be undone", async () => {
  await record(ledger, FIRST);
  await record(ledger, { date: SECOND.date, ...WRONG });
  await retract(SECOND.date);
  await record(ledger, SECOND);
  const recorded = await figuresOf(ledger);
  await expect(undo(SECOND.date)).rejects.toThrow(
    "The retraction of 2026-11-21 cannot be undone: a later run has recorded 2 of its targets again. Nothing was changed: the later answers stay",
  );
  expect(await figuresOf(ledger)).toEqual(recorded);
  expect(await figuresOf(ledger)).toEqual(await ledgerOf([FIRST, SECOND]));
  expect(await found()).toEqual([]);
});

test("the night after a retracted one says why nothing is on record of it; undone, both are there", async () => {
  await record(ledger, FIRST);
  await record(ledger, SECOND);
  await retract(SECOND.date);
  await record(ledger, LATER);
  expect(await linesOf(ledger, "coverage_failure_daily", ["data_date", "failure_kind", "targets"])).toEqual([
    "2026-11-20 network 1",
    "2026-11-21 retracted 3",
    "2026-11-22 not_run 3",
    "2026-11-23 not_run 3",
  ]);
  expect(await found()).toEqual([]);
  await undo(SECOND.date);
  expect(await linesOf(ledger, "coverage_daily", ["data_date", "fresh", "missing"])).toEqual([
    "2026-11-20 2 1",
    "2026-11-21 3 0",
    "2026-11-22 0 3",
    "2026-11-23 0 3",
    "2026-11-24 4 0",
  ]);
  expect(await found()).toEqual([]);
});

test("says what there is nothing of, and changes nothing", async () => {
  await record(ledger, FIRST);
  await expect(retract("2026-11-25")).rejects.toThrow(
    "Nothing that can be taken out is on record of 2026-11-25. Nothing was changed. Look for the night",
  );
  await expect(retract(FIRST.date, "p9")).rejects.toThrow('is on record of 2026-11-20 for "p9".');
  await expect(undo(FIRST.date)).rejects.toThrow("Nothing is taken out of 2026-11-20.");
  await retract(FIRST.date);
  await expect(retract(FIRST.date)).rejects.toThrow(
    "Nothing that can be taken out is on record of 2026-11-20.",
  );
  expect(await linesOf(ledger, "retraction_history", ["retraction_id"])).toEqual(["1"]);
});

test.each<[what: string, statement: string, finding: string]>([
  ["a retraction whose reason is changed", "UPDATE retraction SET reason = 'Other.'", "retraction run 4"],
  [
    "a target that a retraction never named",
    "UPDATE retraction_target SET outcome = 'missing' WHERE target_id = 1",
    "retraction run 4",
  ],
  [
    "an answer that was taken out and is changed",
    "UPDATE retracted_snapshot SET attempts = 9 WHERE target_id = 1",
    "snapshot run 2",
  ],
  [
    "an answer that was taken out and is deleted",
    "DELETE FROM retracted_snapshot WHERE target_id = 1",
    "snapshot run 2",
  ],
  [
    "a gap that is put where the night was",
    "UPDATE gap SET failure_kind = 'network' WHERE data_date = '2026-11-21'",
    "gap run 4",
  ],
  [
    "a retraction on a run that retracts nothing",
    "INSERT INTO retraction (id, run_id, data_date, reason) VALUES (9, 1, '2026-11-20', 'x')",
    "retraction retraction 9",
  ],
  [
    "a gap that is hung on a genuine retraction",
    "INSERT INTO retracted_gap (retraction_id, data_date, target_id, failure_kind, detail, attempts, run_id, payload_id) SELECT 1, data_date, target_id, failure_kind, detail, attempts, run_id, payload_id FROM gap WHERE data_date = '2026-11-20'; DELETE FROM gap WHERE data_date = '2026-11-20'",
    "retracted_gap target 3 on 2026-11-20",
  ],
  [
    "an answer of another night that is hung on a genuine retraction",
    "INSERT INTO retracted_snapshot (retraction_id, data_date, target_id, risk_list_id, payload_id, run_id, fetched_at, attempts) SELECT 1, data_date, target_id, risk_list_id, payload_id, run_id, fetched_at, attempts FROM snapshot WHERE data_date = '2026-11-20' AND target_id = 1; DELETE FROM snapshot WHERE data_date = '2026-11-20' AND target_id = 1",
    "retracted_snapshot target 1 on 2026-11-20",
  ],
  [
    "a revision of a run that retracts",
    "INSERT INTO revision (run_id, target_id, data_date, risk_list_before, risk_list_after) VALUES (4, 1, '2026-11-20', 1, 2)",
    "revision target 1 on 2026-11-20",
  ],
  [
    "a row below the first number",
    "INSERT INTO scope_change SELECT -1, data_date, run_id, account, region, project_id, enterprise_project_id, project_name, 'gone', reason, detail FROM scope_change WHERE id = 1",
    "scope_change row -1",
  ],
])("finds %s", async (_, statement, finding) => {
  await record(ledger, FIRST);
  await record(ledger, SECOND);
  await record(ledger, { ...LATER, date: "2026-11-22" });
  await retract(SECOND.date);
  for (const one of statement.split("; ")) await sql.raw(one).execute(ledger.db);
  expect((await found()).map((line) => line.split(":")[0])).toContain(finding);
});

test("a retraction is undone after those that were made of what it left, and not before", async () => {
  for (const night of [FIRST, { date: "2026-11-21", ...WRONG }, { ...SECOND, date: "2026-11-22" }, LATER])
    await record(ledger, night);
  const before = await figuresOf(ledger);
  await retract("2026-11-21");
  await retract(FIRST.date);
  await expect(undo("2026-11-21")).rejects.toThrow(
    "The retraction of 2026-11-21 cannot be undone while a later one stands: that of 2026-11-20. Nothing was changed. Undo that one first: nightledger retract --date 2026-11-20 --undo.",
  );
  await undo(FIRST.date);
  await undo("2026-11-21");
  expect(await figuresOf(ledger)).toEqual(before);
  expect(await found()).toEqual([]);
});
