import type { LetterWriter } from "@nightledger/report";
import { type Ledger, latestContents, type NewDelivery, sealOf } from "@nightledger/store";
import { readParcel } from "../parcel.ts";
import { parcelOfLetter } from "./plan-held.ts";
import type { Destinations } from "./publication.ts";
import { recipientsOf } from "./recipients-of.ts";

/** What operators are told. */
export interface Failure {
  /** `YYYY-MM-DD` */
  dataDate: string;
  /** The night in a line; null where it did not come that far. */
  summary: string | null;
  /** What went wrong, a sentence each. */
  items: readonly string[];
  /** The last lines of the log, without secrets. */
  lines: readonly string[];
}

/** What a notice to operators is called in the ledger of deliveries. */
const REPORT = "nightly";

/** The same failure has another request id each time. */
const causeOf = (items: readonly string[]): string => JSON.stringify(items).replace(/[0-9a-f]{16,}/g, "…");

/**
 * A notice to each operator. Who was told the same of this night already is not told again, however often the night is
 * started.
 */
export async function planFailure(
  /** Null where the ledger cannot be used: then nobody knows who was told before. */
  ledger: Ledger | null,
  failure: Failure,
  { operators, letters, locale }: { operators: Destinations; letters: LetterWriter; locale: string },
): Promise<NewDelivery[]> {
  const { dataDate, items } = failure;
  if (items.length === 0) return [];
  const content = { name: "failure", date: dataDate, items } as const;
  const letter = letters.letter(
    { ...content, summary: failure.summary, lines: failure.lines },
    ledger === null ? null : await sealOf(ledger),
  );
  const cause = causeOf(items);
  const planned: NewDelivery[] = [];
  for (const recipient of recipientsOf(operators)) {
    const asked = { dataDate, report: REPORT, kind: "failure", ...recipient } as const;
    const before = ledger === null ? [] : await latestContents(ledger, asked);
    const told = before.some(({ content }) => readParcel(content).cause === cause);
    if (told) continue;
    planned.push({
      data_date: dataDate,
      report: REPORT,
      audience: null,
      subject: "operators",
      locale,
      kind: "failure",
      edition: before.length + 1,
      ...recipient,
      state: "pending",
      answer: null,
      content: JSON.stringify(parcelOfLetter(letter, cause)),
    });
  }
  return planned;
}
