import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLedger, openReader } from "@nightledger/store";
import { type History, loadHistory, print, times } from "@nightledger/store/bench";
import { renderReport } from "../report.ts";
import type { Rendered, Rendering } from "./rendering.ts";
import { treeMemoryMiB } from "./tree-memory.ts";

/**
 * What a delivered PDF costs, from the ledger to its place (questions, HTML, print, gate, manifest), beside a loop of
 * `page.setContent` and `page.pdf` that is handed the same HTML and has as many pages open.
 */
const DETAILS: History = { targets: 200, changing: 20 };
const DETAIL_NIGHTS = 90;
const DOCUMENTS = 100;
const [FEW, MANY] = [50, 200];
const SUMMARY: History = { targets: 2000, changing: 200 };
const SUMMARY_NIGHTS = 365;
const TRIES = 3;
const LOOK_EVERY_MS = 250;

const reportsDir = fileURLToPath(new URL("../../../../reports", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "nightledger-bench-"));

/** Runs it in a process of its own. @param look what to do with the process meanwhile */
async function take(told: Rendering, look = (_pid: number): void => {}): Promise<Rendered> {
  const child = fork(fileURLToPath(new URL("./rendering.ts", import.meta.url)), [JSON.stringify(told)]);
  const looking = setInterval(() => look(child.pid ?? 0), LOOK_EVERY_MS);
  const failed = once(child, "exit").then(([status]) => {
    throw new Error(`A process of the benchmark ended with status ${status}.`);
  });
  failed.catch(() => {});
  const [message] = await Promise.race([once(child, "message"), failed]);
  clearInterval(looking);
  return message as Rendered;
}

async function makeLedger(name: string, history: History, nights: number): Promise<string> {
  const path = join(folder, name);
  const ledger = await openLedger(path);
  await loadHistory(ledger, { from: 1, to: nights }, history);
  await ledger.close();
  return path;
}

/** The documents of a report as files of HTML. */
async function htmlFiles(ledger: string, report: string, most: number): Promise<string[]> {
  const outDir = mkdtempSync(join(folder, "html-"));
  const reader = await openReader(ledger);
  let left = most;
  const only = () => left-- > 0;
  const order = {
    name: report,
    locale: "en",
    reportsDir,
    outDir,
    formats: ["html" as const],
    dataDate: undefined,
    only,
  };
  for await (const _ of renderReport(reader.db, order));
  await reader.close();
  return readdirSync(outDir, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".html"))
    .map((name) => join(outDir, name));
}

const ours = (ledger: string, report: string, documents: number): Rendering => ({
  how: "nightledger",
  ledger,
  report,
  outDir: mkdtempSync(join(folder, "pdf-")),
  documents,
});

/** The fastest of a few, taken by turns: what the machine does beside is no part of it. Milliseconds. */
async function fastest(
  ledger: string,
  report: string,
  documents: number,
): Promise<{ all: number; bare: number }> {
  const files = await htmlFiles(ledger, report, documents);
  const all: number[] = [];
  const bare: number[] = [];
  for (let tries = 0; tries < TRIES; tries += 1) {
    const made = await take(ours(ledger, report, documents));
    const printed = await take({ how: "bare loop", files });
    if (made.pdfs !== documents || printed.pdfs !== documents) throw new Error("Documents are missing.");
    all.push(made.ms);
    bare.push(printed.ms);
  }
  return { all: Math.min(...all), bare: Math.min(...bare) };
}

async function peakMiB(ledger: string, documents: number): Promise<number> {
  let peak = 0;
  await take(ours(ledger, "project-detail", documents), (pid) => {
    peak = Math.max(peak, treeMemoryMiB(pid));
  });
  return peak;
}

const details = await makeLedger("details.db", DETAILS, DETAIL_NIGHTS);
const detail = await fastest(details, "project-detail", DOCUMENTS);
print(
  times(detail.bare / detail.all),
  `the rate of a bare print loop: ${DOCUMENTS} project details, from ledger to checked PDF (at least 0.7)`,
);
const few = await peakMiB(details, FEW);
const many = await peakMiB(details, MANY);
print(times(many / few), `peak memory of all processes for ${MANY} of them to that for ${FEW} (at most 1.2)`);
print(`${Math.round(many)} MiB`, "at the peak");

const summaries = await makeLedger("summaries.db", SUMMARY, SUMMARY_NIGHTS);
const summary = await fastest(summaries, "executive-summary", 1);
print(
  times(summary.all / summary.bare),
  `its own bare print: the executive summary of ${SUMMARY.targets} projects × ${SUMMARY_NIGHTS} nights (at most 3)`,
);
rmSync(folder, { recursive: true });
