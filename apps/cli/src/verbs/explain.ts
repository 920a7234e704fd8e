import { resolve } from "node:path";
import {
  type Explanation,
  explainReport,
  type Manifest,
  type PrintedThen,
  printedThen,
  readManifest,
} from "@nightledger/report";
import { parseDate } from "../data-date.ts";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { explanationText } from "../explanation-text.ts";
import { openReaderFor } from "../open-reader-for.ts";
import type { ReadingConfig } from "../reading-config.ts";
import { REPORTS_DIR } from "../reports-dir.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { hasText } from "./night-options.ts";
import { CONFIG, JSON_OUTPUT, readingConfigOf } from "./options.ts";
import { themeOf } from "./theme-option.ts";

interface Asked {
  id: string;
  /** The edition that it stands in; null where it is named by its report and night. */
  manifest: Manifest | null;
  printed: PrintedThen | null;
}

function askedOf(terminal: Terminal, options: Options, [id, ...more]: readonly string[]): Asked {
  if (id === undefined || more.length > 0) {
    throw new UsageError('Name one figure, such as "nightledger explain portfolio.score".');
  }
  const given = text(options, "manifest");
  if (given === undefined) return { id, manifest: null, printed: null };
  const file = resolve(terminal.cwd, given);
  const manifest = readManifest(file);
  return { id, manifest, printed: printedThen(file, manifest, id) };
}

async function explain(
  terminal: Terminal,
  options: Options,
  config: ReadingConfig,
  asked: Asked,
): Promise<Explanation> {
  const { id, manifest } = asked;
  const date = text(options, "date");
  const target = text(options, "target");
  const audience = text(options, "audience") ?? manifest?.subject.audience?.name;
  const dataDate = manifest?.dataDate ?? (date === undefined ? undefined : parseDate(date));
  const reader = await openReaderFor(config, audience, dataDate);
  try {
    return await explainReport(reader.db, id, {
      name: manifest?.report ?? text(options, "report") ?? "executive-summary",
      dataDate,
      reportsDir: REPORTS_DIR,
      themeDir: themeOf(terminal, options, config),
      audience: reader.audience,
      targetId: manifest?.subject.target?.targetId,
      only: target === undefined ? undefined : hasText(target),
    });
  } finally {
    await reader.close();
  }
}

async function runExplain(
  terminal: Terminal,
  options: Options,
  operands: readonly string[],
): Promise<ExitStatus> {
  const config = readingConfigOf(terminal, options);
  const asked = askedOf(terminal, options, operands);
  const explanation = await explain(terminal, options, config, asked);
  const told = { ...explanation, printed: asked.printed };
  terminal.out(
    options.json === true ? `${JSON.stringify(told)}\n` : explanationText(explanation, asked.printed),
  );
  return EXIT.complete;
}

/** `nightledger explain` */
export const explainVerb: Verb = {
  name: "explain",
  summary: "What is behind a figure of a report: the SQL, the row, the answers of the cloud.",
  operands: "ID",
  options: {
    config: CONFIG,
    report: { type: "string", value: "NAME", help: "A folder of reports/.", default: "executive-summary" },
    date: { type: "string", value: "YYYY-MM-DD", help: "The data date; the newest of the ledger." },
    audience: { type: "string", value: "NAME", help: "Its targets alone; all of them." },
    target: {
      type: "string",
      value: "TEXT",
      help: "Of a report about a project: the one whose account, region, name or id has it.",
    },
    theme: { type: "string", value: "DIR", help: "A company's looks and words; the configuration's theme." },
    manifest: {
      type: "string",
      value: "FILE",
      help: "The edition that the figure stands in, in place of these.",
    },
    json: JSON_OUTPUT,
  },
  run: runExplain,
};
