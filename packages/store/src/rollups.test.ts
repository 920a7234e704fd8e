import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { recordGap } from "./gap.ts";
import { loadNights } from "./load-night.ts";
import { openLedger } from "./open.ts";
import { planNight } from "./plan-night.ts";
import { replayNight } from "./replay-night.ts";
import { checkRollups } from "./rollup-differences.ts";
import { ROLLED_UP } from "./rollups.ts";
import { finishRun, startRun } from "./run.ts";
import { answeredNights, storedAnswers } from "./stored-answers.ts";
import { ENGINES, openTestLedger } from "./test-engines.ts";
import { type Answer, contentOf, recordNight, targetOf } from "./test-ledger.ts";
import { keptOrMade } from "./views/rolled-up.ts";

const now = new Date("2026-11-24T02:00:00Z");

const answer = (points: number, high: number): Answer => ({
  total: high,
  alarm: { total: high, points, severities: { high }, policies: { "pol-a": high, [`pol-${points}`]: 1 } },
  protection: { total: 4, points: 10, counters: { un_open_protection_host_num: high } },
});

describe.each(ENGINES)("on %s", (engine) => {
  let opened: Awaited<ReturnType<typeof openTestLedger>>;

  beforeEach(async () => {
    opened = await openTestLedger(engine);
  });
  afterEach(() => opened.remove());

  const finish = (runId: number) =>
    finishRun(opened.ledger.db, runId, {
      ...{ now, status: "complete", problem: null },
      ...{ expected: 1, alreadyFresh: 0, fetched: 1, missing: 0 },
    });
  const night = async (dataDate: string, answers: Record<string, Answer | undefined>) =>
    finish(await recordNight(opened.ledger, dataDate, answers));

  const nightsIn = async (marks: "rollup_night" | "rollup_streak_night") => {
    const rows = await opened.ledger.db.selectFrom(marks).select("data_date").orderBy("data_date").execute();
    return rows.map(({ data_date }) => data_date.slice(-2)).join(" ");
  };
  const kept = async () => [await nightsIn("rollup_night"), await nightsIn("rollup_streak_night")];

  /** What is kept or made that is not what is made of every answer: nothing, whatever was done before. */
  async function wrong(): Promise<string[]> {
    const names: string[] = [];
    for (const rolled of ROLLED_UP) {
      const columns = sql.join(rolled.columns.map((column) => sql.ref(column)));
      const read = async (from: string) => {
        const { rows } = await sql`SELECT ${columns} FROM ${sql.raw(from)}`.execute(opened.ledger.db);
        return rows.map((row) => JSON.stringify(row)).sort();
      };
      const [given, made] = [
        await read(`(${keptOrMade(rolled)}) AS given`),
        await read(`computed_${rolled.name}`),
      ];
      if (made.length === 0 || JSON.stringify(given) !== JSON.stringify(made)) names.push(rolled.name);
    }
    return names;
  }

  const threeNights = async () => {
    await night("2026-11-20", { p1: answer(3, 1), p2: answer(30, 7) });
    await night("2026-11-21", { p1: answer(6, 2), p2: undefined });
    await night("2026-11-23", { p1: answer(9, 3), p2: answer(30, 8), p3: answer(1, 0) });
  };

  test("the sums of every night and the streaks of the newest are kept when its run ends", async () => {
    await threeNights();
    expect(await kept()).toEqual(["20 21 23", "23"]);
    expect(await wrong()).toEqual([]);
    expect(await checkRollups(opened.ledger)).toEqual({
      keptNights: 3,
      checkedNights: ["2026-11-23", "2026-11-21", "2026-11-20"],
      differences: [],
    });
  });

  test("a night that is being loaded has nothing kept", async () => {
    await threeNights();
    const runId = await recordNight(opened.ledger, "2026-11-24", { p1: answer(9, 3) });
    expect(await kept()).toEqual(["20 21 23", "23"]);
    expect(await wrong()).toEqual([]);
    await finish(runId);
    expect(await kept()).toEqual(["20 21 23 24", "24"]);
    expect(await wrong()).toEqual([]);
  });

  test("a late answer takes away what it changes: its own night, the next, and every streak", async () => {
    await threeNights();
    const late = { dataDate: "2026-11-21", runId: await startRun(opened.ledger.db, "2026-11-21", now) };
    const planned = await planNight(opened.ledger, late.runId, late.dataDate, [targetOf("p2")]);
    expect(await kept()).toEqual(["20", ""]);
    await loadNights(
      opened.ledger,
      planned.map(({ targetId }) => ({
        ...late,
        targetId,
        content: contentOf(answer(20, 9)),
        payload: Buffer.from("late"),
        fetchedAt: now,
        attempts: 1,
      })),
    );
    expect(await wrong()).toEqual([]);
    await finish(late.runId);
    expect(await kept()).toEqual(["20 21 23", "23"]);
    expect(await wrong()).toEqual([]);
  });

  test("so does a night that no run had taken place on", async () => {
    await threeNights();
    await finish(await recordNight(opened.ledger, "2026-11-22", { p1: answer(7, 7) }));
    expect(await kept()).toEqual(["20 21 22 23", "23"]);
    expect(await wrong()).toEqual([]);
  });

  test("so does a gap", async () => {
    await threeNights();
    const runId = await startRun(opened.ledger.db, "2026-11-23", now);
    const gap = { runId, dataDate: "2026-11-23", failureKind: "network", detail: "No answer.", attempts: 1 };
    await recordGap(opened.ledger, { ...gap, targetId: 99 }).catch(() => {});
    expect(await kept()).toEqual(["20 21 23", "23"]);
    const { id: known } = await opened.ledger.db
      .selectFrom("target")
      .select("id")
      .where("project_id", "=", "p2")
      .executeTakeFirstOrThrow();
    // its night is on record, and stays
    await recordGap(opened.ledger, { ...gap, targetId: known });
    expect(await kept()).toEqual(["20 21 23", "23"]);
    const { id } = await opened.ledger.db
      .insertInto("target")
      .values({
        account: "acme",
        region: "ap-southeast-3",
        project_id: "p9",
        project_name: "p9",
        enterprise_project_id: "all_granted_eps",
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    await recordGap(opened.ledger, { ...gap, targetId: id });
    expect(await kept()).toEqual(["20 21", ""]);
    expect(await wrong()).toEqual([]);
  });

  test("so does a replay, which leaves the streaks to the next night", async () => {
    await threeNights();
    const { db } = opened.ledger;
    const [dataDate] = await answeredNights(db, {});
    if (dataDate === undefined) throw new Error("No night is on record.");
    const content = contentOf(answer(5, 5));
    const rereadings = [];
    for (const answered of await storedAnswers(db, dataDate)) {
      rereadings.push({ answer: answered, content, unknownFields: [] });
    }
    const { runId } = await replayNight(opened.ledger, dataDate, rereadings, { now });
    // p1 answered next on the 21st, p2 on the 23rd
    expect(await kept()).toEqual(["", ""]);
    expect(await wrong()).toEqual([]);
    await finish(runId ?? 0);
    expect(await kept()).toEqual(["20 21 23", ""]);
    expect(await wrong()).toEqual([]);
    await night("2026-11-24", { p1: answer(9, 3) });
    expect(await kept()).toEqual(["20 21 23 24", "24"]);
  });

  test("rows of a night that is not marked are never read, and what is kept is read where it is marked", async () => {
    await threeNights();
    const { db } = opened.ledger;
    await db.updateTable("rollup_portfolio_daily").set({ targets: 77 }).execute();
    const targets = async () => {
      const rows = await db.selectFrom("portfolio_daily").select("targets").orderBy("data_date").execute();
      return rows.map((row) => Number(row.targets));
    };
    expect(await targets()).toEqual([77, 77, 77]);
    expect((await checkRollups(opened.ledger)).differences).toEqual([
      { dataDate: "2026-11-23", name: "portfolio_daily" },
      { dataDate: "2026-11-21", name: "portfolio_daily" },
      { dataDate: "2026-11-20", name: "portfolio_daily" },
    ]);
    await db.deleteFrom("rollup_night").execute();
    expect(await targets()).toEqual([2, 1, 3]);
  });

  test("one wrong sum among many nights is found, unless only a few are asked for", async () => {
    for (let day = 10; day <= 20; day += 1) await night(`2026-11-${day}`, { p1: answer(day, 1) });
    const { db } = opened.ledger;
    await db
      .updateTable("rollup_portfolio_daily")
      .set({ total_risk_num: 777 })
      .where("data_date", "=", "2026-11-19")
      .execute();
    const all = await checkRollups(opened.ledger);
    expect(all.checkedNights).toHaveLength(11);
    expect(all.differences).toEqual([{ dataDate: "2026-11-19", name: "portfolio_daily" }]);
    const quick = await checkRollups(opened.ledger, { quick: true });
    expect(quick.checkedNights).toEqual([
      "2026-11-20",
      "2026-11-17",
      "2026-11-15",
      "2026-11-13",
      "2026-11-11",
    ]);
  });

  test("views that are made anew forget what the old ones gave, and the next run keeps it again", async () => {
    await threeNights();
    await opened.ledger.db
      .updateTable("view_hash")
      .set({ hash: Buffer.from("older") })
      .execute();
    await (await openLedger(opened.url)).close();
    expect(await kept()).toEqual(["", ""]);
    await night("2026-11-24", { p1: answer(9, 3) });
    expect(await kept()).toEqual(["20 21 23 24", "24"]);
    expect(await wrong()).toEqual([]);
  });

  test("a sum that no engine can count does not keep a run from ending", async () => {
    const most: Answer = { total: Number.MAX_SAFE_INTEGER };
    const all = Array.from({ length: 1100 }, (_, index) => [`p${index}`, most] as const);
    const { ledger } = opened;
    const runId = await startRun(ledger.db, "2026-11-24", now);
    const planned = await planNight(
      ledger,
      runId,
      "2026-11-24",
      Object.keys(Object.fromEntries(all)).map(targetOf),
    );
    const base = { runId, dataDate: "2026-11-24", payload: Buffer.from("much"), fetchedAt: now, attempts: 1 };
    await loadNights(
      ledger,
      planned.map(({ targetId }) => ({ ...base, targetId, content: contentOf(most) })),
    );
    await finish(runId);
    expect(await ledger.db.selectFrom("run_history").select("status").execute()).toEqual([
      { status: "complete" },
    ]);
  });
});
