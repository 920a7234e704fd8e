import { recipientsOf } from "@nightledger/deliver";
import type { DeliveryHistory, Ledger } from "@nightledger/store";
import type { Work } from "@nightledger/worker";
import { closestTime, daysAfter, instantOf } from "../clock.ts";
import type { Config } from "../config.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import type { Recorded } from "../record-night.ts";
import type { Terminal } from "../verb.ts";
import { type Coverage, coverageOf, fetchUntil } from "./fetch-until.ts";
import { deliverySentence, isOpen, lostDeliveries, recordFailures } from "./night-failures.ts";
import { nightSummary } from "./night-text.ts";
import type { NightWatch } from "./night-watch.ts";
import { pastNights } from "./past-nights.ts";
import { type Published, publishedTogether, publishMissed, publishNight } from "./publish-night.ts";
import { patienceOf, sendNow } from "./send-now.ts";
import { tellOperators } from "./tell-operators.ts";

/** One night to be recorded, published and delivered. */
export interface NightOrder {
  config: Config;
  dataDate: string;
  terminal: Terminal;
  watch: NightWatch;
  /** Where workers do what the night needs; null is this process. */
  work: Work | null;
  /** Whether bars and lines of progress are left out. */
  quiet: boolean;
  /** `HH:MM`, by which reports have to be out; null is whenever they are ready. */
  deadline: string | null;
  /** Whether nights that were slept through are made up for. */
  catchUp: boolean;
}

/** What became of a night. */
export interface NightEnd {
  dataDate: string;
  /** In a line. */
  summary: string;
  status: ExitStatus;
  coverage: Coverage;
  /** The last run; null where the night was complete before. */
  recorded: Recorded | null;
  /** Past nights that were made up for, oldest first. */
  caughtUp: { unpublished: string[]; missed: string[] };
  /** Deliveries of tonight, and of past nights that were made up for. */
  deliveries: DeliveryHistory[];
  /** What somebody has to look at, a sentence each. */
  failures: string[];
}

const MINUTE_MS = 60_000;
/** How long a notice to operators that is deferred is waited for at least. */
const NOTICE_MS = 10 * MINUTE_MS;

/** The work of one night, step by step. */
class Night {
  readonly #ledger: Ledger;
  readonly #order: NightOrder;
  #recorded: Recorded | null = null;
  #published: Published = { failures: [], gateFailed: false };
  #past = { unpublished: [] as string[], missed: [] as string[] };
  /** Of earlier processes. */
  readonly #said: string[] = [];

  constructor(ledger: Ledger, order: NightOrder) {
    this.#ledger = ledger;
    this.#order = order;
  }

  async run(): Promise<NightEnd> {
    const { config, dataDate, deadline, terminal, watch } = this.#order;
    const isHeard = recipientsOf(config.operators).length > 0;
    if (!isHeard) watch.warn("Nobody is told when something fails: name operators in the configuration");
    const due = deadline === null ? null : closestTime(deadline, config.timeZone, terminal.now());
    const stopAt = due === null ? null : new Date(due.getTime() - config.nightly.publishMinutes * MINUTE_MS);
    this.#past = await pastNights(this.#ledger, dataDate);

    await this.#fetch(stopAt);
    terminal.signal.throwIfAborted();
    // not before the clock was held against the cloud's
    for (const lost of await lostDeliveries(this.#ledger, terminal.now())) {
      watch.warn(lost);
      this.#said.push(lost);
    }
    await this.#publishAndSend();
    if (due !== null && (await coverageOf(this.#ledger, dataDate)).mayCome > 0) await this.#fetchLate(due);
    return await this.#end();
  }

  /** A night that is published late, with some answers on record, is published with those. */
  async #fetch(stopAt: Date | null): Promise<void> {
    const { dataDate, terminal, watch } = this.#order;
    const { fresh } = await coverageOf(this.#ledger, dataDate);
    const isLate = stopAt !== null && stopAt <= terminal.now();
    if (isLate && fresh > 0) {
      watch.warn("The deadline is near or past: reports are made of what is on record");
      return;
    }
    const end = isLate ? null : stopAt;
    this.#recorded = await watch.phase("ingest", () => fetchUntil(this.#ledger, this.#order, end));
  }

  /** What comes after the deadline, while its day lasts: the cloud answers for today alone. */
  async #fetchLate(due: Date): Promise<void> {
    const { config, dataDate, terminal, watch } = this.#order;
    const { lateMinutes } = config.nightly;
    const dayEnds = instantOf(daysAfter(dataDate, 1), "00:00", config.timeZone);
    const latest = Math.min(due.getTime() + lateMinutes * MINUTE_MS, dayEnds.getTime());
    if (latest <= terminal.now().getTime()) return;
    const before = await coverageOf(this.#ledger, dataDate);
    this.#recorded = await watch.phase("late answers", () =>
      fetchUntil(this.#ledger, this.#order, new Date(latest)),
    );
    terminal.signal.throwIfAborted();
    const after = await coverageOf(this.#ledger, dataDate);
    if (after.fresh > before.fresh) await this.#publishAndSend();
  }

  async #publishAndSend(): Promise<void> {
    const { watch } = this.#order;
    await watch.phase("reports", () => this.#publish());
    const until = patienceOf(this.#order.config, new Date());
    await watch.phase("deliver", () => this.#send(until));
    // after the deliveries, so that what became of them is among what is told
    const { summary, failures: items } = await this.#end();
    await tellOperators(this.#ledger, { ...this.#order, summary, items }, this.#order.terminal.now());
    // a notice has a while of its own, where the reports have used up theirs
    const own = new Date(
      Math.min(Date.now() + NOTICE_MS, patienceOf(this.#order.config, new Date()).getTime()),
    );
    await this.#send(own > until ? own : until);
  }

  async #publish(): Promise<void> {
    const { config, dataDate, terminal, watch, catchUp, work } = this.#order;
    const order = { config, signal: terminal.signal, now: terminal.now, work, watch };
    const onEdition = ({ told }: { told: { report: string; dataDate: string; edition: number } }) =>
      watch.info(`${told.report} of ${told.dataDate}, edition ${told.edition}, is made`, {
        report: told.report,
      });
    const { unpublished, missed } = this.#past;
    const published: Published[] = [];
    for (const night of catchUp ? [...unpublished, ...missed].sort() : []) {
      const past = { ...order, dataDate: night, onEdition };
      if (missed.includes(night)) await publishMissed(this.#ledger, past);
      else published.push(await publishNight(this.#ledger, past));
    }
    published.push(await publishNight(this.#ledger, { ...order, dataDate, onEdition }));
    this.#published = publishedTogether(published);
  }

  async #send(until: Date): Promise<void> {
    const { config, terminal, watch } = this.#order;
    await sendNow(this.#ledger, {
      config,
      until,
      signal: terminal.signal,
      onSettled: ({ recipient, report }, { state, answer }) =>
        watch.info(`${report} to ${recipient}: ${state}${answer === null ? "" : `, ${answer}`}`, {
          report,
          recipient,
          state,
        }),
    });
  }

  #dates(): string[] {
    const { dataDate, catchUp } = this.#order;
    return catchUp ? [...this.#past.unpublished, ...this.#past.missed, dataDate] : [dataDate];
  }

  async #failures(coverage: Coverage, open: readonly DeliveryHistory[]): Promise<string[]> {
    const { dataDate } = this.#order;
    const { missed, unpublished } = this.#past;
    const notRun =
      missed.length === 0
        ? []
        : [
            `No run took place on ${missed.join(", ")}: what the cloud said then cannot be had any more, and all targets are missing on it.`,
          ];
    const unsent =
      unpublished.length === 0 || this.#order.catchUp
        ? []
        : [
            `The reports of ${unpublished.join(", ")} were never sent: "nightledger nightly --catch-up" sends them today; later, make them with "report --date" and send them with "deliver --date".`,
          ];
    const reports = open.filter(({ kind }) => kind !== "failure").map(deliverySentence);
    const said = this.#said.filter((sentence) => !reports.includes(sentence));
    return [
      ...said,
      ...notRun,
      ...unsent,
      ...(await recordFailures(this.#ledger, dataDate, { coverage, recorded: this.#recorded })),
      ...this.#published.failures,
      ...reports,
    ];
  }

  async #end(): Promise<NightEnd> {
    const { dataDate } = this.#order;
    const coverage = await coverageOf(this.#ledger, dataDate);
    const deliveries = await this.#ledger.db
      .selectFrom("delivery_history")
      .selectAll()
      .where("data_date", "in", this.#dates())
      .orderBy("delivery_id")
      .execute();
    const open = deliveries.filter(isOpen);
    const failures = await this.#failures(coverage, open);
    const { gateFailed } = this.#published;
    const summary = nightSummary({ dataDate, coverage, deliveries });
    return {
      dataDate,
      summary,
      status: statusOf({ coverage, gateFailed, open: open.length, troubled: failures.length > 0 }),
      coverage,
      recorded: this.#recorded,
      caughtUp: this.#order.catchUp ? this.#past : { unpublished: [], missed: [] },
      deliveries,
      failures,
    };
  }
}

/** The worst comes first: nothing fetched, a delivery that failed, a report that was held back, a target that is missing. */
function statusOf({
  coverage,
  gateFailed,
  open,
  troubled,
}: {
  coverage: Coverage;
  gateFailed: boolean;
  open: number;
  troubled: boolean;
}): ExitStatus {
  if (coverage.fresh === 0) return EXIT.nothingFetched;
  if (open > 0) return EXIT.deliveryFailed;
  if (gateFailed) return EXIT.gateFailed;
  return coverage.missing > 0 || troubled ? EXIT.partial : EXIT.complete;
}

/**
 * One night as a whole: plan, fetch, copy for analysts, reports, gate, deliveries, notices. Whatever was done already is
 * not done again, so it may be killed anywhere and started anew. Only for who holds the lease.
 *
 * @throws DiskFullError, and whatever keeps the ledger from being read
 */
export const runNight = (ledger: Ledger, order: NightOrder): Promise<NightEnd> =>
  new Night(ledger, order).run();
