import { existsSync } from "node:fs";
import { join } from "node:path";
import { adoptEdition, type PlacedEdition, type RejectedEdition } from "@nightledger/report";
import { RenderRound } from "@nightledger/worker";
import type { AudienceReader } from "../open-reader-for.ts";
import { delegationOf } from "../workers/delegation-of.ts";
import { clearStaging, type Rendered, stagingOf } from "../workers/staging.ts";
import { makeEditions } from "./make-editions.ts";
import type { PublishOrder } from "./publish-night.ts";
import { groupName, type ReportGroup } from "./report-groups.ts";
import { warnOnce } from "./warn-once.ts";

/** The reports of a night, made here or by workers. */
export interface Renderings {
  /** The editions of a report. */
  of(reader: AudienceReader, group: ReportGroup): AsyncGenerator<PlacedEdition | RejectedEdition>;
  close(): Promise<void>;
}

const keyOf = ({ report, audience, locale, only }: ReportGroup): string =>
  JSON.stringify([report, audience, locale, only]);

const isThere = (made: PlacedEdition | RejectedEdition): boolean =>
  existsSync(made.passed ? made.manifest : made.reasons);

/** What workers have made, put in place; null where it is not to be seen here. */
function adopted({ folder, made }: Rendered, { config }: PublishOrder) {
  const from = join(stagingOf(config), folder);
  const here = made.map((one) =>
    one.passed
      ? { ...one, manifest: join(from, one.manifest) }
      : { ...one, files: one.files.map((file) => join(from, file)), reasons: join(from, one.reasons) },
  );
  if (!here.every(isThere)) return null;
  return here.map((one) => adoptEdition(one, from, config.reports));
}

class WorkerRenderings implements Renderings {
  readonly #round: RenderRound;
  readonly #order: PublishOrder;
  readonly #warn: (sentence: string) => void;

  constructor(round: RenderRound, order: PublishOrder) {
    this.#round = round;
    this.#order = order;
    this.#warn = warnOnce((sentence) => order.watch?.warn(sentence));
  }

  async *of(reader: AudienceReader, group: ReportGroup) {
    const { config, dataDate, signal, watch } = this.#order;
    const [rendered] = ((await this.#round.made(keyOf(group), signal)) ?? []) as Rendered[];
    const made = rendered === undefined ? null : adopted(rendered, this.#order);
    if (rendered !== undefined && made === null) {
      watch?.warn(
        `A worker made ${groupName(group)}, but not where this process looks: "reports" has to be a folder that all hosts share, or workers.render false. It is made here.`,
      );
    }
    const warn = this.#warn;
    if (made === null) yield* makeEditions(reader, { config, dataDate, group, signal, warn });
    else yield* made;
  }

  async close(): Promise<void> {
    await this.#round.clear();
    clearStaging(this.#order.config);
  }
}

/** Hands the reports to workers where there are some that render; else they are made here. */
export async function openRenderings(
  groups: readonly ReportGroup[],
  order: PublishOrder,
): Promise<Renderings> {
  const { config, dataDate, signal, work = null, watch } = order;
  const round =
    work === null || watch === undefined ? null : new RenderRound(work, delegationOf(config, watch));
  if (round === null || groups.length === 0 || !(await round.isServed())) {
    const warn = warnOnce((sentence) => watch?.warn(sentence));
    return {
      of: (reader, group) => makeEditions(reader, { config, dataDate, group, signal, warn }),
      close: async () => {},
    };
  }
  clearStaging(config);
  await round.enqueue(dataDate, new Map(groups.map((group) => [keyOf(group), group])));
  return new WorkerRenderings(round, order);
}
