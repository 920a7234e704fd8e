import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DICTIONARY } from "../dictionary.ts";
import { type Ledger, openReader, type Reader } from "../open.ts";
import { retractNight } from "../retraction/retract-night.ts";
import { AUDIENCE_NIGHTS, recordAudiences } from "../test-audiences.ts";
import { ENGINES, openTestLedger, type TestLedger } from "../test-engines.ts";
import { recordNight } from "../test-ledger.ts";
import type { Views } from "../views.ts";
import { openScopedReader } from "./open-scoped-reader.ts";

type Row = Record<string, unknown>;
const LAST = AUDIENCE_NIGHTS[3];
const VIEWS = DICTIONARY.map(({ view }) => view as keyof Views);

/** Columns in which an audience's name may stand. */
const NAMES = new Set([
  "account",
  "project_name",
  "alias",
  "old_value",
  "unit",
  "policy_name",
  "counter",
  "field",
  "detail",
  "problem",
]);
const tellsNames = (name: string) =>
  DICTIONARY.some(({ view, columns }) => view === name && columns.some(({ column }) => NAMES.has(column)));

async function rowsOf({ db }: Reader | Ledger, view: keyof Views): Promise<Row[]> {
  const { rows } = await sql<Row>`SELECT * FROM ${sql.table(view)}`.execute(db as unknown as Kysely<Views>);
  return rows;
}

describe.each(ENGINES)("on %s", (engine) => {
  let both: TestLedger;
  let cobaltAlone: TestLedger;

  beforeAll(async () => {
    both = await openTestLedger(engine);
    await recordAudiences(both.ledger, ["cobalt", "crimson"]);
    cobaltAlone = await openTestLedger(engine);
    await recordAudiences(cobaltAlone.ledger, ["cobalt"]);
  });

  afterAll(async () => {
    await both.remove();
    await cobaltAlone.remove();
  });

  const scoped = (filter: Parameters<typeof openScopedReader>[1], dataDate: string = LAST) =>
    openScopedReader(both.url, filter, dataDate);

  test.each([
    ["units", "cobalt unit"],
    ["accounts", "cobalt-corp"],
    ["regions", "cobalt-region"],
    ["projects", "*_cobalt-*"],
  ])("no view tells an audience of %s a word of another", async (condition, name) => {
    const whole = await openReader(both.url);
    const reader = await scoped({ [condition]: [name] });
    const told: string[] = [];
    const silent: string[] = [];
    for (const view of VIEWS) {
      if (JSON.stringify(await rowsOf(reader, view)).includes("crimson")) told.push(view);
      if (!JSON.stringify(await rowsOf(whole, view)).includes("crimson")) silent.push(view);
    }
    await whole.close();
    await reader.close();
    expect(told).toEqual([]);
    // whatever can tell a name does so in the whole ledger, but for the one name of the first headline
    expect(silent.filter(tellsNames)).toEqual(["headline_daily"]);
  });

  const ALL_VIEWS = {
    sqlite: {
      ledger: "SELECT name FROM main.sqlite_master WHERE type = 'view'",
      own: "SELECT name FROM temp.sqlite_master WHERE type = 'view'",
    },
    postgres: {
      ledger: "SELECT viewname AS name FROM pg_views WHERE schemaname = 'public'",
      own: "SELECT relname AS name FROM pg_class WHERE relkind = 'v' AND relnamespace = pg_my_temp_schema()",
    },
  };

  test("every view of the ledger, private ones too, is made anew over the audience's rows", async () => {
    const reader = await scoped({ accounts: ["cobalt-corp"] });
    const db = reader.db as unknown as Kysely<Views>;
    const { rows: ledger } = await sql.raw<{ name: string }>(ALL_VIEWS[engine].ledger).execute(db);
    const { rows: own } = await sql.raw<{ name: string }>(ALL_VIEWS[engine].own).execute(db);
    await reader.close();
    expect(ledger.length).toBeGreaterThan(VIEWS.length);
    expect(ledger.filter(({ name }) => !own.some((view) => view.name === name))).toEqual([]);
  });

  test("every figure is that of a ledger which has only the audience's targets", async () => {
    const reader = await scoped({ accounts: ["cobalt-corp"] });
    const alone = await openReader(cobaltAlone.url);
    const lines = (rows: Row[]) => rows.map(({ target_id, ...row }) => JSON.stringify(row)).sort();
    const differ: string[] = [];
    const empty: string[] = [];
    for (const view of VIEWS) {
      const [ours, theirs] = [lines(await rowsOf(reader, view)), lines(await rowsOf(alone, view))];
      if (JSON.stringify(ours) !== JSON.stringify(theirs)) differ.push(view);
      if (theirs.length === 0) empty.push(view);
    }
    await reader.close();
    await alone.close();
    // an evidence names its run, whose seal is of the whole ledger
    // an exception's filter may name others
    const named = ["run_history", "payload_storage", "evidence_daily", "exception_state_daily"];
    // deliveries, and what runs cost, are of the ledger as a whole
    const ofAll = ["delivery_history", "delivery_event_history", "delivery_daily"];
    const ofRuns = ["run_statistics", "run_minute", "run_slow_target"];
    expect(differ.sort()).toEqual([...named, ...ofAll, ...ofRuns].sort());
    // nobody has taken anything out there
    expect(empty).toEqual(["retraction_history"]);
  });

  test("a run says nothing of what it counted, since that is of all", async () => {
    const reader = await scoped({ accounts: ["cobalt-corp"] });
    const runs = await reader.db.selectFrom("run_history").selectAll().where("run_id", "=", 1).execute();
    await reader.close();
    expect(runs).toEqual([
      {
        run_id: 1,
        kind: "ingest",
        data_date: "2026-11-20",
        started_at: "2026-11-24T02:00:00.000Z",
        finished_at: "2026-11-24T02:00:00.000Z",
        status: "partial",
        expected: null,
        already_fresh: null,
        fetched: null,
        missing: null,
        problem: null,
        retracted: 0,
      },
    ]);
  });

  test("an audience sees what was taken out of its own targets, and not what others were called", async () => {
    const { ledger, url, remove } = await openTestLedger(engine);
    await recordAudiences(ledger, ["cobalt", "crimson"]);
    const only = (text: string) => ({
      text,
      isMeant: ({ account }: { account: string }) => account === text,
    });
    const retractedOf = { dataDate: LAST, now: new Date("2026-11-25T02:00:00Z") };
    await retractNight(ledger, { ...retractedOf, only: only("cobalt-corp"), reason: "A test." });
    await retractNight(ledger, { ...retractedOf, only: only("crimson-corp"), reason: "Another." });
    const reader = await openScopedReader(url, { accounts: ["cobalt-corp"] }, AUDIENCE_NIGHTS[0]);
    const rows = await reader.db
      .selectFrom("retraction_history")
      .select(["targets_filter", "targets", "reason"])
      .execute();
    await reader.close();
    await remove();
    expect(rows).toEqual([{ targets_filter: "(some targets)", targets: 4, reason: "A test." }]);
  });

  test("an audience sees the exceptions that cover its targets, without their filters", async () => {
    const reader = await scoped({ accounts: ["cobalt-corp"] }, AUDIENCE_NIGHTS[0]);
    const rows = await reader.db
      .selectFrom("exception_state_daily")
      .select(["exception", "owner", "targets_filter", "targets", "risk_num"])
      .where("data_date", "=", AUDIENCE_NIGHTS[0])
      .execute();
    await reader.close();
    expect(rows).toEqual([
      {
        exception: "cobalt-alarms",
        owner: "Owner of cobalt",
        targets_filter: null,
        targets: 1,
        risk_num: 6,
      },
    ]);
  });

  const projectsOf = async (filter: Parameters<typeof openScopedReader>[1], dataDate?: string) => {
    const reader = await scoped(filter, dataDate);
    const rows = await reader.db
      .selectFrom("unit_target")
      .select("project_id")
      .orderBy("project_id")
      .execute();
    await reader.close();
    return { projects: rows.map(({ project_id }) => project_id), unmatched: reader.unmatched };
  };

  test("all conditions hold, of each one name; names that no target has are told", async () => {
    expect(
      await projectsOf({ units: ["cobalt unit", "azure unit"], projects: ["*-late", "cobalt-st*l"] }),
    ).toEqual({
      projects: ["cobalt-late", "cobalt-still"],
      unmatched: ["units: azure unit"],
    });
  });

  test("a filter without a condition is the whole ledger, runs included", async () => {
    const reader = await scoped({});
    expect(await rowsOf(reader, "run_history")).toEqual(await rowsOf(both.ledger, "run_history"));
    await reader.close();
  });

  test("an audience that no target belongs to is an error that names those there are", async () => {
    await expect(scoped({ units: ["cobalt unit"], accounts: ["crimson-corp"] })).rejects.toThrow(
      "No target on record is of the audience (units: cobalt unit; accounts: crimson-corp) on 2026-11-24. On record are units: cobalt unit, crimson unit; accounts: cobalt-corp, crimson-corp. Check",
    );
  });

  test("nothing can be written, nor seen through a second query at the same time", async () => {
    const reader = await scoped({ accounts: ["cobalt-corp"] });
    const db = reader.db as unknown as Kysely<Views>;
    await expect(sql`DELETE FROM gap`.execute(db)).rejects.toThrow();
    await expect(sql`CREATE TABLE mine (id INTEGER)`.execute(db)).rejects.toThrow();
    const counts = await Promise.all(
      Array.from({ length: 20 }, async () => (await rowsOf(reader, "latest_risk")).length),
    );
    await reader.close();
    expect(counts).toEqual(Array(20).fill(4));
    expect(await rowsOf(both.ledger, "latest_risk")).toHaveLength(8);
  });

  describe("in a ledger of its own", () => {
    beforeEach(async () => {
      const opened = await openTestLedger(engine);
      const projects = { p1: {}, p2: {} };
      await recordNight(opened.ledger, "2026-11-23", projects, {}, { p1: "Shop", p2: "Bank" });
      await recordNight(opened.ledger, "2026-11-24", projects, {}, { p1: "Shop", p2: "Shop" });
      own = opened;
      return () => opened.remove();
    });
    let own: TestLedger;

    test.each([
      ["2026-11-23", ["p1", "p1"]],
      ["2026-11-24", ["p1", "p1", "p2", "p2"]],
    ])("the units are those of %s, for all nights", async (dataDate, expected) => {
      const reader = await openScopedReader(own.url, { units: ["Shop"] }, dataDate);
      const rows = await reader.db
        .selectFrom("risk_daily")
        .select("project_id")
        .orderBy("project_id")
        .execute();
      await reader.close();
      expect(rows.map(({ project_id }) => project_id)).toEqual(expected);
    });
  });
});
