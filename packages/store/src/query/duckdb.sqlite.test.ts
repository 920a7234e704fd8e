import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { blobValue, type DuckDBConnection, DuckDBDecimalValue, DuckDBInstance } from "@duckdb/node-api";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestLedger, type TestLedger } from "../test-engines.ts";
import { recordTestNights } from "../test-nights.ts";
import { PUBLIC_VIEWS } from "./public-views.ts";

const DOCS = fileURLToPath(new URL("../../../../docs/queries.md", import.meta.url));
/** What DuckDB cannot read, as docs/queries.md says. */
const UNREADABLE = ["evidence_daily", "payload_storage"];

/**
 * DuckDB's sqlite extension, which is no part of its package, gives the tables of a file to DuckDB and compiles the
 * file's own CREATE VIEW statements in DuckDB. So does this: the same types, the same rows, the same texts.
 */
const TYPES = [
  [/INT/i, "BIGINT"],
  [/CHAR|TEXT|CLOB/i, "VARCHAR"],
  [/REAL|FLOA|DOUB|DEC|NUM/i, "DOUBLE"],
] as const;
const typeOf = (declared: string): string => TYPES.find(([like]) => like.test(declared))?.[1] ?? "BLOB";

let opened: TestLedger;
let file: Database.Database;
let duck: DuckDBConnection;
/** Views that DuckDB does not compile, and why. */
let refused: Map<string, string>;

const named = (type: "table" | "view") =>
  file
    .prepare<[string], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite_%'",
    )
    .all(type);

async function copyTable(name: string): Promise<void> {
  const columns = file
    .prepare<[string], { name: string; type: string }>("SELECT name, type FROM pragma_table_info(?)")
    .all(name);
  const declared = columns.map((column) => `"${column.name}" ${typeOf(column.type)}`);
  await duck.run(`CREATE TABLE "${name}" (${declared.join(", ")})`);
  const insert = `INSERT INTO "${name}" VALUES (${columns.map((_, at) => `$${at + 1}`).join(", ")})`;
  const rows = file.prepare<[], (string | number | Buffer | null)[]>(`SELECT * FROM "${name}"`).raw();
  for (const row of rows.iterate()) {
    await duck.run(
      insert,
      row.map((cell) => (Buffer.isBuffer(cell) ? blobValue(cell) : cell)),
    );
  }
}

/** A view may stand before one that it reads. */
async function compileViews(): Promise<Map<string, string>> {
  let left = named("view");
  for (;;) {
    const failed = new Map<string, string>();
    for (const { name, sql } of left) {
      await duck.run(sql).catch((error: Error) => failed.set(name, error.message));
    }
    if (failed.size === 0 || failed.size === left.length) return failed;
    left = left.filter(({ name }) => failed.has(name));
  }
}

beforeAll(async () => {
  opened = await openTestLedger("sqlite");
  await recordTestNights(opened.ledger);
  file = new Database(opened.url, { readonly: true });
  duck = await (await DuckDBInstance.create(":memory:")).connect();
  for (const { name } of named("table")) await copyTable(name);
  refused = await compileViews();
});
afterAll(async () => {
  duck.closeSync();
  file.close();
  await opened.remove();
});

/** Figures alike, whatever each engine counts in. */
function shown(cell: unknown): string {
  if (cell === null) return "–";
  if (cell instanceof DuckDBDecimalValue) return String(cell.toDouble());
  return typeof cell === "number" ? String(Math.round(cell * 1e9) / 1e9) : String(cell);
}
const lines = (rows: readonly (readonly unknown[])[]): string[] =>
  rows.map((row) => row.map(shown).join(" ")).sort();

test.each([...PUBLIC_VIEWS].filter((view) => !UNREADABLE.includes(view)))(
  "DuckDB reads the same rows of %s",
  async (view) => {
    expect(refused.get(view)).toBeUndefined();
    const rows = file.prepare<[], unknown[]>(`SELECT * FROM ${view}`).raw().all();
    const read = await duck.runAndReadAll(`SELECT * FROM ${view}`);
    expect(lines(read.getRows())).toEqual(lines(rows));
  },
);

test("the docs name the views that DuckDB cannot read, and no other", () => {
  const views = [...PUBLIC_VIEWS].filter((view) => refused.has(view)).sort();
  expect(views).toEqual(UNREADABLE);
  const [, listed = ""] = /DuckDB cannot read (.+?):/s.exec(readFileSync(DOCS, "utf8")) ?? [];
  expect([...listed.matchAll(/`(\w+)`/g)].map(([, view]) => view).sort()).toEqual(UNREADABLE);
});

test("DuckDB puts nulls last where SQLite puts them first, unless a query says where", async () => {
  const scores = "SELECT score FROM risk_daily WHERE data_date = '2026-11-23' ORDER BY score";
  const ofDuck = async (sql: string) =>
    (await duck.runAndReadAll(sql)).getRows().map(([cell]) => shown(cell));
  const ofFile = (sql: string) =>
    file
      .prepare<[], unknown[]>(sql)
      .raw()
      .all()
      .map(([cell]) => shown(cell));
  expect(ofFile(scores)[0]).toBe("–");
  expect((await ofDuck(scores)).at(-1)).toBe("–");
  expect(await ofDuck(`${scores} NULLS LAST`)).toEqual(ofFile(`${scores} NULLS LAST`));
});
