import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { loadNights } from "../load-night.ts";
import { openLedger } from "../open.ts";
import { finishHistoryNight, planHistoryNight } from "./history.ts";
import { print, times } from "./print.ts";

/**
 * What the store costs beyond its database: nights whose answers are all new, loaded through the store, and the rows
 * that this gave written again into another file by prepared inserts that do nothing else. By turns, a transaction
 * here and the same there.
 */
const TARGETS = 2000;
/** So many that it is a rate: the first ten thousand answers are loaded by code that is still being compiled. */
const NIGHTS = 15;

/** Every table that loading fills, and the column that tells new rows. */
const TABLES = [
  ["payload", "id"],
  ["risk_list", "id"],
  ["severity_word", "id"],
  ["counter_name", "id"],
  ["policy_text", "id"],
  ["category_risk", "risk_list_id"],
  ["severity_item", "risk_list_id"],
  ["counter_item", "risk_list_id"],
  ["policy_item", "risk_list_id"],
  ["snapshot", "risk_list_id"],
] as const;

/** A file of its own with the ledger's tables, written by hand. */
class ByHand {
  readonly #database: Database.Database;
  readonly #written = new Map<string, number>();
  readonly #inserts = new Map<string, Database.Statement>();

  constructor(ledgerPath: string, path: string) {
    this.#database = new Database(path);
    this.#database.pragma("journal_mode = WAL");
    this.#database.pragma("synchronous = FULL");
    this.#database.exec(`ATTACH '${ledgerPath}' AS ledger`);
    const tables = this.#database
      .prepare("SELECT sql FROM ledger.sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL")
      .pluck()
      .all() as string[];
    for (const sql of tables) if (!sql.includes("sqlite_")) this.#database.exec(sql);
    this.#database.exec("INSERT INTO category SELECT * FROM ledger.category");
    this.#database.pragma("foreign_keys = ON");
  }

  /** Brings over what planning has written. */
  plan(): void {
    for (const table of ["night", "target", "run"]) {
      this.#database.exec(`INSERT OR IGNORE INTO main."${table}" SELECT * FROM ledger."${table}"`);
    }
  }

  #newRows(table: string, key: string): unknown[][] {
    const last = this.#written.get(table) ?? 0;
    const rows = this.#database.prepare(`SELECT * FROM ledger."${table}" WHERE "${key}" > ?`);
    const newest = this.#database.prepare(`SELECT MAX("${key}") FROM ledger."${table}"`).pluck().get();
    this.#written.set(table, Number(newest ?? 0));
    return rows.raw().all(last) as unknown[][];
  }

  #insert(table: string, columns: number): Database.Statement {
    const known = this.#inserts.get(table);
    if (known !== undefined) return known;
    const places = Array.from({ length: columns }, () => "?").join(", ");
    const insert = this.#database.prepare(`INSERT INTO main."${table}" VALUES (${places})`);
    this.#inserts.set(table, insert);
    return insert;
  }

  /** Writes what the ledger has more than this file, in one transaction. Milliseconds, the reading apart. */
  catchUp(): number {
    const all = TABLES.map(([table, key]) => ({ table, rows: this.#newRows(table, key) }));
    const startedAt = performance.now();
    this.#database.exec("BEGIN IMMEDIATE");
    for (const { table, rows } of all) {
      const insert = this.#insert(table, rows[0]?.length ?? 0);
      for (const row of rows) insert.run(row);
    }
    this.#database.exec("COMMIT");
    return performance.now() - startedAt;
  }

  close(): void {
    this.#database.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), "nightledger-bench-"));
const path = join(folder, "ledger.db");
const ledger = await openLedger(path);
const byHand = new ByHand(path, join(folder, "by-hand.db"));
let storeMs = 0;
let byHandMs = 0;
for (let night = 1; night <= NIGHTS; night += 1) {
  const planned = await planHistoryNight(ledger, night, { targets: TARGETS, changing: TARGETS });
  byHand.plan();
  for (const batch of planned.batches) {
    const startedAt = performance.now();
    await loadNights(ledger, batch);
    storeMs += performance.now() - startedAt;
    byHandMs += byHand.catchUp();
  }
  await finishHistoryNight(ledger, planned);
}
byHand.close();
await ledger.close();
rmSync(folder, { recursive: true });
print(
  times(byHandMs / storeMs),
  `the rate of hand-written prepared inserts of the same rows, ${TARGETS * NIGHTS} new answers (at least 0.6)`,
);
