import { extname, resolve } from "node:path";
import { isPostgresUrl } from "@nightledger/store/place";
import { postgresUrlProblem } from "@nightledger/store/postgres-url";
import { LEAST_MEMORY_BYTES, type Query, type QueryRows, queryLedger } from "@nightledger/store/query";
import { countedRows } from "../commands/query/counted-rows.ts";
import { unrecordedNights } from "../commands/query/unrecorded-nights.ts";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { FORMATS, type FormatName, isFormat } from "../formats/formats.ts";
import { parseDuration } from "../parse-duration.ts";
import { parseSize } from "../parse-size.ts";
import { queryParameters } from "../query-parameters.ts";
import { savedQueries, savedQuery } from "../saved-queries.ts";
import type { SavedQuery } from "../saved-query.ts";
import { type Options, type Terminal, text, texts, type Verb } from "../verb.ts";
import { writeFileWhole } from "../write-file-whole.ts";
import { CONFIG, JSON_OUTPUT, readingConfigOf } from "./options.ts";

/** As asked for; else as the file to write is named. */
function formatOf(terminal: Terminal, options: Options): FormatName {
  const file = text(options, "out");
  const ending = file === undefined ? "" : extname(file).slice(1).toLowerCase();
  const unnamed = options.json === true ? "json" : isFormat(ending) ? ending : "table";
  const format = text(options, "format") ?? unnamed;
  if (!isFormat(format)) {
    throw new UsageError(`There is no format "${format}". It is one of: ${Object.keys(FORMATS).join(", ")}.`);
  }
  if (FORMATS[format].binary && file === undefined && terminal.outInteractive) {
    throw new UsageError(`${format} is nothing to read on a terminal. Name a file with --out FILE.`);
  }
  return format;
}

function limitOf(options: Options, format: FormatName): number {
  const given = text(options, "limit");
  if (given !== undefined && format !== "table") {
    throw new UsageError("--limit is for tables; elsewhere all rows are written, so say LIMIT in the SQL.");
  }
  if (!/^\d{1,6}$/.test(given ?? "200")) {
    throw new UsageError(`--limit takes a whole number of rows up to 999999, not "${given}".`);
  }
  return Number(given ?? 200);
}

/** Whether a CSV begins with a byte order mark. @throws UsageError for another format */
function hasBom(options: Options, format: FormatName): boolean {
  if (options.bom === true && format !== "csv") {
    throw new UsageError(
      `--bom is for CSV, which Excel takes for its own code page without it; ${format} says by itself what it is.`,
    );
  }
  return options.bom === true;
}

/** What is asked, and the saved query that it is; null is SQL as given. */
interface Asked {
  query: Query;
  saved: SavedQuery | null;
}

function queryOf(options: Options, operands: readonly string[]): Asked {
  const saved = text(options, "saved");
  const [sql] = operands;
  const given = texts(options, "param");
  if (operands.length + (saved === undefined ? 0 : 1) !== 1) {
    throw new UsageError(
      'Give one query in quotes, such as nightledger query "SELECT * FROM portfolio_daily", or --saved NAME.',
    );
  }
  if (saved !== undefined) {
    const query = savedQuery(saved);
    return { query: { sql: query.sql, parameters: queryParameters(query, given) }, saved: query };
  }
  if (given.length > 0) throw new UsageError("--param is for a saved query, which says the type of each.");
  return { query: { sql: sql ?? "" }, saved: null };
}

/** The ledger that is named, or the configuration's: of that nothing else is read, so no secret is needed. */
function databaseOf(terminal: Terminal, options: Options): string {
  const named = text(options, "database");
  if (named === undefined) {
    const { analysts, database } = readingConfigOf(terminal, options);
    return analysts?.login.reveal() ?? database;
  }
  if (text(options, "config") !== undefined)
    throw new UsageError("Name a ledger with --database, or a configuration with --config, not both.");
  if (!isPostgresUrl(named)) return resolve(terminal.cwd, named);
  const problem = postgresUrlProblem(named);
  if (problem !== null) throw new UsageError(`The URL of --database ${problem}.`);
  return named;
}

async function list(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const queries = savedQueries().map(({ sql, ...query }) => query);
  if (options.json === true) {
    terminal.out(`${JSON.stringify(queries)}\n`);
    return EXIT.complete;
  }
  const { formatTable } = await import("../format-table.ts");
  const rows = queries.map(({ name, question, parameters }) => [
    name,
    question,
    parameters
      .map((one) => `${one.name}${one.default === null ? ` (${one.type})` : `=${one.default}`}`)
      .join(", "),
  ]);
  terminal.out(formatTable(["name", "question", "parameters"], rows));
  return EXIT.complete;
}

interface Writing {
  format: FormatName;
  memoryBytes: number;
}

async function write(
  terminal: Terminal,
  options: Options,
  { format, memoryBytes }: Writing,
  rows: QueryRows,
) {
  const writer = await FORMATS[format].load();
  const warn = (said: string) => terminal.err(`nightledger: ${said}\n`);
  const bom = hasBom(options, format);
  const pieces = writer(rows, { limit: limitOf(options, format), memoryBytes, bom, warn });
  const file = text(options, "out");
  if (file !== undefined)
    await writeFileWhole(resolve(terminal.cwd, file), pieces, { signal: terminal.signal });
  else for await (const piece of pieces) await terminal.write(piece);
}

/** Most of a ledger that was not upgraded yet answers as well; where an answer fails, a view may lack what was asked. */
async function isOfEarlierSchema(database: string, error: unknown): Promise<UsageError | null> {
  if (!(error instanceof Error) || error.name !== "QueryError") return null;
  const { requireCurrentSchema } = await import("@nightledger/store");
  try {
    await requireCurrentSchema(database);
    return null;
  } catch (older) {
    return new UsageError(`${error.message} ${(older as Error).message}`);
  }
}

async function runQuery(
  terminal: Terminal,
  options: Options,
  operands: readonly string[],
): Promise<ExitStatus> {
  if (options.list === true) return list(terminal, options);
  const { query, saved } = queryOf(options, operands);
  const format = formatOf(terminal, options);
  limitOf(options, format);
  hasBom(options, format);
  const timeoutMs = parseDuration("--timeout", text(options, "timeout") ?? "30s");
  const memoryBytes = parseSize("--memory", text(options, "memory") ?? "1GiB", LEAST_MEMORY_BYTES);
  const database = databaseOf(terminal, options);
  const limits = { timeoutMs, memoryBytes, signal: terminal.signal };
  const rows = await queryLedger(database, query, limits).catch(async (error: unknown) => {
    throw (await isOfEarlierSchema(database, error)) ?? error;
  });
  const counted = countedRows(rows);
  try {
    await write(terminal, options, { format, memoryBytes }, counted.rows);
  } finally {
    rows.close();
  }
  if (counted.count() > 0) return EXIT.complete;
  terminal.err("0 rows\n");
  const nights = await unrecordedNights(database, query, { saved, limits });
  for (const sentence of nights) terminal.err(`nightledger: ${sentence}\n`);
  return nights.length === 0 ? EXIT.complete : EXIT.partial;
}

/** `nightledger query` */
export const queryVerb: Verb = {
  name: "query",
  summary: "Ask the ledger in SQL; nothing can be changed through it.",
  operands: '"SELECT …"',
  options: {
    config: CONFIG,
    database: {
      type: "string",
      value: "FILE",
      help: "Ask this ledger (a file, or postgres://user@host/database) instead of the configuration's.",
    },
    saved: { type: "string", value: "NAME", help: "Ask a saved query instead, a file of reports/queries." },
    param: {
      type: "string",
      value: "NAME=VALUE",
      help: "A parameter of the saved query; may be repeated.",
      multiple: true,
    },
    list: { type: "boolean", help: "Show the saved queries and their parameters." },
    format: {
      type: "string",
      value: Object.keys(FORMATS).join("|"),
      help: "How rows are written; else as --out ends.",
      default: "table",
    },
    json: { ...JSON_OUTPUT, help: "The same as --format json." },
    out: { type: "string", value: "FILE", help: "Write to this file, which appears when it is whole." },
    bom: {
      type: "boolean",
      help: "Begin a CSV with a byte order mark: Excel then reads its Chinese as what it is.",
    },
    limit: { type: "string", value: "N", help: "Rows that a table shows.", default: "200" },
    memory: {
      type: "string",
      value: "SIZE",
      help: "Stop the query when its processes take more than 512MiB, 2GiB …",
      default: "1GiB",
    },
    timeout: { type: "string", value: "TIME", help: "Stop the query after 500ms, 30s, 5m …", default: "30s" },
  },
  run: runQuery,
};
