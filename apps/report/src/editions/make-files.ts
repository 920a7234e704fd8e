import { checkHtml } from "../html/check-html.ts";
import type { Locale } from "../locale.ts";
import type { Finding } from "../pdf/finding.ts";
import type { Press } from "../press.ts";
import { writeWorkbook } from "../workbook/write-workbook.ts";
import type { Edition } from "./edition.ts";
import { EDITION_FORMATS, type EditionFormat, needsBrowser } from "./edition-formats.ts";
import { editionJson } from "./edition-json.ts";
import { editionSheets } from "./edition-workbook.ts";

/** A file of an edition before it is put in place. */
export interface MadeFile {
  format: EditionFormat;
  /** How its name ends. */
  end: string;
  bytes: Uint8Array;
}

/** The files of an edition, and what the gate has against them. */
export interface MadeFiles {
  files: MadeFile[];
  findings: readonly Finding[];
}

interface Using {
  locale: Locale;
  press: Pick<Press, "pdf" | "picture">;
}

const utf8 = (text: string): Uint8Array => Buffer.from(text);

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

async function contentsOf(
  format: EditionFormat,
  edition: Edition,
  { locale, press }: Using,
  found: Finding[],
): Promise<readonly Uint8Array[]> {
  switch (format) {
    case "pdf": {
      const { pdf, findings } = await press.pdf(edition);
      found.push(...findings);
      return [pdf];
    }
    case "png":
      return [await press.picture(edition)];
    case "html":
      return [utf8(edition.document.html)];
    case "xlsx":
      return [await whole(writeWorkbook(editionSheets(edition, locale)))];
    case "json":
      return [utf8(editionJson(edition))];
    case "mail": {
      const { html, text, subject } = edition.mail();
      found.push(...checkHtml(html));
      return [utf8(html), utf8(text), utf8(`${subject}\n`)];
    }
  }
}

/**
 * The files of an edition in these formats, all of which pass the gate. A document that would load or run something is
 * given to no browser.
 *
 * @throws TemplateError, PrintError
 */
export async function makeFiles(
  edition: Edition,
  formats: readonly EditionFormat[],
  using: Using,
): Promise<MadeFiles> {
  const files: MadeFile[] = [];
  const findings: Finding[] = checkHtml(edition.document.html);
  const makeable = findings.length === 0 ? formats : formats.filter((format) => !needsBrowser([format]));
  for (const format of makeable) {
    const contents = await contentsOf(format, edition, using, findings);
    for (const [index, end] of EDITION_FORMATS[format].entries()) {
      files.push({ format, end, bytes: contents[index] ?? new Uint8Array() });
    }
  }
  return { files, findings };
}
