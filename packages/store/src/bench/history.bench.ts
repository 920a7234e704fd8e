import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { openLedger } from "../open.ts";
import { answerOn, type History, loadHistoryNight, nightDate } from "./history.ts";
import { print, times } from "./print.ts";

/** How a ledger grows: 1,000 targets × 365 nights, 10 % of the targets with another answer each night. */
const TARGETS = 1000;
const NIGHTS = 365;
const history: History = { targets: TARGETS, changing: 100 };
const folder = mkdtempSync(join(tmpdir(), "nightledger-bench-"));

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The same answers as a plain table has them. */
function rawBytes(): number {
  const path = join(folder, "raw.db");
  const database = new Database(path);
  database.pragma("journal_mode = OFF");
  database.pragma("synchronous = OFF");
  database.exec("CREATE TABLE raw (data_date TEXT, target INTEGER, body TEXT)");
  const insert = database.prepare("INSERT INTO raw VALUES (?, ?, ?)");
  for (let night = 1; night <= NIGHTS; night += 1) {
    database.exec("BEGIN");
    for (let target = 0; target < TARGETS; target += 1) {
      insert.run(nightDate(night), target, answerOn(target, night, history).payload.toString());
    }
    database.exec("COMMIT");
  }
  database.close();
  return statSync(path).size;
}

const path = join(folder, "ledger.db");
const ledger = await openLedger(path);
const ms: number[] = [];
for (let night = 1; night <= NIGHTS; night += 1) {
  const startedAt = performance.now();
  await loadHistoryNight(ledger, night, history);
  ms.push(performance.now() - startedAt);
}
await ledger.close();
const database = new Database(path, { readonly: true });
const snapshots = database
  .prepare("SELECT SUM(pgsize) FROM dbstat WHERE name IN ('snapshot', 'snapshot_by_target')")
  .pluck()
  .get() as number;
database.close();
print(
  `${Math.round(snapshots / (TARGETS * NIGHTS))} B`,
  "an unchanged target-night, index included (at most 120)",
);
print(
  times(rawBytes() / statSync(path).size),
  "smaller than the same answers as raw JSON, one row a night (at least 10)",
);
print(
  times(median(ms.slice(-11)) / median(ms.slice(94, 105))),
  "loading night 365 to loading night 100 (at most 1.2)",
);
rmSync(folder, { recursive: true });
