/**
 * What acts on a terminal, or on the order in which a reader sees a text, instead of being read: C0 but line feed and
 * tab (a carriage return only before a line feed), DEL, C1, line and paragraph separators, bidirectional marks,
 * overrides, embeddings and isolates, and lone surrogates.
 */
const ACTING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Cs}]|\r(?!\n)/gu;

/** Whatever a terminal, a log or an editor takes for the end of a line, and tabs. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * A text as it may go to a terminal, a text log or a text mail: what would act is written as `\u001b`. Its own line
 * feeds and tabs stay. Since JSON escapes the same way, a JSON document stays the same document.
 */
export const maskText = (text: string): string => text.replace(ACTING, escaped);

/** The same for a text from outside that has to stay on one line: its line breaks and tabs become blanks. */
export const maskLine = (text: string): string => maskText(text.replace(BREAKS, " "));
