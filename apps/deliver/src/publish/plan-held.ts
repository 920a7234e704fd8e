import type { Letter } from "@nightledger/report";
import type { NewDelivery } from "@nightledger/store";
import type { Parcel } from "../parcel.ts";
import type { Destinations } from "./publication.ts";
import { recipientsOf } from "./recipients-of.ts";

/** A parcel that is a letter. `cause` is what makes another one of the same night worth sending. */
export const parcelOfLetter = (letter: Letter, cause: string | null = null): Parcel => ({
  version: 1,
  manifest: null,
  attach: [],
  mark: "",
  notices: [],
  attached: null,
  tooLarge: null,
  letter: { subject: letter.subject, html: letter.html, text: letter.text },
  cause,
});

/** What tells a report that is not there from the others of its night. */
export type HeldReport = Pick<NewDelivery, "data_date" | "report" | "audience" | "subject" | "locale">;

/** The recipients of a report that is held back are told so, once a night. */
export const planHeld = (held: HeldReport, letter: Letter, destinations: Destinations): NewDelivery[] =>
  recipientsOf(destinations).map((recipient) => ({
    ...held,
    ...recipient,
    kind: "held",
    edition: 1,
    state: "pending",
    answer: null,
    content: JSON.stringify(parcelOfLetter(letter)),
  }));
