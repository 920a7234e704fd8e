import { queryLedger } from "@nightledger/store";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { ROW_FORMATS, type RowFormat } from "../write-rows.ts";
import { CONFIG, configOf } from "./options.ts";

function formatOf(options: Options): RowFormat {
  const format = text(options, "format") ?? (options.json === true ? "json" : "table");
  if (!Object.hasOwn(ROW_FORMATS, format)) {
    throw new UsageError(
      `There is no format "${format}". It is one of: ${Object.keys(ROW_FORMATS).join(", ")}.`,
    );
  }
  return format as RowFormat;
}

async function runQuery(
  terminal: Terminal,
  options: Options,
  operands: readonly string[],
): Promise<ExitStatus> {
  const [sql] = operands;
  if (sql === undefined || operands.length > 1) {
    throw new UsageError(
      'Give one query in quotes, such as nightledger query "SELECT * FROM portfolio_daily".',
    );
  }
  const format = formatOf(options);
  const result = queryLedger(configOf(terminal, options).database, sql);
  try {
    ROW_FORMATS[format](result, terminal.out);
  } finally {
    result.close();
  }
  return EXIT.complete;
}

/** `nightledger query` */
export const queryVerb: Verb = {
  name: "query",
  summary: "Ask the ledger in SQL; nothing can be changed through it.",
  operands: '"SELECT …"',
  options: {
    config: CONFIG,
    format: { type: "string", value: "table|csv|json", help: "How rows are written.", default: "table" },
    json: { type: "boolean", help: "The same as --format json." },
  },
  run: runQuery,
};
