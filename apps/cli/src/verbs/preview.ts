import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PreviewOrder, previewReport } from "@nightledger/report";
import { type Config, readConfig } from "../config.ts";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { openReaderFor } from "../open-reader-for.ts";
import { recordSimulatedNights } from "../simulated-nights.ts";
import { type OptionSpec, type Options, type Terminal, text } from "../verb.ts";
import { wholeNumber } from "../whole-number.ts";

/** What `report --watch` takes beside what says which report it is. */
export const PREVIEW_OPTIONS: Record<"watch" | "open" | "sample" | "port", OptionSpec> = {
  watch: {
    type: "boolean",
    help: "Serve the report as HTML on 127.0.0.1 and make it anew whenever its files change, until Ctrl-C.",
  },
  open: { type: "boolean", help: "With --watch: open it in the browser." },
  sample: { type: "boolean", help: "With --watch: on made-up nights, with no configuration and no ledger." },
  port: { type: "string", value: "N", help: "With --watch: the port; 0 takes a free one.", default: "0" },
};

/** A world that is made in a few seconds. */
const SAMPLE = { accounts: 2, projects: 12, nights: 30 } as const;

/** @throws UsageError where an option is given that says nothing without, or beside, `--watch` */
export function checkPreviewOptions(options: Options): void {
  const isGiven = (name: string) => options[name] !== undefined;
  const { watch: _, ...only } = PREVIEW_OPTIONS;
  const lone = Object.keys(only).find(isGiven);
  if (options.watch !== true && lone !== undefined) throw new UsageError(`--${lone} goes with --watch.`);
  const beside = ["rebuild", "force", "format", "png", "out"].find(isGiven);
  if (options.watch === true && beside !== undefined) {
    throw new UsageError(`--${beside} does not go with --watch, which writes no files.`);
  }
}

/** A configuration and a ledger of made-up nights, in a folder that goes when `use` is through. */
export async function withSample<T>(terminal: Terminal, use: (config: Config) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-sample-"));
  try {
    const configFile = join(folder, "nightledger.yaml");
    await recordSimulatedNights(terminal, configFile, SAMPLE);
    return await use(readConfig(configFile, terminal.env));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function told(result: { ms: number } | { error: Error }): string {
  if ("ms" in result) return `Made in ${Math.round(result.ms)} ms.\n`;
  return `Cannot be made: ${result.error.message.trim().replace(/\s+/g, " ")}\n`;
}

async function openBrowser(terminal: Terminal, url: string): Promise<void> {
  try {
    const { default: open } = await import("open");
    await open(url);
  } catch (error) {
    terminal.err(`No browser could be opened (${(error as Error).message}). Open ${url} in one.\n`);
  }
}

/** Serves a report that follows its files, until Ctrl-C. */
export async function preview(
  terminal: Terminal,
  options: Options,
  config: Config,
  wanted: Omit<PreviewOrder, "audience" | "port" | "made" | "locale"> & { locale: string | undefined },
): Promise<ExitStatus> {
  const port = wholeNumber(options, "port", 0, [0, 65_535]);
  const reader = await openReaderFor(config, text(options, "audience"), wanted.dataDate);
  try {
    const { audience } = reader;
    const locale = wanted.locale ?? reader.locale ?? "en";
    const made = (result: Parameters<typeof told>[0]) => terminal.err(told(result));
    const { url, close } = await previewReport(reader.db, { ...wanted, locale, audience, port, made });
    try {
      terminal.out(options.json === true ? `${JSON.stringify({ url })}\n` : `${url}\n`);
      if (options.open === true) await openBrowser(terminal, url);
      if (!terminal.signal.aborted) {
        await new Promise((stop) => terminal.signal.addEventListener("abort", stop, { once: true }));
      }
    } finally {
      await close();
    }
  } finally {
    await reader.close();
  }
  return EXIT.complete;
}
