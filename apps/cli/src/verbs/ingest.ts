import type { IngestResult } from "@nightledger/ingest";
import { withLease } from "@nightledger/store";
import { compactionText } from "../compaction-text.ts";
import type { Config } from "../config.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { ingestSummary } from "../ingest-summary.ts";
import { ACCEPT_OLDER, acceptedReason, openLedgerFor } from "../ledger/open-ledger-for.ts";
import { Progress } from "../progress.ts";
import { type Recorded, recordNight } from "../record-night.ts";
import type { Options, Terminal, Verb } from "../verb.ts";
import { endBroken } from "../watch/end-broken.ts";
import { LOG, logFormOf } from "../watch/log-option.ts";
import { openWatch } from "../watch/open-watch.ts";
import type { Watch } from "../watch/watch.ts";
import { watchedTerminal } from "../watch/watched-terminal.ts";
import { withWork } from "../workers/with-work.ts";
import { NIGHT_OPTIONS, nightOf } from "./night-options.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

const STATUS: Record<IngestResult["status"], ExitStatus> = {
  complete: EXIT.complete,
  partial: EXIT.partial,
  interrupted: EXIT.partial,
  failed: EXIT.nothingFetched,
};

/** What kept others from getting what they should. */
const problemsOf = ({ unshared, unheard }: Recorded): string[] =>
  [unshared, unheard].filter((problem) => problem !== null);

function statusOf(recorded: Recorded): ExitStatus {
  const { status } = recorded.result;
  if (problemsOf(recorded).length === 0) return STATUS[status];
  return status === "failed" ? EXIT.nothingFetched : EXIT.partial;
}

function tellEnd(terminal: Terminal, options: Options, recorded: Recorded, config: Config): void {
  const { result, compaction, unshared, unheard } = recorded;
  const summary = `${ingestSummary(result)}${compaction === null ? "" : compactionText(compaction)}`;
  const printed = {
    ...result,
    compaction,
    snapshot: { file: config.snapshot, problem: unshared },
    exceptions: { file: config.exceptions, problem: unheard },
  };
  terminal.out(options.json === true ? `${JSON.stringify(printed)}\n` : summary);
}

async function record(
  config: Config,
  night: ReturnType<typeof nightOf>,
  {
    terminal,
    watch,
    quiet,
    accept,
  }: { terminal: Terminal; watch: Watch; quiet: boolean; accept: string | null },
): Promise<Recorded> {
  const ledger = await openLedgerFor(config, terminal, { accept });
  try {
    return await withLease(ledger, "ingest", terminal.signal, (signal) =>
      watch.phase("ingest", () =>
        withWork(ledger, { config, watch }, (work) =>
          recordNight(
            ledger,
            { config, night, terminal: { ...terminal, signal }, watch, work },
            new Progress(terminal, quiet),
          ),
        ),
      ),
    );
  } finally {
    await ledger.close();
  }
}

async function runIngest(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const config = configOf(terminal, options);
  const night = nightOf(config, options, terminal.now());
  const accept = acceptedReason(options);
  const watched = { verb: "ingest", dataDate: night.dataDate, form: logFormOf(options) ?? "text" } as const;
  // elsewhere than on a terminal the lines of progress say it
  const watch = await openWatch(config, terminal, {
    ...watched,
    ...(!terminal.interactive && { least: "warn" }),
  });
  const within = watchedTerminal(terminal, watch);
  try {
    const quiet = options.json === true || watch.json;
    const recorded = await record(config, night, { terminal: within, watch, quiet, accept });
    const status = statusOf(recorded);
    await watch.ended({ status, summary: ingestSummary(recorded.result) });
    tellEnd(terminal, options, recorded, config);
    for (const problem of problemsOf(recorded)) within.err(`nightledger: ${problem}\n`);
    return status;
  } catch (error) {
    return await endBroken(watch, error, options.trace === true);
  }
}

/** `nightledger ingest` */
export const ingestVerb: Verb = {
  name: "ingest",
  summary: "Record tonight's security risk of every project.",
  options: {
    config: CONFIG,
    ...NIGHT_OPTIONS,
    ...ACCEPT_OLDER,
    log: LOG,
    json: JSON_OUTPUT,
  },
  run: runIngest,
};
