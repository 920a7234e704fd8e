import {
  type ExceptionStateDaily,
  NoLedgerError,
  openReader,
  type PortfolioNetDaily,
  type Reader,
  type RiskException,
  requireCurrentSchema,
} from "@nightledger/store";
import { dayIn } from "../clock.ts";
import type { Config } from "../config.ts";
import { parseDate } from "../data-date.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { formatTable } from "../format-table.ts";
import { readExceptions } from "../read-exceptions.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

/** A night's exceptions on record, with the portfolio's figures. */
interface OnRecord {
  dataDate: string | null;
  states: ExceptionStateDaily[];
  portfolio: PortfolioNetDaily | null;
}

const NOTHING: OnRecord = { dataDate: null, states: [], portfolio: null };

/** The night that is asked for, or the newest. */
async function nightOf({ db }: Reader, asked: string | undefined): Promise<string | null> {
  if (asked !== undefined) return parseDate(asked);
  const { newest } = await db
    .selectFrom("night_daily")
    .select((eb) => eb.fn.max<string | null>("data_date").as("newest"))
    .executeTakeFirstOrThrow();
  return newest;
}

async function recordOf(reader: Reader, asked: string | undefined): Promise<OnRecord> {
  const dataDate = await nightOf(reader, asked);
  if (dataDate === null) return NOTHING;
  const { db } = reader;
  const states = await db
    .selectFrom("exception_state_daily")
    .selectAll()
    .where("data_date", "=", dataDate)
    .orderBy("days_left")
    .orderBy("exception")
    .execute();
  const portfolio = await db
    .selectFrom("portfolio_net_daily")
    .selectAll()
    .where("data_date", "=", dataDate)
    .executeTakeFirst();
  return { dataDate, states, portfolio: portfolio ?? null };
}

/** A file is reviewed before there is any ledger, too. */
async function onRecord(config: Config, asked: string | undefined): Promise<OnRecord> {
  let reader: Reader;
  try {
    await requireCurrentSchema(config.database);
    reader = await openReader(config.database);
  } catch (error) {
    if (error instanceof NoLedgerError && asked === undefined) return NOTHING;
    throw error;
  }
  try {
    return await recordOf(reader, asked);
  } finally {
    await reader.close();
  }
}

const COLUMNS = [
  "exception",
  "state",
  "days_left",
  "valid_until",
  "targets",
  "risk_num",
  "deduct_score",
  "owner",
] as const;

/** What of the file and the record somebody should look at. */
function remarks(file: readonly RiskException[], { dataDate, states }: OnRecord): string[] {
  const known = new Set(states.map(({ exception }) => exception));
  const named = new Set(file.map(({ id }) => id));
  return [
    ...states
      .filter(({ targets, state }) => targets === 0 && state !== "expired")
      .map(({ exception }) => `${exception} fits no target on record: check the names in its targets.`),
    ...file
      .filter(({ id }) => !known.has(id))
      .map(
        ({ id }) => `${id} is not on record of ${dataDate ?? "any night"}: the next ingest puts it there.`,
      ),
    ...states
      .filter(({ exception }) => !named.has(exception))
      .map(({ exception }) => `${exception} is not in the file: the next ingest ends it.`),
  ];
}

function listText(record: OnRecord, notes: readonly string[]): string {
  const { dataDate, states, portfolio } = record;
  const table =
    states.length === 0
      ? `No exception is on record${dataDate === null ? "" : ` of ${dataDate}`}.\n`
      : formatTable(
          COLUMNS,
          states.map((state) => COLUMNS.map((column) => state[column])),
        );
  const figures =
    portfolio === null || portfolio.exceptions === 0
      ? []
      : [
          `${dataDate}, the portfolio:`,
          formatTable(
            ["", "gross", "net"],
            [
              ["score", portfolio.score, portfolio.net_score],
              ["risks", portfolio.total_risk_num, portfolio.net_total_risk_num],
            ],
          ).trimEnd(),
        ];
  const more = [...figures, ...notes];
  return `${table}${more.length === 0 ? "" : `\n${more.join("\n")}\n`}`;
}

async function runExceptions(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const config = configOf(terminal, options);
  const file = readExceptions(config.exceptions, dayIn(config.timeZone, terminal.now()));
  const record = await onRecord(config, text(options, "date"));
  const notes = remarks(file, record);
  const { dataDate, states, portfolio } = record;
  terminal.out(
    options.json === true
      ? `${JSON.stringify({ dataDate, file: config.exceptions, exceptions: states, portfolio, remarks: notes })}\n`
      : listText(record, notes),
  );
  return EXIT.complete;
}

/** `nightledger exceptions` */
export const exceptionsVerb: Verb = {
  name: "exceptions",
  summary: "Check the exceptions file, and list the exceptions of a night with what they take out.",
  options: {
    config: CONFIG,
    date: { type: "string", value: "YYYY-MM-DD", help: "The night; the newest on record if left out." },
    json: JSON_OUTPUT,
  },
  run: runExceptions,
};
