import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DICTIONARY } from "../dictionary.ts";
import { retractNight } from "../retraction/retract-night.ts";
import { forgetRollups } from "../rollups.ts";
import { recordAudiences } from "../test-audiences.ts";
import { ENGINES, openTestLedger, type TestLedger } from "../test-engines.ts";
import { recordTestNights } from "../test-nights.ts";
import { recordOddNights } from "../testing/odd-nights.ts";
import { deliver } from "../testing/records-ledger.ts";

/** Answers that every view has a row of, and answers that name the same thing twice wherever an answer can. */
async function recordEverything({ ledger }: TestLedger): Promise<void> {
  await recordAudiences(ledger, ["north", "south"]);
  await deliver(ledger, ["a@example.com", "b@example.com"], 3);
  await recordTestNights(ledger);
  await recordOddNights(ledger, ["2026-11-25", "2026-11-26"]);
  const order = {
    dataDate: "2026-11-20",
    reason: "The clock was wrong.",
    now: new Date("2026-11-26T03:00:00Z"),
  };
  await retractNight(ledger, order);
}

describe.each(ENGINES)("on %s", (engine) => {
  let opened: TestLedger;

  beforeAll(async () => {
    opened = await openTestLedger(engine);
    await recordEverything(opened);
  });
  afterAll(() => opened.remove());

  const rowsOf = async (view: string): Promise<number> => {
    const { rows } = await sql<{ n: number }>`SELECT COUNT(*) AS n FROM ${sql.table(view)}`.execute(
      opened.ledger.db,
    );
    return Number(rows[0]?.n);
  };

  /** Views in which two rows have the same key. */
  async function repeating(): Promise<string[]> {
    const names: string[] = [];
    for (const { view, key } of DICTIONARY) {
      const columns = sql.join(key.map((column) => sql.ref(column)));
      const { rows } = await sql`
        SELECT ${columns} FROM ${sql.table(view)} GROUP BY ${columns} HAVING COUNT(*) > 1`.execute(
        opened.ledger.db,
      );
      if (rows.length > 0) names.push(`${view}: ${JSON.stringify(rows[0])}`);
    }
    return names;
  }

  test("every view has rows to be tested with", async () => {
    const empty: string[] = [];
    for (const { view } of DICTIONARY) if ((await rowsOf(view)) === 0) empty.push(view);
    expect(empty).toEqual([]);
  });

  test("a view's key finds one row, of kept sums", async () => {
    expect(await repeating()).toEqual([]);
  });

  test("a view's key finds one row, of sums made on the way", async () => {
    await forgetRollups(opened.ledger.db);
    expect(await repeating()).toEqual([]);
  });
});
