import type { EditionToSend } from "@nightledger/deliver";
import { subjectName } from "@nightledger/report";
import {
  enqueueDeliveries,
  type Ledger,
  type NewDelivery,
  type Reader,
  supersedeDeliveries,
} from "@nightledger/store";
import type { Config } from "../config.ts";
import { openReaderFor } from "../open-reader-for.ts";
import { findEditions } from "./find-editions.ts";
import { makeEditions } from "./make-editions.ts";
import { historyOf, planGroupEdition, planGroupHeld } from "./plan-publication.ts";
import { groupName, type ReportGroup, reportGroups } from "./report-groups.ts";

/** What became of a night's reports. */
export interface Published {
  /** Deliveries that are new on record. */
  enqueued: number;
  /** What went wrong, a sentence each. */
  failures: string[];
  /** Whether an edition was held back by its gate. */
  gateFailed: boolean;
}

export interface PublishOrder {
  config: Config;
  dataDate: string;
  signal: AbortSignal;
  now: () => Date;
  /** Told of each edition that is in place. */
  onEdition?: (edition: EditionToSend) => void;
}

async function enqueue(
  ledger: Ledger,
  planned: readonly NewDelivery[],
  { now }: PublishOrder,
): Promise<number> {
  return await enqueueDeliveries(ledger, planned, now());
}

/** Puts an edition's deliveries on record, in the place of those of earlier editions that still wait. */
async function publishEdition(
  ledger: Ledger,
  edition: EditionToSend,
  planned: readonly NewDelivery[],
  order: PublishOrder,
): Promise<number> {
  const { dataDate: data_date, report, locale, edition: number } = edition.told;
  const subject = subjectName(edition.told.subject);
  await supersedeDeliveries(ledger, { data_date, report, subject, locale, edition: number }, order.now());
  order.onEdition?.(edition);
  return await enqueue(ledger, planned, order);
}

async function publishGroup(ledger: Ledger, group: ReportGroup, order: PublishOrder): Promise<Published> {
  const { config, dataDate, signal } = order;
  const published: Published = { enqueued: 0, failures: [], gateFailed: false };
  const reader = await openReaderFor(config, group.audience, dataDate);
  try {
    for await (const made of makeEditions(reader, { config, dataDate, group, signal })) {
      if (made.passed) {
        const history = await historyOf(ledger, dataDate);
        const planned = await planGroupEdition(made, { config, dataDate, group, reader, history });
        published.enqueued += await publishEdition(ledger, made, planned, order);
      } else {
        const held = planGroupHeld({ config, dataDate, group }, made.subject, "heldGate");
        published.enqueued += await enqueue(ledger, held, order);
        published.gateFailed = true;
        const [first] = made.findings;
        const why = first === undefined ? "" : ` (${first.rule}: ${first.detail})`;
        published.failures.push(
          `The report ${groupName(group)} did not pass its gate${why}; see ${made.reasons}.`,
        );
      }
    }
    return published;
  } finally {
    await reader.close();
  }
}

/** Whom a group's reports are about, all its targets together. */
function subjectOf({ audience: name }: ReportGroup, { audiences }: Config): EditionToSend["told"]["subject"] {
  const audience = name === undefined ? null : { name, title: audiences[name]?.title ?? name };
  return { audience, target: null };
}

/** A night that nobody recorded has no report: the recipients are told so. How many deliveries were new. */
export async function publishMissed(ledger: Ledger, order: PublishOrder): Promise<number> {
  const { config, dataDate } = order;
  const planned = reportGroups(config).flatMap((group) =>
    planGroupHeld({ config, dataDate, group }, subjectOf(group, config), "heldMissed"),
  );
  return await enqueue(ledger, planned, order);
}

/** A report that could not be made is no reason to be silent: its recipients are told. */
async function publishSafely(ledger: Ledger, group: ReportGroup, order: PublishOrder): Promise<Published> {
  try {
    return await publishGroup(ledger, group, order);
  } catch (error) {
    order.signal.throwIfAborted();
    if ((error as Error).name === "DiskFullError") throw error;
    const { config, dataDate } = order;
    const held = planGroupHeld({ config, dataDate, group }, subjectOf(group, config), "heldFailed");
    const failures = [`The report ${groupName(group)} could not be made: ${(error as Error).message}`];
    return { enqueued: await enqueue(ledger, held, order), failures, gateFailed: true };
  }
}

/**
 * Makes the reports of a night, and puts on record who gets them. Doing it again adds nothing where nothing has changed.
 *
 * @throws DiskFullError
 */
export async function publishNight(ledger: Ledger, order: PublishOrder): Promise<Published> {
  const all: Published = { enqueued: 0, failures: [], gateFailed: false };
  for (const group of reportGroups(order.config)) {
    const one = await publishSafely(ledger, group, order);
    all.enqueued += one.enqueued;
    all.failures.push(...one.failures);
    all.gateFailed ||= one.gateFailed;
  }
  return all;
}

/** What publishing the editions that are there would put on record. Nothing is made and nothing is written. */
export async function planDeliveries(
  ledger: Reader,
  { config, dataDate }: Pick<PublishOrder, "config" | "dataDate">,
): Promise<NewDelivery[]> {
  const planned: NewDelivery[] = [];
  const history = await historyOf(ledger, dataDate);
  for (const group of reportGroups(config)) {
    const editions = findEditions(config.reports, dataDate, group);
    if (editions.length === 0) continue;
    const reader = await openReaderFor(config, group.audience, dataDate);
    try {
      for (const edition of editions) {
        planned.push(...(await planGroupEdition(edition, { config, dataDate, group, reader, history })));
      }
    } finally {
      await reader.close();
    }
  }
  return planned;
}

/** Puts on record who gets the editions that are there. How many deliveries were new. */
export async function publishFound(ledger: Ledger, order: PublishOrder): Promise<number> {
  const { config, dataDate } = order;
  let enqueued = 0;
  for (const group of reportGroups(config)) {
    for (const edition of findEditions(config.reports, dataDate, group)) {
      const reader = await openReaderFor(config, group.audience, dataDate);
      try {
        const history = await historyOf(ledger, dataDate);
        const planned = await planGroupEdition(edition, { config, dataDate, group, reader, history });
        enqueued += await publishEdition(ledger, edition, planned, order);
      } finally {
        await reader.close();
      }
    }
  }
  return enqueued;
}
