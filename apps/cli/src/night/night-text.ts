import { maskLine } from "@nightledger/core/mask-text";
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

/** A night in a line. */
export function nightSummary({
  dataDate,
  coverage,
  deliveries,
}: Pick<NightEnd, "dataDate" | "coverage" | "deliveries">): string {
  const { expected, fresh, missing } = coverage;
  const reports = deliveries.filter(({ kind }) => kind !== "failure");
  const sent = reports.filter(({ state }) => state === "sent").length;
  return `Night of ${dataDate}: ${fresh} of ${expected} targets on record, ${missing} missing; ${sent} of ${reports.length} deliveries sent.`;
}

/** A night, as a person reads it. */
export function nightText(end: NightEnd): string {
  const { deliveries, failures, caughtUp } = end;
  const past = [...caughtUp.unpublished, ...caughtUp.missed].sort();
  const parts = [
    `${end.summary}${failures.length === 0 ? "" : ` ${failures.length} things to look at.`}`,
    ...(past.length === 0 ? [] : [`Caught up with: ${past.join(", ")}.`]),
    ...failures.map((failure) => `  ${maskLine(failure)}`),
    ...(deliveries.length === 0 ? [] : ["", deliveriesText(deliveries).trimEnd()]),
  ];
  return `${parts.join("\n")}\n`;
}
