import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { seeded } from "@nightledger/store/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OneRun } from "./process/one-run.ts";
import { type Ended, runProcess } from "./process/run-process.ts";

/**
 * Runs are killed with SIGKILL, at random steps of their life or shortly after: two ledgers at a time, each until
 * its night is done, then the next. What is fetched, and what is on record in the end, must not tell.
 */
const KILLS = process.env.FULL_TRIALS === "1" ? 50 : 14;
const EVENING = "2026-11-23";
const NIGHT = "2026-11-24";
const SEED = 4;

/** Beside plain answers: a target that is refused, one that answers nonsense, one with a field nobody knows. */
const FAULTS = {
  faults: [
    { operation: "ListSecurityRisk" as const, project: 3, fault: "forbidden" },
    { operation: "ListSecurityRisk" as const, project: 4, fault: "numbers_as_strings" },
    { operation: "ListSecurityRisk" as const, project: 5, fault: "unknown_fields" },
  ],
};

let folder: string;
let simulators: Simulator[];
/** A ledger on the morning of the night. */
let morning: string;
/** What an uninterrupted run makes of it, and its steps. */
let expected: unknown;
let steps: number;

const startCloud = () =>
  startSimulator({ accounts: 2, projects: 24, limit: null, date: NIGHT, faults: FAULTS });

const orderOf = ({ url, world }: Simulator, path: string, dataDate = NIGHT): OneRun => ({
  url,
  accounts: world.accounts.map(({ name, ak, sk }) => ({ name, ak, sk })),
  path,
  dataDate,
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-crash-"));
  simulators = [await startCloud(), await startCloud()];
  const [simulator] = simulators as [Simulator];
  morning = join(folder, "morning.db");
  simulator.setDate(EVENING);
  await runProcess(orderOf(simulator, morning, EVENING));
  simulator.setDate(NIGHT);
  const uninterrupted = join(folder, "uninterrupted.db");
  copyFileSync(morning, uninterrupted);
  const { done, stderr } = await runProcess(orderOf(simulator, uninterrupted));
  expect(stderr).toBe("");
  expect(done?.done).toMatchObject({ status: "partial", expected: 23, missing: 2 });
  steps = done?.steps ?? 0;
  expected = contentsOf(uninterrupted);
});

afterAll(async () => {
  for (const simulator of simulators) await simulator.close();
  rmSync(folder, { recursive: true });
});

function reading<T>(path: string, read: (rows: (sql: string) => Record<string, unknown>[]) => T): T {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return read((sql) => database.prepare(sql).all());
  } finally {
    database.close();
  }
}

/** What is a run's own, and numbers that the order of arrival gives. */
const OWN = ["run_id", "run_seal", "target_id", "fetched_at"];
const REQUEST_ID = /request [0-9a-f]{32}/;
const COST = [
  "run_measure",
  "run_statistics",
  "run_minute",
  "run_minute_read",
  "run_slow_target",
  "run_slow_read",
];
const NOT_COMPARED = [
  "run",
  "run_seal",
  "ledger_seal",
  "run_history",
  ...COST,
  "kysely_migration",
  "kysely_migration_lock",
];

/** Everything that is on record, in an order of its own: every view's rows, every table's size, every observation. */
const contentsOf = (path: string) =>
  reading(path, (rows) => {
    const named = (type: string) =>
      rows(`SELECT name FROM sqlite_master WHERE type = '${type}' AND name NOT LIKE 'sqlite_%'`)
        .map(({ name }) => String(name))
        .filter((name) => !NOT_COMPARED.includes(name));
    const views = named("view").filter(
      (view) => !("risk_list_id" in (rows(`SELECT * FROM ${view} LIMIT 1`)[0] ?? {})),
    );
    const contents = views.map((view) => [
      view,
      rows(`SELECT * FROM ${view}`)
        .map((row) => JSON.stringify(Object.entries(row).filter(([column]) => !OWN.includes(column))))
        .map((row) => row.replace(REQUEST_ID, "request"))
        .sort(),
    ]);
    const sizes = named("table").map((table) => [table, rows(`SELECT COUNT(*) AS n FROM ${table}`)[0]?.n]);
    const observations = rows(
      `SELECT s.data_date, t.project_id, HEX(r.hash) AS content, HEX(p.hash) AS payload, s.attempts
        FROM snapshot s JOIN target t ON t.id = s.target_id JOIN risk_list r ON r.id = s.risk_list_id
        JOIN payload p ON p.id = s.payload_id ORDER BY s.data_date, t.project_id`,
    );
    return { contents, sizes, observations };
  });

const freshOn = (path: string): Set<unknown> =>
  reading(path, (rows) => {
    const sql = `SELECT project_id FROM coverage_target_daily WHERE data_date = '${NIGHT}' AND outcome = 'fresh'`;
    return new Set(rows(sql).map(({ project_id }) => project_id));
  });

/** What is held against a run: what it asked for again, and how its ledger is. */
interface Finding {
  end: OneRun["end"];
  ended: Pick<Ended, "signal" | "stderr">;
  askedAgain: unknown[];
  integrity: unknown;
}

async function resume(simulator: Simulator, path: string, end: OneRun["end"]): Promise<Finding> {
  const committed = freshOn(path);
  simulator.clearRequests();
  const { signal, stderr } = await runProcess({ ...orderOf(simulator, path), ...(end && { end }) });
  const asked = simulator.requests.map((request) => /^\/v5\/([^/]+)\//.exec(request.path)?.[1]);
  const [integrity] = reading(path, (rows) => rows("PRAGMA integrity_check"));
  return {
    end,
    ended: { signal, stderr },
    askedAgain: asked.filter((project) => committed.has(project)),
    integrity: integrity?.integrity_check,
  };
}

test(`${KILLS} runs killed at random: the ledger is as if none had been, and nothing committed is asked for again`, async () => {
  const random = seeded(SEED);
  const findings: Finding[] = [];
  const kills: number[] = [];
  let ledgers = 0;

  const nextEnd = (): OneRun["end"] => ({
    step: 1 + Math.floor(random() * steps),
    by: random() < 0.5 ? "itself" : "another",
  });

  /** One ledger: killed until a run gets through, then held against the uninterrupted one. */
  async function wearOut(simulator: Simulator): Promise<void> {
    ledgers += 1;
    const path = join(folder, `killed-${ledgers}.db`);
    copyFileSync(morning, path);
    for (let through = false; !through; ) {
      const end = kills.length < KILLS ? nextEnd() : undefined;
      const found = await resume(simulator, path, end);
      findings.push(found);
      through = found.ended.signal === null;
      if (!through) kills.push(end?.step ?? 0);
    }
    expect(contentsOf(path)).toEqual(expected);
  }

  await Promise.all(
    simulators.map(async (simulator) => {
      while (kills.length < KILLS) await wearOut(simulator);
    }),
  );
  expect(findings.filter(({ askedAgain }) => askedAgain.length > 0)).toEqual([]);
  expect(findings.filter(({ integrity }) => integrity !== "ok")).toEqual([]);
  expect(findings.filter(({ ended }) => ended.signal === null && ended.stderr !== "")).toEqual([]);
  expect(kills.length).toBeGreaterThanOrEqual(KILLS);
}, 600_000);
