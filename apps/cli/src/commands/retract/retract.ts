import {
  type Ledger,
  type Retracted,
  retractNight,
  undoRetraction,
  withLease,
  writeAnalystSnapshot,
} from "@nightledger/store";
import { daysAfter } from "../../clock.ts";
import type { Config } from "../../config.ts";
import { parseDate } from "../../data-date.ts";
import { UsageError } from "../../errors.ts";
import { EXIT, type ExitStatus } from "../../exit-status.ts";
import { openLedgerFor } from "../../ledger/open-ledger-for.ts";
import { type Options, type Terminal, text, type Verb } from "../../verb.ts";
import { hasText, NIGHT_OPTIONS } from "../../verbs/night-options.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "../../verbs/options.ts";
import { type RetractionEnd, retractionText } from "./retraction-text.ts";

/** How far back the trend of a report reaches: so many nights after a night still show it. */
const SHOWN_NIGHTS = 90;

/** What the options ask for. */
interface Order {
  dataDate: string;
  only: string | undefined;
  reason: string;
  undo: boolean;
}

/** @throws UsageError */
function orderOf(options: Options): Order {
  const date = text(options, "date");
  if (date === undefined) throw new UsageError("Name the night with --date YYYY-MM-DD.");
  const undo = options.undo === true;
  const reason = text(options, "reason")?.trim() ?? "";
  if (reason === "" && !undo) {
    throw new UsageError(
      'Give the reason with --reason TEXT: it stays on record ("The clock was a day ahead.").',
    );
  }
  const only = text(options, "only");
  if (only?.trim() === "") throw new UsageError("--only needs a text; leave it out for the whole night.");
  return { dataDate: parseDate(date), only, reason: reason === "" ? "No reason was given." : reason, undo };
}

async function change(
  ledger: Ledger,
  { dataDate, only, reason, undo }: Order,
  now: Date,
): Promise<Retracted> {
  if (undo) return await undoRetraction(ledger, { dataDate, onlyFilter: only, reason, now });
  const meant = only === undefined ? {} : { only: { text: only, isMeant: hasText(only) } };
  return await retractNight(ledger, { dataDate, reason, now, ...meant });
}

/** The nights whose reports were sent, and show this one. */
async function sentNights({ db }: Ledger, dataDate: string): Promise<string[]> {
  const rows = await db
    .selectFrom("delivery_history")
    .select("data_date")
    .distinct()
    .where("data_date", ">=", dataDate)
    .where("data_date", "<=", daysAfter(dataDate, SHOWN_NIGHTS))
    .where("kind", "in", ["report", "unchanged"])
    .where("state", "in", ["sent", "unknown"])
    .orderBy("data_date")
    .execute();
  return rows.map(({ data_date }) => data_date);
}

/** Gives the analysts the ledger as it is now. Why they have not got it; null where they have. */
async function shareLedger({ snapshot, database, permissions }: Config): Promise<string | null> {
  if (snapshot === null) return null;
  try {
    await writeAnalystSnapshot(database, snapshot, permissions.snapshot);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

async function retractAndShare(
  ledger: Ledger,
  { config, order, now }: { config: Config; order: Order; now: () => Date },
): Promise<RetractionEnd> {
  const { fresh, missing, runId, retractionId } = await change(ledger, order, now());
  return {
    retractionId,
    runId,
    dataDate: order.dataDate,
    only: order.only ?? null,
    reason: order.reason,
    undone: order.undo,
    answers: fresh,
    gaps: missing,
    sentNights: await sentNights(ledger, order.dataDate),
    snapshot: { file: config.snapshot, problem: await shareLedger(config) },
  };
}

async function runRetract(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const order = orderOf(options);
  const config = configOf(terminal, options);
  const ledger = await openLedgerFor(config, terminal, { there: true });
  try {
    const end = await withLease(ledger, "retract", terminal.signal, () =>
      retractAndShare(ledger, { config, order, now: () => terminal.now() }),
    );
    terminal.out(options.json === true ? `${JSON.stringify(end)}\n` : retractionText(end));
    return end.snapshot.problem === null ? EXIT.complete : EXIT.partial;
  } finally {
    await ledger.close();
  }
}

/** `nightledger retract` */
export const retractVerb: Verb = {
  name: "retract",
  summary:
    "Take a wrong night, or a target's night, out of every figure; its rows stay, and --undo puts it back.",
  options: {
    config: CONFIG,
    date: { type: "string", value: "YYYY-MM-DD", help: "the night" },
    only: NIGHT_OPTIONS.only,
    reason: { type: "string", value: "TEXT", help: "why; it stays on record" },
    undo: { type: "boolean", help: "put back what the newest retraction of the night took out" },
    json: JSON_OUTPUT,
  },
  run: runRetract,
};
