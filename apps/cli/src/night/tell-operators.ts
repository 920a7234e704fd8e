import { planFailure, sendUnrecorded } from "@nightledger/deliver";
import { enqueueDeliveries, type Ledger } from "@nightledger/store";
import type { Config } from "../config.ts";
import { redactorOf } from "../watch/redactor.ts";
import { channelsOf, closeChannels } from "./channels-of.ts";
import type { NightWatch } from "./night-watch.ts";
import { lettersOf } from "./plan-publication.ts";

/** The report whose words notices are written in. */
const WORDS = "executive-summary";

export interface Trouble {
  config: Config;
  dataDate: string;
  /** The night in a line; null where it broke off. */
  summary: string | null;
  /** A sentence each. */
  items: readonly string[];
  watch: NightWatch;
}

const plan = async (ledger: Ledger | null, { config, dataDate, summary, items, watch }: Trouble) => {
  const { operators } = config;
  const letters = lettersOf(config, WORDS, operators.locale);
  return await planFailure(
    ledger,
    { dataDate, summary, items: items.map(redactorOf(config)), lines: watch.lastLines() },
    { operators, letters, locale: operators.locale },
  );
};

/** Puts a notice to operators on record, to be sent like any report. What they were told of this night they are not told again. */
export async function tellOperators(ledger: Ledger, trouble: Trouble, now: Date): Promise<void> {
  await enqueueDeliveries(ledger, await plan(ledger, trouble), now);
}

/** Sends a notice to operators past a ledger that cannot be used. What keeps it from them is told as a line. */
export async function tellDirectly(trouble: Trouble): Promise<void> {
  const { config, watch } = trouble;
  const channels = channelsOf(config);
  try {
    const outcomes = await sendUnrecorded(channels, await plan(null, trouble), config.reports);
    for (const { state, answer } of outcomes) {
      if (state !== "sent") watch.warn(`A notice to operators was not sent: ${answer}`);
    }
  } finally {
    closeChannels(channels);
  }
}
