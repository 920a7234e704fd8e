import { type Kysely, sql } from "kysely";
import { expect, test } from "vitest";
import { openScopedReader } from "../audience/open-scoped-reader.ts";
import { openTestLedger } from "../test-engines.ts";
import { recordTestNights } from "../test-nights.ts";
import { VIEW_DEFINITIONS } from "../view-definitions.ts";
import type { Views } from "../views.ts";

/** What may be read from end to end: it does not grow with every night times every target (a retraction is a person's act). */
const SMALL = new Set([
  "run",
  "d",
  "t",
  "k",
  "f",
  "CONSTANT",
  "e",
  "exception_period",
  "audience_exception",
  "target",
  "drift",
  "audience_identity",
  "delivery_event",
  "retraction",
  "retraction_target",
  "u",
  // a row of these is a change of a name or a unit
  "named",
  "called",
  "former",
  "name_period",
  "account_period",
  "unit_period",
]);

/** Views that have no night in their rows; and one that adds up whole accounts, which no report asks. */
const OF_ALL_NIGHTS = new Set(["field_drift", "latest_risk", "run_slow_target", "coverage_account_daily"]);

test.each([
  ["of the whole ledger", {}],
  ["of an audience", { projects: ["p1", "p2"] }],
])("no view %s reads all of history when it is asked for one night", async (_, audience) => {
  const { ledger, url, remove } = await openTestLedger("sqlite");
  await recordTestNights(ledger);
  const reader = await openScopedReader(url, audience, "2026-11-24");
  const scans: string[] = [];
  for (const [view, select] of VIEW_DEFINITIONS) {
    if (!/\bdata_date\b/.test(select) || OF_ALL_NIGHTS.has(view)) continue;
    const { rows } = await sql<{ detail: string }>`
      EXPLAIN QUERY PLAN SELECT * FROM ${sql.table(view)} WHERE data_date = '2026-11-24'`.execute(
      reader.db as unknown as Kysely<Views>,
    );
    const named = new Set(rows.map(({ detail }) => /^(?:CO-ROUTINE|MATERIALIZE) (\S+)/.exec(detail)?.[1]));
    for (const { detail } of rows) {
      const scanned =
        /^SCAN (?:main\.(?=run|target|drift|exception_period|retraction|name_period|account_period|unit_period)|\d+ )?(\S+)/.exec(
          detail,
        )?.[1];
      if (scanned !== undefined && !named.has(scanned) && !SMALL.has(scanned))
        scans.push(`${view}: ${detail}`);
    }
  }
  expect(scans).toEqual([]);
  await reader.close();
  await remove();
});
