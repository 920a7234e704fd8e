import { dirname, join, resolve } from "node:path";
import { maskLine } from "@nightledger/core/mask-text";
import {
  EDITION_FORMAT_NAMES,
  type EditionFormat,
  isEditionFormat,
  type PlacedEdition,
  type Rebuilt,
  type RejectedEdition,
  readManifest,
  rebuildReport,
  renderReport,
} from "@nightledger/report";
import { NoLedgerError, type Reader, sealOf } from "@nightledger/store";
import type { Config } from "../config.ts";
import { parseDate } from "../data-date.ts";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { openReaderFor } from "../open-reader-for.ts";
import { REPORTS_DIR } from "../reports-dir.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { hasText } from "./night-options.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";
import { checkPreviewOptions, PREVIEW_OPTIONS, preview, withSample } from "./preview.ts";
import { themeOf } from "./theme-option.ts";

const USUAL_FORMATS = "pdf,json";

/** `--format pdf,html`. @throws UsageError */
function formatsOf(options: Options): EditionFormat[] {
  const given = (text(options, "format") ?? USUAL_FORMATS).split(",").map((name) => name.trim());
  const odd = given.find((name) => !isEditionFormat(name));
  if (odd !== undefined) {
    throw new UsageError(`"${odd}" is no format. It is one of: ${EDITION_FORMAT_NAMES.join(", ")}.`);
  }
  return [...new Set([...given.filter(isEditionFormat), ...(options.png === true ? ["png" as const] : [])])];
}

const folderOf = (terminal: Terminal, options: Options, usual: string): string => {
  const out = text(options, "out");
  return out === undefined ? usual : resolve(terminal.cwd, out);
};

/** An edition as `--json` prints it: every file made, with its hash. */
const printed = ({ isNew, manifest, told }: PlacedEdition) => ({
  passed: true,
  report: told.report,
  dataDate: told.dataDate,
  subject: told.subject,
  locale: told.locale,
  edition: told.edition,
  isNew,
  manifest,
  files: told.files.map((file) => ({ ...file, file: join(dirname(manifest), file.name) })),
});

const REASONS_SHOWN = 10;

/** Why an edition is held back, as a person reads it. */
function rejectedText({ report, dataDate, findings, reasons }: RejectedEdition): string {
  const shown = findings.slice(0, REASONS_SHOWN).map(({ rule, page, detail }) => {
    const where = page === null ? "" : ` on page ${page}`;
    return `  ${rule}${where}: ${maskLine(detail)}`;
  });
  const more = findings.length - shown.length;
  if (more > 0) shown.push(`  and ${more} more`);
  return `The report ${report} of ${dataDate} did not pass its gate and is not to be delivered:\n${shown.join("\n")}\nAll of it: ${reasons}\n`;
}

async function render(terminal: Terminal, options: Options, config: Config): Promise<ExitStatus> {
  const wanted = wantedOf(terminal, options, config);
  const reader = await openReaderFor(config, text(options, "audience"), wanted.dataDate);
  const made: (ReturnType<typeof printed> | RejectedEdition)[] = [];
  try {
    const editions = renderReport(reader.db, {
      ...wanted,
      locale: wanted.locale ?? reader.locale ?? "en",
      formats: formatsOf(options),
      outDir: folderOf(terminal, options, config.reports),
      audience: reader.audience,
      seal: await sealOf(reader),
      signal: terminal.signal,
      progress: (step) => terminal.err(`${maskLine(step)}\n`),
      warn: (sentence) => terminal.err(`nightledger: ${maskLine(sentence)}\n`),
    });
    for await (const edition of editions) {
      if (edition.passed) {
        const placed = printed(edition);
        made.push(placed);
        if (options.json !== true) terminal.out(`${placed.files.map(({ file }) => file).join("\n")}\n`);
      } else {
        made.push(edition);
        terminal.err(rejectedText(edition));
      }
    }
    if (options.json === true) terminal.out(`${JSON.stringify({ editions: made })}\n`);
  } finally {
    await reader.close();
  }
  return made.every(({ passed }) => passed) ? EXIT.complete : EXIT.gateFailed;
}

/** The ledger as a report's audience sees it, or null where there is none any more: an edition's JSON may do. */
async function readerIfThere(config: Config, manifest: string): Promise<Reader | null> {
  const { subject, dataDate } = readManifest(manifest);
  try {
    return await openReaderFor(config, subject.audience?.name, dataDate);
  } catch (error) {
    if (error instanceof NoLedgerError) return null;
    throw error;
  }
}

function rebuiltText({ from, files }: Rebuilt): string {
  const source = from === "ledger" ? "the ledger" : "the JSON edition, since the ledger has been corrected";
  const told = files.map(({ file, isIdentical }) => `${isIdentical ? "identical" : "differs"}  ${file}`);
  return `Made again from ${source}.\n${told.join("\n")}\n`;
}

async function rebuild(
  terminal: Terminal,
  options: Options,
  config: Config,
  given: string,
): Promise<ExitStatus> {
  const manifest = resolve(terminal.cwd, given);
  const reader = await readerIfThere(config, manifest);
  try {
    const rebuilt = await rebuildReport(reader?.db ?? null, {
      manifest,
      outDir: folderOf(terminal, options, join(dirname(manifest), "rebuilt")),
      reportsDir: REPORTS_DIR,
      themeDir: themeOf(terminal, options, config),
      force: options.force === true,
      signal: terminal.signal,
      progress: (step) => terminal.err(`${maskLine(step)}\n`),
      warn: (sentence) => terminal.err(`nightledger: ${maskLine(sentence)}\n`),
    });
    if (options.json === true) terminal.out(`${JSON.stringify(rebuilt)}\n`);
    if (!rebuilt.passed) {
      terminal.err(rejectedText(rebuilt));
      return EXIT.gateFailed;
    }
    if (options.json !== true) terminal.out(rebuiltText(rebuilt));
    // another browser prints another PDF and picture of the same document
    const differs = rebuilt.files.some(
      ({ format, isIdentical }) => format !== "pdf" && format !== "png" && !isIdentical,
    );
    return differs ? EXIT.partial : EXIT.complete;
  } finally {
    await reader?.close();
  }
}

/** Which report of which night, as the options say. */
function wantedOf(terminal: Terminal, options: Options, config: Config) {
  const date = text(options, "date");
  const only = text(options, "only");
  return {
    name: text(options, "report") ?? "executive-summary",
    dataDate: date === undefined ? undefined : parseDate(date),
    locale: text(options, "locale"),
    reportsDir: REPORTS_DIR,
    themeDir: themeOf(terminal, options, config),
    only: only === undefined ? undefined : hasText(only),
  };
}

async function runReport(terminal: Terminal, options: Options): Promise<ExitStatus> {
  checkPreviewOptions(options);
  const watched = (config: Config) => preview(terminal, options, config, wantedOf(terminal, options, config));
  if (options.sample === true) return await withSample(terminal, watched);
  const config = configOf(terminal, options);
  if (options.watch === true) return await watched(config);
  const manifest = text(options, "rebuild");
  return manifest === undefined
    ? await render(terminal, options, config)
    : await rebuild(terminal, options, config, manifest);
}

/** `nightledger report` */
export const reportVerb: Verb = {
  name: "report",
  summary: "Render a report of one data date: PDF, HTML, XLSX, JSON, mail.",
  options: {
    config: CONFIG,
    report: { type: "string", value: "NAME", help: "A folder of reports/.", default: "executive-summary" },
    date: { type: "string", value: "YYYY-MM-DD", help: "The data date; the newest of the ledger." },
    locale: { type: "string", value: "L", help: "The language; the audience's own, or en." },
    format: {
      type: "string",
      value: "F,…",
      help: "Files to make: pdf, html, xlsx, json, mail.",
      default: USUAL_FORMATS,
    },
    audience: {
      type: "string",
      value: "NAME",
      help: "An audience of the configuration: its targets alone; left out, all.",
    },
    only: {
      type: "string",
      value: "TEXT",
      help: "Of a report about a project: those whose account, region, name or id has it.",
    },
    theme: { type: "string", value: "DIR", help: "A company's looks and words; the configuration's theme." },
    out: { type: "string", value: "DIR", help: "Where to; the configuration's reports." },
    rebuild: {
      type: "string",
      value: "MANIFEST",
      help: "Make the report of a manifest again, into rebuilt/ beside it.",
    },
    force: { type: "boolean", help: "With --rebuild: go on where templates or data differ." },
    png: { type: "boolean", help: "Write page 1 as a picture, too." },
    ...PREVIEW_OPTIONS,
    json: JSON_OUTPUT,
  },
  run: runReport,
};
