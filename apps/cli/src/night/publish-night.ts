import type { EditionToSend } from "@nightledger/deliver";
import { type PlacedEdition, standingEditions, subjectName } from "@nightledger/report";
import {
  enqueueDeliveries,
  type Ledger,
  type NewDelivery,
  type Reader,
  sealOf,
  supersedeDeliveries,
} from "@nightledger/store";
import type { Work } from "@nightledger/worker";
import type { Config } from "../config.ts";
import { openReaderFor } from "../open-reader-for.ts";
import { findEditions } from "./find-editions.ts";
import { groupOrder } from "./group-order.ts";
import type { NightWatch } from "./night-watch.ts";
import { groupNight, historyOf, planGroupEdition, planGroupHeld } from "./plan-publication.ts";
import { openRenderings, type Renderings } from "./renderings.ts";
import { groupName, type ReportGroup, reportGroups } from "./report-groups.ts";

/** What became of a night's reports. */
export interface Published {
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
  /** Where workers render; null, or left out, is this process. */
  work?: Work | null;
  watch?: Pick<NightWatch, "warn">;
  /** Told of each edition that is in place. */
  onEdition?: (edition: EditionToSend) => void;
}

/** Puts an edition's deliveries on record, in the place of those of earlier editions that still wait. */
async function publishEdition(
  ledger: Ledger,
  edition: EditionToSend,
  planned: readonly NewDelivery[],
  order: PublishOrder,
): Promise<void> {
  const { dataDate: data_date, report, locale, edition: number } = edition.told;
  const subject = subjectName(edition.told.subject);
  await supersedeDeliveries(ledger, { data_date, report, subject, locale, edition: number }, order.now());
  order.onEdition?.(edition);
  await enqueueDeliveries(ledger, planned, order.now());
}

/** What makes the editions of a night, and those that need no making. */
interface Editions {
  renderings: Renderings;
  standing: ReadonlyMap<ReportGroup, readonly PlacedEdition[]>;
}

/** The editions that are there and would come out the same, of each report that has all of them. */
async function findStanding(
  groups: readonly ReportGroup[],
  { config, dataDate }: PublishOrder,
): Promise<Map<ReportGroup, readonly PlacedEdition[]>> {
  const found = new Map<ReportGroup, readonly PlacedEdition[]>();
  for (const group of groups) {
    try {
      const reader = await openReaderFor(config, group.audience, dataDate);
      try {
        const order = groupOrder(reader, { config, dataDate, group });
        const standing = await standingEditions(reader.db, order);
        if (standing !== null) found.set(group, standing);
      } finally {
        await reader.close();
      }
    } catch {
      // what is wrong, the making of it says
    }
  }
  return found;
}

async function publishGroup(
  ledger: Ledger,
  group: ReportGroup,
  order: PublishOrder,
  { renderings, standing }: Editions,
): Promise<Published> {
  const { config, dataDate, now } = order;
  const published: Published = { failures: [], gateFailed: false };
  const night = groupNight(config, dataDate, group, await sealOf(ledger));
  const history = await historyOf(ledger, dataDate);
  const reader = await openReaderFor(config, group.audience, dataDate);
  try {
    for await (const made of standing.get(group) ?? renderings.of(reader, group)) {
      if (made.passed) {
        const planned = await planGroupEdition(made, night, { reader, history });
        await publishEdition(ledger, made, planned, order);
      } else {
        await enqueueDeliveries(ledger, planGroupHeld(night, made.subject, "heldGate"), now());
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

/** A night that nobody recorded has no report: the recipients are told so. */
export async function publishMissed(ledger: Ledger, { config, dataDate, now }: PublishOrder): Promise<void> {
  const seal = await sealOf(ledger);
  const planned = reportGroups(config).flatMap((group) =>
    planGroupHeld(groupNight(config, dataDate, group, seal), subjectOf(group, config), "heldMissed"),
  );
  await enqueueDeliveries(ledger, planned, now());
}

/** A report that could not be made is no reason to be silent: its recipients are told. */
async function publishSafely(
  ledger: Ledger,
  group: ReportGroup,
  order: PublishOrder,
  editions: Editions,
): Promise<Published> {
  try {
    return await publishGroup(ledger, group, order, editions);
  } catch (error) {
    order.signal.throwIfAborted();
    if ((error as Error).name === "DiskFullError") throw error;
    const { config, dataDate, now } = order;
    const night = groupNight(config, dataDate, group, await sealOf(ledger));
    await enqueueDeliveries(ledger, planGroupHeld(night, subjectOf(group, config), "heldFailed"), now());
    const failures = [`The report ${groupName(group)} could not be made: ${(error as Error).message}`];
    return { failures, gateFailed: true };
  }
}

/** What became of several groups' reports, or several nights', together. */
export const publishedTogether = (all: readonly Published[]): Published => ({
  failures: all.flatMap(({ failures }) => failures),
  gateFailed: all.some(({ gateFailed }) => gateFailed),
});

/**
 * Makes the reports of a night, and puts on record who gets them. Doing it again adds nothing where nothing has changed.
 *
 * @throws DiskFullError
 */
export async function publishNight(ledger: Ledger, order: PublishOrder): Promise<Published> {
  const all: Published[] = [];
  const groups = reportGroups(order.config);
  const standing = await findStanding(groups, order);
  const renderings = await openRenderings(
    groups.filter((group) => !standing.has(group)),
    order,
  );
  try {
    const editions = { renderings, standing };
    for (const group of groups) all.push(await publishSafely(ledger, group, order, editions));
  } finally {
    await renderings.close();
  }
  return publishedTogether(all);
}

/** The editions of a night that are there, and who would get each of them. */
async function* foundEditions(
  ledger: Reader | Ledger,
  { config, dataDate }: Pick<PublishOrder, "config" | "dataDate">,
): AsyncGenerator<{ edition: EditionToSend; planned: NewDelivery[] }> {
  const history = await historyOf(ledger, dataDate);
  const seal = await sealOf(ledger);
  for (const group of reportGroups(config)) {
    const editions = findEditions(config.reports, dataDate, group);
    if (editions.length === 0) continue;
    const night = groupNight(config, dataDate, group, seal);
    const reader = await openReaderFor(config, group.audience, dataDate);
    try {
      for (const edition of editions) {
        yield { edition, planned: await planGroupEdition(edition, night, { reader, history }) };
      }
    } finally {
      await reader.close();
    }
  }
}

/** What publishing the editions that are there would put on record. Nothing is made and nothing is written. */
export async function planDeliveries(
  ledger: Reader | Ledger,
  order: Pick<PublishOrder, "config" | "dataDate">,
): Promise<NewDelivery[]> {
  const all: NewDelivery[] = [];
  for await (const { planned } of foundEditions(ledger, order)) all.push(...planned);
  return all;
}

/** Puts on record who gets the editions that are there. */
export async function publishFound(ledger: Ledger, order: PublishOrder): Promise<void> {
  for await (const { edition, planned } of foundEditions(ledger, order)) {
    await publishEdition(ledger, edition, planned, order);
  }
}
