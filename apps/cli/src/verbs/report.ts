import { resolve } from "node:path";
import { renderReport } from "@nightledger/report";
import { openReader } from "@nightledger/store";
import { parseDate } from "../data-date.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { REPORTS_DIR } from "../reports-dir.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

async function runReport(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const config = configOf(terminal, options);
  const date = text(options, "date");
  const dataDate = date === undefined ? undefined : parseDate(date);
  const out = text(options, "out");
  const reader = await openReader(config.database);
  try {
    const rendered = await renderReport(reader.db, {
      name: text(options, "report") ?? "executive-summary",
      dataDate,
      locale: text(options, "locale") ?? "en",
      outDir: out === undefined ? config.reports : resolve(terminal.cwd, out),
      reportsDir: REPORTS_DIR,
      png: options.png === true,
      signal: terminal.signal,
      progress: (step) => terminal.err(`${step}\n`),
    });
    const files = [rendered.pdf, rendered.png].filter((file) => file !== null);
    terminal.out(options.json === true ? `${JSON.stringify(rendered)}\n` : `${files.join("\n")}\n`);
  } finally {
    await reader.close();
  }
  return EXIT.complete;
}

/** `nightledger report` */
export const reportVerb: Verb = {
  name: "report",
  summary: "Render a report of one data date to PDF.",
  options: {
    config: CONFIG,
    report: { type: "string", value: "NAME", help: "A folder of reports/.", default: "executive-summary" },
    date: { type: "string", value: "YYYY-MM-DD", help: "The data date; the newest of the ledger." },
    locale: { type: "string", value: "L", help: "The language.", default: "en" },
    out: { type: "string", value: "DIR", help: "Where to; the configuration's reports." },
    png: { type: "boolean", help: "Write page 1 as a picture, too." },
    json: JSON_OUTPUT,
  },
  run: runReport,
};
