import { compactPayloads, vacuum, withLease } from "@nightledger/store";
import { dayIn } from "../clock.ts";
import { compactionText } from "../compaction-text.ts";
import type { Config } from "../config.ts";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { openLedgerFor } from "../ledger/open-ledger-for.ts";
import { payloadCutoff } from "../payload-cutoff.ts";
import { Progress } from "../progress.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

/** How many months payloads stay as they are. @throws UsageError */
function monthsOf(config: Config, options: Options): number {
  const given = text(options, "months");
  if (given === undefined) {
    if (config.retention !== undefined) return config.retention.payloadMonths;
    throw new UsageError(
      "How old is old? Set retention.payloadMonths in the configuration, or give --months.",
    );
  }
  if (/^\d{1,4}$/.test(given)) return Number(given);
  throw new UsageError(`--months takes a whole number, not "${given}".`);
}

async function runCompact(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const config = configOf(terminal, options);
  const dataDate = dayIn(config.timeZone, terminal.now());
  const before = payloadCutoff(dataDate, monthsOf(config, options));
  const json = options.json === true;
  const progress = new Progress(terminal, json);
  const ledger = await openLedgerFor(config, terminal, { there: true });
  try {
    const done = await withLease(ledger, "compact", terminal.signal, async (signal) => {
      const packed = await compactPayloads(ledger, {
        dataDate,
        before,
        signal,
        onProgress: (count, total) => progress.show("Packing payloads", count, total),
      });
      if (options.vacuum === true && packed.status !== "interrupted") await vacuum(ledger);
      return packed;
    });
    terminal.out(json ? `${JSON.stringify(done)}\n` : compactionText(done));
    return done.status === "complete" ? EXIT.complete : EXIT.partial;
  } finally {
    await ledger.close();
  }
}

/** `nightledger compact` */
export const compactVerb: Verb = {
  name: "compact",
  summary: "Pack raw answers that are older than retention.payloadMonths, without losing a byte.",
  options: {
    config: CONFIG,
    months: { type: "string", value: "N", help: "Another age than retention.payloadMonths; whole months." },
    vacuum: {
      type: "boolean",
      help: "Then give free room back to the disk; the file is written anew, and nothing else can write.",
    },
    json: JSON_OUTPUT,
  },
  run: runCompact,
};
