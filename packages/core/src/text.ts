import { maskLine } from "./mask-text.ts";

/** A text that any database takes: what is no character in UTF-8, and NUL, are replaced by U+FFFD. */
export const storable = (text: string): string => text.toWellFormed().replaceAll("\0", "\ufffd");

/** A text of the cloud's as an error may show it: nothing that acts on a terminal, on one line, not too long. */
export const printable = (text: string, most: number): string => maskLine(text.slice(0, most));
