/** What keeps a document from being an edition, before it is known where it stands. */
export interface Refusal {
  rule: "reference" | "active-content";
  why: string;
}

/** What is wrong with a picture that is in a document; null where an address is none of such a picture. */
export type CheckPicture = (address: string) => Refusal[] | null;

const LONGEST = 120;

/** A text from a document within a sentence. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** It would ask for what is not in it. */
export const reference = (why: string): Refusal => ({ rule: "reference", why });

/** It would run, send or open something. */
export const active = (why: string): Refusal => ({ rule: "active-content", why });
