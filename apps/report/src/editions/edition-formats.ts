/** What an edition's files may be, and how their names end. */
export const EDITION_FORMATS = {
  pdf: [".pdf"],
  html: [".html"],
  xlsx: [".xlsx"],
  json: [".json"],
  mail: [".mail.html", ".mail.txt", ".mail.subject.txt"],
  /** Page 1 as a picture. */
  png: [".png"],
} as const;

export type EditionFormat = keyof typeof EDITION_FORMATS;

export const EDITION_FORMAT_NAMES = Object.keys(EDITION_FORMATS) as EditionFormat[];

export const isEditionFormat = (name: string): name is EditionFormat => Object.hasOwn(EDITION_FORMATS, name);

/** Formats that hold every table, those beside the document's among them. */
export const needsWorkbook = (formats: readonly EditionFormat[]): boolean =>
  formats.includes("xlsx") || formats.includes("json");

/** Formats that a browser makes. */
export const needsBrowser = (formats: readonly EditionFormat[]): boolean =>
  formats.includes("pdf") || formats.includes("png");
