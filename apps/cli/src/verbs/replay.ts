import { maskLine } from "@nightledger/core/mask-text";
import { type ReplayResult, replay } from "@nightledger/ingest";
import { type RevisionDaily, withLease } from "@nightledger/store";
import { parseDate } from "../data-date.ts";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { formatTable } from "../format-table.ts";
import { openLedgerFor } from "../ledger/open-ledger-for.ts";
import { Progress } from "../progress.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { NIGHT_OPTIONS, onlyOf } from "./night-options.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

/** So many figures a table shows; the rest is counted. */
const TABLE_ROWS = 200;

/** The first and the last night that the options name. @throws UsageError */
function rangeOf(options: Options): { from?: string; to?: string } {
  const date = text(options, "date");
  const from = text(options, "from") ?? date;
  const to = text(options, "to") ?? date;
  if (date !== undefined && (options.from !== undefined || options.to !== undefined)) {
    throw new UsageError("--date is one night, --from and --to are several: give either.");
  }
  const range = {
    ...(from !== undefined && { from: parseDate(from) }),
    ...(to !== undefined && { to: parseDate(to) }),
  };
  if (from !== undefined && to !== undefined && from > to) throw new UsageError(`${from} is after ${to}.`);
  return range;
}

/** Writes what differs as it is found, so that many years of it need no room. */
interface Writer {
  differences(rows: readonly RevisionDaily[]): void;
  end(result: ReplayResult): void;
}

function jsonWriter(out: Terminal["out"]): Writer {
  let opened = false;
  return {
    differences(rows) {
      for (const row of rows) {
        out(`${opened ? "," : '{"figures":['}${JSON.stringify(row)}`);
        opened = true;
      }
    },
    end(result) {
      out(`${opened ? "" : '{"figures":['}],${JSON.stringify(result).slice(1)}\n`);
    },
  };
}

function nightsTable({ nights }: ReplayResult): string {
  const changed = nights.filter(
    ({ revised, admitted, unreadable, quarantined }) => revised + admitted + unreadable + quarantined > 0,
  );
  if (changed.length === 0) return "";
  const columns = [
    "night",
    "run",
    "answers",
    "unchanged",
    "revised",
    "admitted",
    "quarantined",
    "unreadable",
  ];
  return `\n${formatTable(columns, changed.map(Object.values))}`;
}

function figuresTable(figures: readonly RevisionDaily[], all: number): string {
  if (figures.length === 0) return "";
  const rows = figures.map(({ data_date, category, figure, account, project_name, before, after }) => [
    data_date,
    category,
    figure,
    account,
    project_name,
    before,
    after,
  ]);
  const columns = ["night", "category", "figure", "account", "project", "before", "after"];
  const more = all > figures.length ? `${all - figures.length} more; --json has all of them.\n` : "";
  return `\n${formatTable(columns, rows)}${more}`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const STATUS = {
  complete: "",
  partial: " Some answers cannot be read any more, and their nights stay as they were:",
  interrupted: " Stopped; the same command reads the rest.",
} as const;

function sentenceOf({ dryRun, status, nights, differences }: ReplayResult): string {
  const verb = dryRun ? "would differ, nothing was written" : differences === 1 ? "differs" : "differ";
  const read = `${counted(nights.length, "night")} read again: ${counted(differences, "figure")} ${verb}.`;
  return `${read}${STATUS[status]}`;
}

function textWriter(out: Terminal["out"]): Writer {
  const shown: RevisionDaily[] = [];
  return {
    differences(rows) {
      shown.push(...rows.slice(0, TABLE_ROWS - shown.length));
    },
    end(result) {
      const lines = [
        sentenceOf(result),
        ...result.unreadable.map(({ dataDate, account, projectName, problem }) =>
          maskLine(`  ${dataDate} ${account} ${projectName}: ${problem}`),
        ),
      ];
      out(`${lines.join("\n")}\n${nightsTable(result)}${figuresTable(shown, result.differences)}`);
    },
  };
}

async function runReplay(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const range = rangeOf(options);
  const config = configOf(terminal, options);
  const json = options.json === true;
  const progress = new Progress(terminal, json);
  const writer = (json ? jsonWriter : textWriter)(terminal.out);
  const ledger = await openLedgerFor(config, terminal, { there: true });
  try {
    const result = await withLease(ledger, "replay", terminal.signal, (signal) =>
      replay(ledger, {
        ...range,
        ...onlyOf(options),
        dryRun: options["dry-run"] === true,
        signal,
        onProgress: (done, total) => progress.show("Reading nights again", done, total),
        onDifferences: (rows) => writer.differences(rows),
      }),
    );
    writer.end(result);
    return result.status === "complete" ? EXIT.complete : EXIT.partial;
  } finally {
    await ledger.close();
  }
}

/** `nightledger replay` */
export const replayVerb: Verb = {
  name: "replay",
  summary: "Read stored answers again as nightledger reads them now; tell which past figures differ.",
  options: {
    config: CONFIG,
    date: {
      type: "string",
      value: "YYYY-MM-DD",
      help: "This night alone; all nights where no date is given.",
    },
    from: { type: "string", value: "YYYY-MM-DD", help: "The first night." },
    to: { type: "string", value: "YYYY-MM-DD", help: "The last night." },
    only: NIGHT_OPTIONS.only,
    "dry-run": { type: "boolean", help: "Tell what would differ, and write nothing." },
    json: JSON_OUTPUT,
  },
  run: runReplay,
};
