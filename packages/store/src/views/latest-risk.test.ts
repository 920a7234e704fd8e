import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openScopedReader } from "../audience/open-scoped-reader.ts";
import { retractNight } from "../retraction/retract-night.ts";
import { startRun } from "../run.ts";
import { recordScope } from "../scope.ts";
import { ENGINES, openTestLedger } from "../test-engines.ts";
import { type Answer, linesOf, recordNight, targetOf } from "../test-ledger.ts";

const answer = (points: number): Answer => ({
  total: 1,
  alarm: { total: 1, points, severities: { high: 1 } },
});

describe.each(ENGINES)("on %s", (engine) => {
  let opened: Awaited<ReturnType<typeof openTestLedger>>;

  beforeEach(async () => {
    opened = await openTestLedger(engine);
    await night("2026-11-22", ["p1", "p2", "p3", "p4"], {
      p1: answer(1),
      p2: answer(2),
      p3: answer(3),
      p4: answer(4),
    });
  });
  afterEach(() => opened.remove());

  const latest = () =>
    linesOf(opened.ledger, "latest_risk", ["project_id", "data_date", "score", "age_days"]);

  /** What discovery lists of the accounts that could be asked, and what the targets answer. */
  async function night(
    dataDate: string,
    listed: readonly string[],
    answers: Record<string, Answer | undefined>,
    { asked = ["acme"], disabled = [] }: { asked?: string[]; disabled?: string[] } = {},
  ): Promise<void> {
    const { ledger } = opened;
    const runId = await startRun(ledger.db, dataDate, new Date("2026-11-24T02:00:00Z"));
    const sightings = [
      ...listed.map((id) => ({ ...targetOf(id), state: "expected" as const })),
      ...disabled.map((id) => ({ ...targetOf(id), state: "disabled" as const })),
    ];
    await recordScope(ledger, { runId, dataDate, asked, configured: ["acme"], sightings });
    await recordNight(ledger, dataDate, answers);
  }

  test("leaves out what discovery does not list any more, and what it leaves out", async () => {
    await night("2026-11-23", ["p1", "p2"], { p1: answer(5), p2: answer(6) }, { disabled: ["p4"] });
    expect(await latest()).toEqual(["p1 2026-11-23 95 0", "p2 2026-11-23 94 0"]);
    // listed again, it has its old answer until it gives a new one
    await night("2026-11-24", ["p1", "p2", "p3"], { p1: answer(5), p2: answer(6), p3: undefined });
    expect(await latest()).toEqual(["p1 2026-11-24 95 0", "p2 2026-11-24 94 0", "p3 2026-11-22 97 2"]);
  });

  test("keeps a target that is missing, with the age of its last answer", async () => {
    await night("2026-11-23", ["p1", "p2", "p3", "p4"], {
      p1: answer(5),
      p2: undefined,
      p3: undefined,
      p4: answer(7),
    });
    expect(await latest()).toEqual([
      "p1 2026-11-23 95 0",
      "p2 2026-11-22 98 1",
      "p3 2026-11-22 97 1",
      "p4 2026-11-23 93 0",
    ]);
  });

  test("keeps the targets of an account that could not be asked", async () => {
    const unknown = { p1: undefined, p2: undefined, p3: undefined, p4: undefined };
    await night("2026-11-23", [], unknown, { asked: [] });
    expect(await latest()).toHaveLength(4);
  });

  test("keeps the targets that a run of some alone did not ask for", async () => {
    await night("2026-11-23", ["p1", "p2", "p3", "p4"], { p1: answer(5) });
    expect(await latest()).toEqual([
      "p1 2026-11-23 95 0",
      "p2 2026-11-22 98 1",
      "p3 2026-11-22 97 1",
      "p4 2026-11-22 96 1",
    ]);
  });

  test("has a target back when the night that lost it is taken out", async () => {
    await night("2026-11-23", ["p1"], { p1: answer(5) });
    expect(await latest()).toEqual(["p1 2026-11-23 95 0"]);
    const at = new Date("2026-11-24T02:00:00Z");
    await retractNight(opened.ledger, { dataDate: "2026-11-23", reason: "A test.", now: at });
    expect(await latest()).toEqual([
      "p1 2026-11-22 99 0",
      "p2 2026-11-22 98 0",
      "p3 2026-11-22 97 0",
      "p4 2026-11-22 96 0",
    ]);
  });

  test("leaves what is gone out for an audience that has nothing else, too", async () => {
    await night("2026-11-23", ["p1", "p2"], { p1: answer(5), p2: answer(6) });
    const reader = await openScopedReader(opened.url, { projects: ["p2", "p3"] }, "2026-11-23");
    const none = await openScopedReader(opened.url, { projects: ["p3", "p4"] }, "2026-11-22");
    try {
      const rows = await reader.db.selectFrom("latest_risk").select("project_id").execute();
      expect(rows).toEqual([{ project_id: "p2" }]);
      expect(await none.db.selectFrom("latest_risk").select("project_id").execute()).toEqual([]);
    } finally {
      await reader.close();
      await none.close();
    }
  });
});
