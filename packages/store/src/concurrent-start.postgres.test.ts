import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Ledger, openLedger } from "./open.ts";
import { emptyDatabase } from "./test-engines.ts";

let place: Awaited<ReturnType<typeof emptyDatabase>>;
let opened: Ledger[];

beforeEach(async () => {
  place = await emptyDatabase();
  opened = [];
});
afterEach(async () => {
  for (const ledger of opened) await ledger.close();
  await place.remove();
});

async function open(): Promise<Ledger> {
  const ledger = await openLedger(place.url);
  opened.push(ledger);
  return ledger;
}

const migrationsOf = async (ledger: Ledger) => {
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(
    ledger.db,
  );
  return rows.map(({ name }) => name);
};

test("of many that start at once, on nothing, one makes the ledger and all can use it", async () => {
  const ledgers = await Promise.all(Array.from({ length: 6 }, open));
  const [first] = ledgers as [Ledger];
  const made = await migrationsOf(first);
  expect(made).toEqual([...new Set(made)]);
  for (const ledger of ledgers) {
    expect(await ledger.db.selectFrom("coverage_daily").selectAll().execute()).toEqual([]);
  }
});

test("of many that start at once with other views, one makes them anew", async () => {
  const ledger = await open();
  await ledger.db.deleteFrom("view_hash").execute();
  const ledgers = await Promise.all(Array.from({ length: 6 }, open));
  expect(await ledger.db.selectFrom("view_hash").selectAll().execute()).not.toEqual([]);
  for (const one of ledgers) await one.db.selectFrom("risk_daily").selectAll().execute();
});
