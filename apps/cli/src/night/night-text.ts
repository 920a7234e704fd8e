import type { DeliveryHistory } from "@nightledger/store";
import { formatTable } from "../format-table.ts";
import type { NightEnd } from "./night.ts";

const COLUMNS = ["id", "night", "what", "edition", "to", "by", "state", "answer"];
const LONGEST_ANSWER = 60;

/** Deliveries as a table. */
export const deliveriesText = (deliveries: readonly DeliveryHistory[]): string =>
  formatTable(
    COLUMNS,
    deliveries.map(({ delivery_id, data_date, report, kind, edition, recipient, channel, state, answer }) => [
      delivery_id,
      data_date,
      kind === "report" ? report : `${report} (${kind})`,
      edition,
      recipient,
      channel,
      state,
      answer === null || answer.length <= LONGEST_ANSWER ? answer : `${answer.slice(0, LONGEST_ANSWER - 1)}…`,
    ]),
  );

/** The night in a line. */
export const nightSummary = ({ dataDate, coverage, failures, deliveries }: NightEnd): string => {
  const { expected, fresh, missing } = coverage;
  const sent = deliveries.filter(({ state }) => state === "sent").length;
  const trouble = failures.length === 0 ? "" : ` ${failures.length} things to look at.`;
  return `Night of ${dataDate}: ${fresh} of ${expected} targets on record, ${missing} missing; ${sent} of ${deliveries.length} deliveries sent.${trouble}`;
};

/** A night, as a person reads it. */
export function nightText(end: NightEnd): string {
  const { deliveries, failures, caughtUp } = end;
  const past = [...caughtUp.unpublished, ...caughtUp.missed].sort();
  const parts = [
    nightSummary(end),
    ...(past.length === 0 ? [] : [`Caught up with: ${past.join(", ")}.`]),
    ...failures.map((failure) => `  ${failure}`),
    ...(deliveries.length === 0 ? [] : ["", deliveriesText(deliveries).trimEnd()]),
  ];
  return `${parts.join("\n")}\n`;
}
