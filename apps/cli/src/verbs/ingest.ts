import type { IngestResult } from "@nightledger/ingest";
import { openLedger, withLease } from "@nightledger/store";
import { compactionText } from "../compaction-text.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { ingestSummary } from "../ingest-summary.ts";
import { Progress } from "../progress.ts";
import { recordNight } from "../record-night.ts";
import type { Options, Terminal, Verb } from "../verb.ts";
import { NIGHT_OPTIONS, nightOf } from "./night-options.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

const STATUS: Record<IngestResult["status"], ExitStatus> = {
  complete: EXIT.complete,
  partial: EXIT.partial,
  interrupted: EXIT.partial,
  failed: EXIT.nothingFetched,
};

async function runIngest(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const config = configOf(terminal, options);
  const night = nightOf(config, options, terminal.now());
  const progress = new Progress(terminal, options.json === true);
  const ledger = await openLedger(config.database);
  try {
    const { result, compaction, unshared, unheard } = await withLease(
      ledger,
      "ingest",
      terminal.signal,
      (signal) => recordNight(ledger, { config, night, terminal: { ...terminal, signal } }, progress),
    );
    const summary = `${ingestSummary(result)}${compaction === null ? "" : compactionText(compaction)}`;
    const { snapshot } = config;
    const printed = {
      ...result,
      compaction,
      snapshot: { file: snapshot, problem: unshared },
      exceptions: { file: config.exceptions, problem: unheard },
    };
    terminal.out(options.json === true ? `${JSON.stringify(printed)}\n` : summary);
    const problems = [unshared, unheard].filter((problem) => problem !== null);
    for (const problem of problems) terminal.err(`nightledger: ${problem}\n`);
    if (problems.length === 0) return STATUS[result.status];
    return result.status === "failed" ? EXIT.nothingFetched : EXIT.partial;
  } finally {
    await ledger.close();
  }
}

/** `nightledger ingest` */
export const ingestVerb: Verb = {
  name: "ingest",
  summary: "Record tonight's security risk of every project.",
  options: {
    config: CONFIG,
    ...NIGHT_OPTIONS,
    json: JSON_OUTPUT,
  },
  run: runIngest,
};
