import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { checkDefinitions } from "../audit/definitions/check-definitions.ts";
import { openLedger, openReader } from "../open.ts";
import { verifyLedger } from "../seal/verify-ledger.ts";
import { emptyDatabase, openTestLedger } from "../test-engines.ts";
import { linesOf } from "../test-ledger.ts";
import { fixtureNames, makeFixture } from "../testing/fixture-ledger.ts";
import { structureOf } from "./ledger-structure.ts";

const engine = inject("engine");

let place: Awaited<ReturnType<typeof emptyDatabase>>;

beforeEach(async () => {
  place = await emptyDatabase();
});
afterEach(() => place.remove());

test.each(fixtureNames(engine))(
  "a ledger of %s is upgraded, and its figures are what they were",
  async (name) => {
    await makeFixture(engine, name, place.url);
    const ledger = await openLedger(place.url);
    const reader = await openReader(place.url);
    const fresh = await openTestLedger();
    try {
      expect(
        await linesOf(ledger, "portfolio_daily", [
          "data_date",
          "targets",
          "score",
          "deducted",
          "total_risk_num",
        ]),
      ).toEqual(["2026-11-20 3 86.2 13.8 15", "2026-11-21 2 79.3 20.8 15", "2026-11-23 3 95.3 4.7 6"]);
      expect(
        await linesOf(ledger, "coverage_daily", ["data_date", "expected", "fresh", "carried", "missing"]),
      ).toEqual(["2026-11-20 3 3 0 0", "2026-11-21 3 2 1 1", "2026-11-22 3 0 3 3", "2026-11-23 3 3 0 0"]);
      expect(
        await linesOf(
          ledger,
          "severity_daily",
          ["project_id", "category", "severity", "risk_num"],
          "2026-11-20",
        ),
      ).toEqual(["bank vulnerability medium 3", "shop alarm critical 2", "shop alarm high 5"]);
      expect(
        await linesOf(ledger, "counter_daily", ["project_id", "category", "counter", "value"], "2026-11-23"),
      ).toEqual(["bank protection un_protected_host_num 4", "shop protection un_protected_host_num 4"]);
      expect(
        await linesOf(ledger, "policy_daily", ["data_date", "project_id", "policy_id", "policy_name"]),
      ).toEqual(["2026-11-20 shop p1 name of p1", "2026-11-21 shop p1 name of p1"]);
      expect(
        await linesOf(ledger, "risk_change_daily", [
          "data_date",
          "project_id",
          "previous_date",
          "score_change",
        ]),
      ).toContain("2026-11-23 shop 2026-11-21 27.5");
      expect(await linesOf(ledger, "run_history", ["data_date", "status", "fetched", "missing"])).toEqual([
        "2026-11-20 complete 3 0",
        "2026-11-21 partial 2 1",
        "2026-11-23 complete 3 0",
      ]);
      const findings = [];
      for await (const finding of verifyLedger(reader)) findings.push(finding);
      expect(findings.filter(({ kind }) => kind === "altered")).toEqual([]);
      expect(await checkDefinitions(place.url)).toEqual({ findings: [], notChecked: null });
      expect(await structureOf(ledger.db)).toEqual(await structureOf(fresh.ledger.db));
    } finally {
      await fresh.remove();
      await reader.close();
      await ledger.close();
    }
  },
);
