import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSimulator } from "@nightledger/simulator";
import { strFromU8, unzipSync } from "fflate";
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import readXlsx from "read-excel-file/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "./run.ts";
import { savedQueries } from "./saved-queries.ts";
import { parseSavedQuery } from "./saved-query.ts";
import type { Terminal } from "./verb.ts";
import { writeSimulatorConfig } from "./write-simulator-config.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";
/** One row with a cell of each sort, one without. */
const CELLS = `SELECT 1 AS whole, 2.5 AS real, 'Ünï,"x"' AS text, '' AS empty, x'00ff' AS bytes, 9007199254740993 AS wide
  UNION ALL SELECT -7, -0.5, NULL, NULL, NULL, NULL`;

let folder: string;

interface Exit {
  status: number | null;
  out: string;
  err: string;
}

/** The command within this process; what it writes is kept. */
async function nightledger(args: readonly string[], terminal: Partial<Terminal> = {}): Promise<Exit> {
  const out: Buffer[] = [];
  let err = "";
  const status = await run(args, {
    out: (text) => out.push(Buffer.from(text)),
    write: async (piece) => {
      out.push(Buffer.from(piece));
    },
    outInteractive: false,
    err: (text) => {
      err += text;
    },
    interactive: false,
    now: () => new Date(),
    env: {},
    cwd: folder,
    signal: new AbortController().signal,
    ...terminal,
  });
  return { status, out: Buffer.concat(out).toString(), err };
}

const query = (...args: string[]) => nightledger(["query", ...args]);

/** The command as a user runs it: a process of its own. */
const command = (...args: string[]) =>
  spawn(process.execPath, [MAIN, "query", ...args], { cwd: folder, env: { PATH: process.env.PATH } });

async function commandExit(...args: string[]): Promise<Exit> {
  const child = command(...args);
  const closed = once(child, "close");
  const [out, err] = await Promise.all([child.stdout.toArray(), child.stderr.toArray()]);
  await closed;
  return { status: child.exitCode, out: out.join(""), err: err.join("") };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-query-test-"));
  const simulator = await startSimulator({ accounts: 1, projects: 4, limit: null });
  try {
    writeSimulatorConfig(simulator, join(folder, "nightledger.yaml"));
    for (const date of ["2026-11-23", "2026-11-24"]) {
      simulator.setDate(date);
      expect((await nightledger(["ingest", "--date", date])).status).toBe(0);
    }
  } finally {
    await simulator.close();
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

test("a table is for people: null is a dash, and rows beyond the limit are counted", async () => {
  expect((await query("SELECT 1 AS one, NULL AS none, 'a' AS letter")).out).toBe(
    "one  none  letter\n───  ────  ──────\n  1  –     a\n",
  );
  const many = await query("--limit", "2", `${ENDLESS} SELECT i FROM n LIMIT 1234`);
  expect(many.out).toBe(
    "i\n─\n1\n2\n1232 more; --limit shows more of them, --format csv or another writes all.\n",
  );
});

test("CSV quotes where it must, and tells an empty text from null", async () => {
  expect((await query("--format", "csv", CELLS)).out).toBe(
    'whole,real,text,empty,bytes,wide\n1,2.5,"Ünï,""x""","",00ff,9007199254740993\n-7,-0.5,,,,\n',
  );
});

test("JSON and NDJSON keep every digit of a whole number", async () => {
  const rows = [
    '{"whole":1,"real":2.5,"text":"Ünï,\\"x\\"","empty":"","bytes":"00ff","wide":9007199254740993}',
    '{"whole":-7,"real":-0.5,"text":null,"empty":null,"bytes":null,"wide":null}',
  ];
  expect((await query("--json", CELLS)).out).toBe(`[\n${rows.join(",\n")}\n]\n`);
  expect((await query("--format", "ndjson", CELLS)).out).toBe(`${rows.join("\n")}\n`);
  expect((await query("--json", "SELECT 1 WHERE 1 = 0")).out).toBe("[\n]\n");
});

test("XLSX keeps numbers as numbers and null as an empty cell", async () => {
  const file = join(folder, "cells.xlsx");
  expect(await query("--out", file, CELLS)).toEqual({ status: 0, out: "", err: "" });
  const [sheet] = await readXlsx(file);
  expect(sheet?.data).toEqual([
    ["whole", "real", "text", "empty", "bytes", "wide"],
    [1, 2.5, 'Ünï,"x"', null, "00ff", "9007199254740993"],
    [-7, -0.5, null, null, null, null],
  ]);
});

test("Parquet gives each column the one type that takes all its cells", async () => {
  const file = join(folder, "cells.parquet");
  // a thousand whole numbers first, so that the type shows late
  const late = `SELECT * FROM (${ENDLESS} SELECT i AS late FROM n LIMIT 25000) UNION ALL SELECT 0.5`;
  await query("--out", file, CELLS);
  await query("--out", join(folder, "late.parquet"), late);
  const read = (name: string) => {
    const { buffer, byteOffset, byteLength } = readFileSync(name);
    return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  };
  const { schema } = await parquetMetadataAsync(read(file));
  expect(schema.slice(1).map(({ name, type }) => [name, type])).toEqual([
    ["whole", "INT64"],
    ["real", "DOUBLE"],
    ["text", "BYTE_ARRAY"],
    ["empty", "BYTE_ARRAY"],
    ["bytes", "BYTE_ARRAY"],
    ["wide", "INT64"],
  ]);
  expect(await parquetReadObjects({ file: read(file) })).toEqual([
    { whole: 1n, real: 2.5, text: 'Ünï,"x"', empty: "", bytes: "00ff", wide: 9007199254740993n },
    { whole: -7n, real: -0.5, text: null, empty: null, bytes: null, wide: null },
  ]);
  const rows = await parquetReadObjects({ file: read(join(folder, "late.parquet")) });
  expect([rows.length, rows[0], rows[24_999], rows[25_000]]).toEqual([
    25_001,
    { late: 1 },
    { late: 25_000 },
    { late: 0.5 },
  ]);
});

test("a text that a spreadsheet would run is inert, and a negative number stays a number", async () => {
  const texts = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\u0001x", "＝1", "safe = 1"];
  const sql = `SELECT column1 AS cell, -5 AS number FROM (VALUES ${texts.map((text) => `('${text}')`).join(", ")})`;
  expect((await query("--format", "csv", sql)).out).toBe(
    "cell,number\n'=1+1,-5\n'+1,-5\n'-1,-5\n'@x,-5\n'\tx,-5\n\"'\rx\",-5\n\"'\nx\",-5\n'\u0001x,-5\n'＝1,-5\nsafe = 1,-5\n",
  );
  const file = join(folder, "inert.xlsx");
  await query("--out", file, sql);
  const [sheet] = await readXlsx(file, { trim: false });
  expect(sheet?.data.slice(1).map(([, number]) => number)).toEqual(texts.map(() => -5));
  const xml = strFromU8(unzipSync(readFileSync(file))["xl/worksheets/sheet1.xml"] ?? new Uint8Array());
  // style 2 has quotePrefix: a text stays a text when its cell is edited
  expect([...xml.matchAll(/<c r="A\d+" t="inlineStr"( s="2")?><is>/g)].map(([, style]) => style)).toEqual([
    ...texts.slice(0, -1).map(() => ' s="2"'),
    undefined,
  ]);
  expect(xml).not.toContain("<f");
});

test("what XML cannot say is escaped, as is what reads like the escape", async () => {
  const file = join(folder, "escapes.xlsx");
  await query("--out", file, "SELECT char(27) || '<&>_x0041_' || char(65535) AS cell");
  const xml = strFromU8(unzipSync(readFileSync(file))["xl/worksheets/sheet1.xml"] ?? new Uint8Array());
  expect(xml).toContain(">_x001B_&lt;&amp;&gt;_x005F_x0041__xFFFF_</t>");
});

test("a text too long for Excel is cut there, and told", async () => {
  const file = join(folder, "long.xlsx");
  const { err } = await query("--out", file, "SELECT printf('%.*c', 40000, 'x') AS long");
  expect(err).toBe("nightledger: Excel takes 32767 characters a cell; 1 longer cells are cut there.\n");
  expect(String((await readXlsx(file))[0]?.data[1]?.[0])).toHaveLength(32_767);
});

test("a file appears whole or not at all, and an older one stays until then", async () => {
  const file = join(folder, "whole.csv");
  writeFileSync(file, "old");
  const fails = "SELECT 1 AS x UNION ALL SELECT abs(-9223372036854775807 - 1)";
  const failed = await query("--out", file, fails);
  expect(failed).toMatchObject({ status: 2, err: expect.stringContaining("integer overflow") });
  expect(readFileSync(file, "utf8")).toBe("old");
  await query("--out", file, "SELECT 1 AS x");
  expect(readFileSync(file, "utf8")).toBe("x\n1\n");
  expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test.each([
  "INSERT INTO night VALUES ('x', 1)",
  "UPDATE night SET day_number = 0",
  "DELETE FROM snapshot",
  "DROP TABLE snapshot",
  "ATTACH 'other.db' AS other",
  "VACUUM INTO 'other.db'",
  "PRAGMA writable_schema = ON",
  "SELECT load_extension('other')",
  "SELECT 1; DELETE FROM snapshot",
  `${ENDLESS} SELECT COUNT(*) FROM n`,
])("nightledger query refuses %s", async (sql) => {
  const before = readFileSync(join(folder, "nightledger.db"));
  const { status, out, err } = await commandExit("--timeout", "1s", sql);
  expect({ status, out }).toEqual({ status: 2, out: "" });
  expect(err).toMatch(/^nightledger: The query (is refused: .+|was stopped: .+)\.\n$/);
  expect(readFileSync(join(folder, "nightledger.db")).equals(before)).toBe(true);
  expect(existsSync(join(folder, "other.db"))).toBe(false);
});

test.each([
  ["SIGINT", { err: expect.stringContaining("nightledger: stopped."), ended: 3 }],
  ["SIGKILL", { err: "", ended: "SIGKILL" }],
] as const)("a query that never ends dies with its command on %s", async (signal, told) => {
  const sql = `SELECT * FROM (${ENDLESS} SELECT i FROM n LIMIT 5000) UNION ALL SELECT COUNT(*) FROM (${ENDLESS} SELECT i FROM n)`;
  const child = command("--format", "ndjson", "--timeout", "1h", sql);
  let lines = 0;
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    lines += String(chunk).split("\n").length - 1;
    // all that will ever come: the query is counting by now
    if (lines === 5000) break;
  }
  child.kill(signal);
  // its stderr ends when nobody holds it any more, and the query's process does
  const closed = once(child, "close");
  child.stdout.resume();
  const err = (await child.stderr.toArray()).join("");
  await closed;
  expect({ lines, err, ended: child.signalCode ?? child.exitCode }).toEqual({ lines: 5000, ...told });
});

test.each([
  ["SELECT hex(zeroblob(100000000)) AS a, hex(zeroblob(100000000)) AS b", "a value is longer than 4 MiB"],
  [`SELECT ${Array(6).fill("hex(zeroblob(1000000))").join(", ")}`, "a row is longer than 4 MiB"],
  [`${ENDLESS} SELECT COUNT(*) FROM (SELECT randomblob(1000000) AS x FROM n ORDER BY x)`, "it needs more"],
])("nightledger query --memory stops %s", async (sql, why) => {
  expect(await commandExit("--memory", "256MiB", "--format", "csv", sql)).toMatchObject({
    status: 2,
    err: `nightledger: The query was stopped: ${why}, and its memory limit is 256 MiB. Ask for fewer or shorter rows, or give it more with --memory.\n`,
  });
});

test.each(["table", "csv", "json", "ndjson", "xlsx", "parquet"])(
  "a cell of 900 MB is one sentence as %s",
  async (format) => {
    const { status, err } = await query("--format", format, "SELECT zeroblob(900000000) AS x");
    expect(status).toBe(2);
    expect(err).toBe(
      "nightledger: The query was stopped: a value is longer than 16 MiB, and its memory limit is 1 GiB. Ask for fewer or shorter rows, or give it more with --memory.\n",
    );
  },
);

test("a table cuts cells that would push all others out of sight, and is stopped where it is too large", async () => {
  const long = await query("SELECT printf('%.*c', 2000, 'x') AS long, 1 AS one");
  expect(long.out.split("\n")[2]).toBe(`${"x".repeat(1000)}…    1`);
  const blob = await query("SELECT zeroblob(2000) AS long");
  expect(blob.out.split("\n")[2]).toBe(`x'${"0".repeat(998)}…`);
  const many = `${ENDLESS} SELECT printf('%.*c', 900, 'x') FROM n LIMIT 30000`;
  expect(await query("--limit", "30000", many)).toMatchObject({
    status: 2,
    out: "",
    err: expect.stringContaining("The query was stopped: the table is too large"),
  });
});

test("query --database needs no configuration", async () => {
  const other = mkdtempSync(join(tmpdir(), "nightledger-query-test-"));
  const database = join(folder, "nightledger.db");
  const asked = ["query", "--database", database, "--format", "csv", "SELECT COUNT(*) AS n FROM night_daily"];
  expect(await nightledger(asked, { cwd: other })).toEqual({ status: 0, out: "n\n2\n", err: "" });
  rmSync(other, { recursive: true });
});

test.each([["query", "SELECT COUNT(*) AS n FROM night_daily"], ["runs"], ["explain", "portfolio.score"]])(
  "a configuration whose secrets are not there answers %s",
  async (...args) => {
    const file = join(folder, "no-secrets.yaml");
    writeFileSync(
      file,
      [
        "timeZone: Asia/Singapore",
        "database: ./nightledger.db",
        "accounts: [{name: acme, credential: {ak: '${env:NO_AK}', sk: '${file:no/sk}'}}]",
        "operators: {webhooks: [{url: '${env:NO_WEBHOOK}'}]}",
        "operations: {ping: {success: '${file:no/ping}'}}",
      ].join("\n"),
    );
    const answered = await nightledger([...args, "--config", file, "--json"].filter((arg) => arg !== ""));
    expect(answered).toMatchObject({ status: 0, err: "" });
    expect(() => JSON.parse(answered.out)).not.toThrow();
    expect((await nightledger(["plan", "--config", file])).err).toContain(
      "environment variable NO_AK is not set",
    );
  },
);

test("a database that is named by a reference which is not there is a problem of the configuration", async () => {
  const file = join(folder, "no-database.yaml");
  writeFileSync(file, "timeZone: UTC\ndatabase: '${env:NO_DATABASE}'\naccounts: []\n");
  expect(await query("--config", file, "SELECT 1")).toMatchObject({
    status: 2,
    err: expect.stringContaining("database: environment variable NO_DATABASE is not set"),
  });
});

test.each([
  [["--memory", "1", "SELECT 1"], "--memory takes a size of 256MiB or more"],
  [["--database", "x.db", "--config", "y.yaml", "SELECT 1"], "not both"],
  [["--database", "x.db", "SELECT 1"], "There is no ledger at"],
  [
    ["--database", "postgres://a:b@host/c", "SELECT 1"],
    "The URL of --database must not hold the password; give it as PGPASSWORD",
  ],
  [
    ["--database", "postgres://[", "SELECT 1"],
    "The URL of --database is no URL, such as postgres://user@host/database.",
  ],
  [["--format", "pdf", "SELECT 1"], 'There is no format "pdf"'],
  [["--out", "nightledger.yaml/x.csv", "SELECT 1"], "x.csv cannot be written (EEXIST)"],
  [["--limit", "x", "SELECT 1"], "--limit takes a whole number"],
  [["--limit", "5", "--format", "csv", "SELECT 1"], "--limit is for tables"],
  [["--timeout", "5", "SELECT 1"], "--timeout takes a time such as"],
  [["--param", "a=1", "SELECT 1"], "--param is for a saved query"],
  [["--saved", "nothing"], 'There is no saved query "nothing"'],
  [["--saved", "missing", "SELECT 1"], "Give one query in quotes"],
  [["--saved", "missing", "--param", "night"], "--param takes name=value"],
  [["--saved", "missing", "--param", "day=1"], 'has no parameter "day". It has: night.'],
  [["--saved", "missing", "--param", "night=2026-02-30"], '"2026-02-30" is no date'],
  [["--saved", "stale", "--param", "nights=many"], '"many" is no integer'],
  [["--saved", "project-history"], "needs a value: --param project=… (text)"],
])("query %j is told off in one sentence", async (args, sentence) => {
  const { status, out, err } = await query(...args);
  expect({ status, out }).toEqual({ status: 2, out: "" });
  expect(err).toContain(sentence);
});

test("a binary format is not written to a terminal", async () => {
  const refused = await nightledger(["query", "--format", "xlsx", "SELECT 1"], { outInteractive: true });
  expect(refused).toMatchObject({ status: 2, out: "", err: expect.stringContaining("--out FILE") });
});

test.each(savedQueries().map(({ name, parameters }) => [name, parameters] as const))(
  "the saved query %s is answered",
  async (name, parameters) => {
    const given = parameters.some(({ name: own }) => own === "project")
      ? ["--param", "project=ap-southeast-3"]
      : [];
    const { status, out, err } = await query("--saved", name, "--format", "csv", ...given);
    const isEmpty = out.trimEnd().split("\n").length === 1;
    expect({ status, err }).toEqual({ status: 0, err: isEmpty ? "0 rows\n" : "" });
    expect(out).toMatch(/^[a-z_]+(,[a-z_]+)+\n/);
  },
);

test("a saved query takes its parameters, or the latest night", async () => {
  const nights = await query("--saved", "coverage-trend", "--format", "csv", "--param", "nights=1");
  expect(nights.out).toBe("data_date,expected,fresh,carried,missing\n2026-11-24,4,4,0,0\n");
  const history = await query("--saved", "project-history", "--param", "project=' OR 1=1 --", "--json");
  expect(history.out).toBe("[\n]\n");
});

test("query --list tells every saved query with its parameters", async () => {
  const { out } = await query("--list", "--json");
  const listed = JSON.parse(out) as { name: string }[];
  expect(listed.length).toBeGreaterThanOrEqual(14);
  expect(listed.find(({ name }) => name === "missing")).toEqual({
    name: "missing",
    title: "Missing targets",
    question: "Which projects have no answer on a night, why, and since when?",
    parameters: [{ name: "night", type: "date", default: "latest night" }],
  });
  expect((await query("--list")).out).toContain("lowest-scores");
});

test.each([
  ["-- @title T\nSELECT 1", 'needs one line "-- @question …"'],
  ["-- @title T\n-- @question Q?\n-- @param n whole = 1\nSELECT 1", '"@param n whole = 1" is not'],
  ["-- @title T\n-- @question Q?\n-- @sort x\nSELECT 1", '"@sort" is none of'],
])("a saved query %j is named with what is wrong in it", (text, why) => {
  expect(() => parseSavedQuery("mine", text)).toThrow("The saved query mine.sql cannot be read: ");
  expect(() => parseSavedQuery("mine", text)).toThrow(why);
});
