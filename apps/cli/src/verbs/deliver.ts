import { findDataDate } from "@nightledger/report";
import {
  type DeliveryHistory,
  type Ledger,
  type NewDelivery,
  openReader,
  type Resolution,
  requireCurrentSchema,
  resolveDelivery,
  type ViewsOnly,
  withLease,
} from "@nightledger/store";
import { findSent } from "../commands/deliver/find-sent.ts";
import { resend } from "../commands/deliver/resend.ts";
import { type ResendOrder, resendOrderOf } from "../commands/deliver/resend-order.ts";
import type { Config } from "../config.ts";
import { parseDate } from "../data-date.ts";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { formatTable } from "../format-table.ts";
import { openLedgerFor } from "../ledger/open-ledger-for.ts";
import { deliverySentence, isOpen, lostDeliveries } from "../night/night-failures.ts";
import { deliveriesText } from "../night/night-text.ts";
import { planDeliveries, publishFound } from "../night/publish-night.ts";
import { patienceOf, sendNow } from "../night/send-now.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { wholeNumber } from "../whole-number.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

const RESOLUTIONS: readonly Resolution[] = ["sent", "again", "skip"];

/** @throws UsageError */
function resolutionOf(options: Options): Resolution {
  const given = text(options, "as");
  const found = RESOLUTIONS.find((each) => each === given);
  if (found === undefined) throw new UsageError(`--resolve goes with --as ${RESOLUTIONS.join("|")}.`);
  return found;
}

/** What an operator has decided about one delivery. @throws UsageError */
async function resolve(ledger: Ledger, terminal: Terminal, options: Options): Promise<void> {
  const id = wholeNumber(options, "resolve", 0, [1, Number.MAX_SAFE_INTEGER]);
  const as = resolutionOf(options);
  const resolved = await resolveDelivery(ledger, id, as, terminal.now());
  if (resolved === null)
    throw new UsageError(`There is no delivery ${id}. "nightledger deliver" lists them.`);
  const { before, applied } = resolved;
  if (!applied) {
    throw new UsageError(
      `Delivery ${id} is ${before.state}: it cannot be resolved as ${as}. Nothing was changed.`,
    );
  }
  terminal.err(`Delivery ${id} to ${before.recipient}: ${before.state} is now ${as}.\n`);
}

/** A dry run's row: what is on record and waits, or would be put on record. */
type Shown = Pick<
  DeliveryHistory,
  "data_date" | "report" | "kind" | "edition" | "channel" | "recipient" | "state" | "answer"
>;

const shown = ({ data_date, report, kind, edition, channel, recipient, state, answer }: Shown): Shown => ({
  data_date,
  report,
  kind,
  edition,
  channel,
  recipient,
  state,
  answer,
});

const keyOf = (one: NewDelivery | DeliveryHistory): string =>
  JSON.stringify([
    one.data_date,
    one.report,
    one.subject,
    one.locale,
    one.kind,
    one.edition,
    one.channel,
    one.recipient,
  ]);

const WHY: Partial<Record<DeliveryHistory["state"], string>> = {
  pending: "would be sent",
  deferred: "would be tried again",
  sent: "has it",
  unknown: "may have it: decide with --resolve",
  refused: "will not have it",
};

function showDryRun(terminal: Terminal, options: Options, dataDate: string, rows: readonly Shown[]): void {
  if (options.json === true) terminal.out(`${JSON.stringify({ dataDate, deliveries: rows })}\n`);
  else if (rows.length === 0)
    terminal.out(
      `No report of ${dataDate} has been made that anybody is to get. "nightledger report" makes reports, "nightledger nightly" makes and sends them; --date asks for another night.\n`,
    );
  else {
    const columns = ["night", "what", "edition", "to", "by", "state", "why"];
    const cells = rows.map((one) => [
      one.data_date,
      one.kind === "report" ? one.report : `${one.report} (${one.kind})`,
      one.edition,
      one.recipient,
      one.channel,
      one.state,
      one.answer ?? WHY[one.state] ?? "",
    ]);
    terminal.out(formatTable(columns, cells));
  }
}

/** Shows what `--resend` would send again. */
async function dryResend(
  terminal: Terminal,
  options: Options,
  { config, order }: { config: Config; order: ResendOrder },
): Promise<ExitStatus> {
  await requireCurrentSchema(config.database);
  const reader = await openReader(config.database);
  try {
    const dataDate = await dateOf(reader.db, options);
    const rows = await findSent(reader.db, order, dataDate);
    const again = rows.map((row) => ({ ...shown(row), answer: "would be sent again" }));
    showDryRun(terminal, options, dataDate, again);
    return EXIT.complete;
  } finally {
    await reader.close();
  }
}

async function dryRun(terminal: Terminal, options: Options, config: Config): Promise<ExitStatus> {
  await requireCurrentSchema(config.database);
  const reader = await openReader(config.database);
  try {
    const dataDate = await dateOf(reader.db, options);
    const planned = await planDeliveries(reader, { config, dataDate });
    const known = await reader.db
      .selectFrom("delivery_history")
      .selectAll()
      .where((eb) =>
        eb.or([eb("data_date", "=", dataDate), eb("state", "in", ["pending", "deferred", "unknown"])]),
      )
      .orderBy("delivery_id")
      .execute();
    const there = new Set(known.map(keyOf));
    const rows = [...known, ...planned.filter((one) => !there.has(keyOf(one)))].map(shown);
    showDryRun(terminal, options, dataDate, rows);
    return EXIT.complete;
  } finally {
    await reader.close();
  }
}

/** The night that is meant: the newest on record, where none is named. */
async function dateOf(db: ViewsOnly, options: Options): Promise<string> {
  const given = text(options, "date");
  return await findDataDate(db, given === undefined ? undefined : parseDate(given));
}

async function send(ledger: Ledger, terminal: Terminal, config: Config, dataDate: string): Promise<void> {
  for (const lost of await lostDeliveries(ledger, terminal.now())) terminal.err(`${lost}\n`);
  await publishFound(ledger, { config, dataDate, signal: terminal.signal, now: terminal.now });
  await sendNow(ledger, {
    config,
    until: patienceOf(config, new Date()),
    signal: terminal.signal,
    onSettled: ({ recipient, report }, { state }) => terminal.err(`${report} to ${recipient}: ${state}\n`),
  });
}

async function runDeliver(
  terminal: Terminal,
  options: Options,
  operands: readonly string[],
): Promise<ExitStatus> {
  const order = resendOrderOf(options, operands);
  const config = configOf(terminal, options);
  if (options["dry-run"] === true) {
    return await (order === null
      ? dryRun(terminal, options, config)
      : dryResend(terminal, options, { config, order }));
  }
  const ledger = await openLedgerFor(config, terminal, { there: true });
  try {
    const dataDate = await dateOf(ledger.db, options);
    let resent: number[] = [];
    await withLease(ledger, "deliver", terminal.signal, async (signal) => {
      if (options.resolve !== undefined) await resolve(ledger, terminal, options);
      if (order !== null) {
        const rows = await resend(ledger, terminal, { order, config, dataDate });
        resent = rows.map(({ delivery_id }) => delivery_id);
      }
      await send(ledger, { ...terminal, signal }, config, dataDate);
    });
    const rows = await ledger.db
      .selectFrom("delivery_history")
      .selectAll()
      .where((eb) =>
        eb.or([
          eb("data_date", "=", dataDate),
          eb("state", "in", ["pending", "deferred", "refused", "unknown"]),
          ...(resent.length === 0 ? [] : [eb("delivery_id", "in", resent)]),
        ]),
      )
      .orderBy("delivery_id")
      .execute();
    if (options.json === true) {
      const end = { dataDate, ...(order !== null && { resent }), deliveries: rows };
      terminal.out(`${JSON.stringify(end)}\n`);
    } else terminal.out(rows.length === 0 ? `Nobody gets anything of ${dataDate}.\n` : deliveriesText(rows));
    const open = rows.filter(isOpen);
    // the table has no room for a whole answer, and it names the cure
    for (const row of open) terminal.err(`${deliverySentence(row)}\n`);
    return open.length === 0 ? EXIT.complete : EXIT.deliveryFailed;
  } finally {
    await ledger.close();
  }
}

/** `nightledger deliver` */
export const deliverVerb: Verb = {
  name: "deliver",
  summary: "Send what is made and not yet sent, and show who got what.",
  operands: "[ID …]",
  options: {
    config: CONFIG,
    date: { type: "string", value: "YYYY-MM-DD", help: "The data date; the newest of the ledger." },
    "dry-run": { type: "boolean", help: "Show who would get what, and why; send nothing." },
    resolve: {
      type: "string",
      value: "ID",
      help: "Decide about a delivery that may have arrived, with --as.",
    },
    as: {
      type: "string",
      value: "sent|again|skip",
      help: "What was found: it arrived; send it again; never mind.",
    },
    resend: {
      type: "boolean",
      help: "Send again what was sent and got lost: deliveries by their numbers, or the newest edition of the night by --to, --audience or --report. With --dry-run, show them.",
    },
    to: {
      type: "string",
      value: "ADDRESS",
      help: "With --resend: the recipient, a folder or a webhook's name.",
    },
    audience: {
      type: "string",
      value: "NAME",
      help: "With --resend: the audience whose mails are sent again.",
    },
    report: { type: "string", value: "NAME", help: "With --resend: the report whose mails are sent again." },
    reason: {
      type: "string",
      value: "TEXT",
      help: "With --resend: why; it stays on record, with the name of who has run the command.",
    },
    json: JSON_OUTPUT,
  },
  run: runDeliver,
};
