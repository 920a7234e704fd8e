/** A text that any database takes: what is no character in UTF-8, and NUL, are replaced by U+FFFD. */
export const storable = (text: string): string => text.toWellFormed().replaceAll("\0", "\ufffd");

/** A text of the cloud's as an error may show it: no control characters, no change of direction, not too long. */
export const printable = (text: string, most: number): string =>
  text
    .toWellFormed()
    .slice(0, most)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
