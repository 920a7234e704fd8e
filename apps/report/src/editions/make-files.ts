import type { Locale } from "../locale.ts";
import { writeWorkbook } from "../workbook/write-workbook.ts";
import type { Edition } from "./edition.ts";
import { EDITION_FORMATS, type EditionFormat } from "./edition-formats.ts";
import { editionJson } from "./edition-json.ts";
import { editionSheets } from "./edition-workbook.ts";

/** A file of an edition before it is put in place. */
export interface MadeFile {
  format: EditionFormat;
  /** How its name ends. */
  end: string;
  bytes: Uint8Array;
}

/** Prints an edition's document, or page 1 of it as a picture. */
export type PrintEdition = (edition: Edition, format: "pdf" | "png") => Promise<Uint8Array>;

const utf8 = (text: string): Uint8Array => Buffer.from(text);

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

async function contentsOf(
  format: EditionFormat,
  edition: Edition,
  { locale, print }: { locale: Locale; print: PrintEdition },
): Promise<readonly Uint8Array[]> {
  switch (format) {
    case "pdf":
    case "png":
      return [await print(edition, format)];
    case "html":
      return [utf8(edition.document.html)];
    case "xlsx":
      return [await whole(writeWorkbook(editionSheets(edition, locale)))];
    case "json":
      return [utf8(editionJson(edition))];
    case "mail": {
      const { html, text } = edition.mail();
      return [utf8(html), utf8(text)];
    }
  }
}

/** The files of an edition in these formats. @throws TemplateError */
export async function makeFiles(
  edition: Edition,
  formats: readonly EditionFormat[],
  using: { locale: Locale; print: PrintEdition },
): Promise<MadeFile[]> {
  const made: MadeFile[] = [];
  for (const format of formats) {
    const contents = await contentsOf(format, edition, using);
    for (const [index, end] of EDITION_FORMATS[format].entries()) {
      made.push({ format, end, bytes: contents[index] ?? new Uint8Array() });
    }
  }
  return made;
}
