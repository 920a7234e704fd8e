import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { recordGap } from "./gap.ts";
import { loadNights } from "./load-night.ts";
import { type Ledger, openLedger } from "./open.ts";
import { planNight } from "./plan-night.ts";
import { startRun } from "./run.ts";
import { emptyDatabase } from "./test-engines.ts";
import { contentOf, linesOf, targetOf } from "./test-ledger.ts";

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

test("tables of a later version are left alone, and who cannot read them says what to do", async () => {
  const ledger = await open();
  await sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', '2030-01-01')`.execute(
    ledger.db,
  );
  // what the later version would have
  await ledger.db.deleteFrom("view_hash").execute();
  await expect(openLedger(place.url)).rejects.toThrow(
    /^The ledger has the tables of a later nightledger \(9999-later; this one knows them up to \d{4}-.*\)\. Nothing was changed\. Upgrade this one, and start it again\.$/,
  );
  expect(await ledger.db.selectFrom("view_hash").selectAll().execute()).toEqual([]);
});

test("a gap does not take the place of a night that is on record", async () => {
  const ledger = await open();
  const dataDate = "2026-11-24";
  const now = new Date("2026-11-24T02:00:00Z");
  const runId = await startRun(ledger.db, dataDate, now);
  const [target] = await planNight(ledger, runId, dataDate, [targetOf("shop")]);
  if (target === undefined) throw new Error("A target is needed.");
  const { targetId } = target;
  const night = { runId, targetId, dataDate, content: contentOf({ total: 1 }), attempts: 1, fetchedAt: now };
  await loadNights(ledger, [{ ...night, payload: Buffer.from("{}") }]);
  await recordGap(ledger, {
    runId,
    targetId,
    dataDate,
    failureKind: "network",
    detail: "Late.",
    attempts: 4,
  });
  expect(await linesOf(ledger, "coverage_target_daily", ["project_id", "outcome", "failure_kind"])).toEqual([
    "shop fresh –",
  ]);
  expect(await ledger.db.selectFrom("gap").selectAll().execute()).toEqual([]);
});
