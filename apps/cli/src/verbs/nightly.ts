import { ClockError } from "@nightledger/core";
import { type Ledger, withLease } from "@nightledger/store";
import type { ExitStatus } from "../exit-status.ts";
import { ACCEPT_OLDER, acceptedReason, openLedgerFor } from "../ledger/open-ledger-for.ts";
import { type NightEnd, type NightOrder, runNight } from "../night/night.ts";
import { nightText } from "../night/night-text.ts";
import { sendNow } from "../night/send-now.ts";
import { tellDirectly, tellOperators } from "../night/tell-operators.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { endBroken } from "../watch/end-broken.ts";
import { LOG, logFormOf } from "../watch/log-option.ts";
import { openWatch } from "../watch/open-watch.ts";
import { watchedTerminal } from "../watch/watched-terminal.ts";
import { withWork } from "../workers/with-work.ts";
import { deadlineGiven } from "./deadline-option.ts";
import { dataDateOf } from "./night-options.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

/** A night that breaks off is told to the operators, through the ledger if it can still be written. */
async function tellBroken(ledger: Ledger | null, order: NightOrder, error: unknown): Promise<void> {
  const { config, dataDate, watch, terminal } = order;
  const items = [`The night of ${dataDate} broke off: ${(error as Error).message}`];
  const trouble = { config, dataDate, summary: null, items, watch };
  try {
    if (ledger === null) throw new Error("There is no ledger to put it on record in.");
    await tellOperators(ledger, trouble, terminal.now());
    await sendNow(ledger, { config, until: new Date(), signal: terminal.signal });
  } catch {
    await tellDirectly(trouble);
  }
}

/** Failures that are the business of who called, and of nobody else. */
const OWN_BUSINESS = new Set(["LeaseHeldError", "LeaseLostError", "AbortError", "UsageError", "ConfigError"]);

const isOwnBusiness = (error: unknown): boolean => error instanceof Error && OWN_BUSINESS.has(error.name);

/** Does a night under the lease; a failure is told to operators through the ledger. */
async function recordUnderLease(ledger: Ledger, order: NightOrder, onLease: () => void): Promise<NightEnd> {
  return await withLease(ledger, "nightly", order.terminal.signal, async (signal) => {
    const own = { ...order, terminal: { ...order.terminal, signal } };
    onLease();
    order.watch.began();
    try {
      return await withWork(ledger, order, (work) => runNight(ledger, { ...own, work }));
    } catch (error) {
      // who has lost the lease leaves it to who has it
      // under a wrong clock nothing is put on record, not even that somebody was told
      const record = error instanceof ClockError ? null : ledger;
      if (!isOwnBusiness(error) && !signal.aborted) await tellBroken(record, own, error);
      throw error;
    }
  });
}

/** A lease that cannot be taken, as on a full disk, is told past the ledger. */
async function recordAndTell(ledger: Ledger, order: NightOrder): Promise<NightEnd> {
  let hasLease = false;
  try {
    return await recordUnderLease(ledger, order, () => {
      hasLease = true;
    });
  } catch (error) {
    if (!hasLease && !isOwnBusiness(error)) await tellBroken(null, order, error);
    throw error;
  }
}

async function openAndRecord(order: NightOrder, accept: string | null): Promise<NightEnd> {
  let ledger: Ledger;
  try {
    ledger = await openLedgerFor(order.config, order.terminal, { accept });
  } catch (error) {
    await tellBroken(null, order, error);
    throw error;
  }
  try {
    return await recordAndTell(ledger, order);
  } finally {
    await ledger.close();
  }
}

/** What the watchdog is told. */
const watchSummary = ({ summary, failures }: NightEnd): string => [summary, ...failures].join("\n");

async function runNightly(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const config = configOf(terminal, options);
  const dataDate = dataDateOf(config, text(options, "date"), terminal.now());
  const deadline = deadlineGiven(options) ?? config.nightly.deadline ?? null;
  const accept = acceptedReason(options);
  const form = logFormOf(options) ?? (terminal.interactive ? "text" : "json");
  const watch = await openWatch(config, terminal, { verb: "nightly", dataDate, form });
  const order: NightOrder = {
    config,
    dataDate,
    terminal: watchedTerminal(terminal, watch),
    watch,
    work: null,
    quiet: options.json === true || watch.json,
    deadline,
    catchUp: options["catch-up"] === true,
  };
  try {
    const end = await openAndRecord(order, accept);
    await watch.ended({ status: end.status, summary: watchSummary(end) });
    terminal.out(options.json === true ? `${JSON.stringify(end)}\n` : nightText(end));
    return end.status;
  } catch (error) {
    return await endBroken(watch, error, options.trace === true);
  }
}

/** `nightledger nightly` */
export const nightlyVerb: Verb = {
  name: "nightly",
  summary: "One night as a whole: record it, make its reports, send them. The scheduler's one line.",
  options: {
    config: CONFIG,
    date: { type: "string", value: "YYYY-MM-DD", help: "The data date; today in the configured time zone." },
    deadline: {
      type: "string",
      value: "HH:MM",
      help: "When reports have to be out; the configuration's nightly.deadline.",
    },
    "catch-up": {
      type: "boolean",
      help: "Also send what was never sent of past nights, and say which nights nobody recorded.",
    },
    ...ACCEPT_OLDER,
    log: LOG,
    json: JSON_OUTPUT,
  },
  run: runNightly,
};
