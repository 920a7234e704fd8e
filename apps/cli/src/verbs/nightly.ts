import { type Ledger, openLedger, withLease } from "@nightledger/store";
import type { Config } from "../config.ts";
import { UsageError } from "../errors.ts";
import type { ExitStatus } from "../exit-status.ts";
import { type NightEnd, type NightOrder, runNight } from "../night/night.ts";
import { nightText } from "../night/night-text.ts";
import { plainWatch } from "../night/night-watch.ts";
import { sendNow } from "../night/send-now.ts";
import { tellDirectly, tellOperators } from "../night/tell-operators.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { dataDateOf } from "./night-options.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

/** @throws UsageError */
function deadlineOf(config: Config, options: Options): string | null {
  const given = text(options, "deadline");
  if (given === undefined) return config.nightly.deadline ?? null;
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(given)) {
    throw new UsageError(`--deadline takes a time of day such as 07:00, not "${given}".`);
  }
  return given;
}

/** A night that breaks off is told to the operators, through the ledger if it can still be written. */
async function tellBroken(ledger: Ledger | null, order: NightOrder, error: unknown): Promise<void> {
  const { config, dataDate, watch, terminal } = order;
  const items = [`The night of ${dataDate} broke off: ${(error as Error).message}`];
  const trouble = { config, dataDate, items, watch };
  try {
    if (ledger === null) throw new Error("There is no ledger.");
    await tellOperators(ledger, trouble, terminal.now());
    await sendNow(ledger, { config, until: new Date(), signal: terminal.signal });
  } catch {
    await tellDirectly(trouble);
  }
}

/** Failures that are the business of who called, and of nobody else. */
const OWN_BUSINESS = new Set(["LeaseHeldError", "AbortError", "UsageError", "ConfigError"]);

const isOwnBusiness = (error: unknown): boolean => error instanceof Error && OWN_BUSINESS.has(error.name);

async function recordAndTell(ledger: Ledger, order: NightOrder): Promise<NightEnd> {
  return await withLease(ledger, "nightly", order.terminal.signal, async (signal) => {
    const own = { ...order, terminal: { ...order.terminal, signal } };
    try {
      return await runNight(ledger, own);
    } catch (error) {
      // who has lost the lease leaves it to who has it
      if (!isOwnBusiness(error) && !signal.aborted) await tellBroken(ledger, own, error);
      throw error;
    }
  });
}

async function runNightly(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const config = configOf(terminal, options);
  const order: NightOrder = {
    config,
    dataDate: dataDateOf(config, text(options, "date"), terminal.now()),
    terminal,
    watch: plainWatch(terminal),
    quiet: options.json === true,
    deadline: deadlineOf(config, options),
    catchUp: options["catch-up"] === true,
  };
  let ledger: Ledger;
  try {
    ledger = await openLedger(config.database);
  } catch (error) {
    await tellBroken(null, order, error);
    throw error;
  }
  try {
    const end = await recordAndTell(ledger, order);
    terminal.out(options.json === true ? `${JSON.stringify(end)}\n` : nightText(end));
    return end.status;
  } finally {
    await ledger.close();
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
    json: JSON_OUTPUT,
  },
  run: runNightly,
};
