import { othersTurn } from "../others-turn.ts";
import type { Drawing } from "./drawing.ts";
import { PdfSyntaxError } from "./errors.ts";
import { markArtifacts } from "./mark-artifacts.ts";
import { StructureMender } from "./mend-structure.ts";
import { glyphFindings } from "./page-rules.ts";
import { draw, type Page, pagesOf } from "./pages.ts";
import { PdfFile } from "./pdf-file.ts";
import { encodeText, type PdfDict, PdfString, type PdfValue, Ref } from "./pdf-value.ts";
import { renameElements } from "./rename-elements.ts";
import { type Element, readStructure } from "./structure.ts";
import { structureFindings, tagged } from "./structure-rules.ts";
import { NewStream, writePdf } from "./write-pdf.ts";
import { type PdfMetadata, xmp } from "./xmp.ts";

const XML_METADATA = [
  ["/Type", "/Metadata"],
  ["/Subtype", "/XML"],
] as const;

/** `D:20261124020000Z` */
const pdfDate = (date: Date): PdfString =>
  new PdfString(`D:${date.toISOString().slice(0, 19).replace(/\D/g, "")}Z`);

function information(metadata: PdfMetadata): PdfDict {
  const { title, subject, author, keywords, producer, createdAt } = metadata;
  const info: PdfDict = new Map<string, PdfValue>([["/Title", encodeText(title)]]);
  if (author !== undefined) info.set("/Author", encodeText(author));
  if (subject !== undefined) info.set("/Subject", encodeText(subject));
  if (keywords !== undefined) info.set("/Keywords", encodeText(keywords.join(", ")));
  info.set("/Creator", encodeText(producer));
  info.set("/Producer", encodeText(producer));
  info.set("/CreationDate", pdfDate(createdAt));
  info.set("/ModDate", pdfDate(createdAt));
  return info;
}

function catalog(root: PdfDict, file: PdfFile, language: string, metadata: number): PdfDict {
  const preferences = new Map(file.dict(root.get("/ViewerPreferences"))).set("/DisplayDocTitle", true);
  return new Map(root)
    .set("/Lang", encodeText(language))
    .set("/ViewerPreferences", preferences)
    .set("/Metadata", new Ref(metadata));
}

/** Whether all that PDF/UA-1 asks for, and a program can tell, is there. */
function conforms({ file, chunks, faults, structure }: Print, { title, language }: PdfMetadata): boolean {
  if (structure.length === 0 || title === "" || language === "") return false;
  const pages = new Map(chunks.map(({ owner, page }) => [owner, page]));
  const short = [...structureFindings(tagged(file, structure, pages), []), ...glyphFindings(faults)];
  return short.length === 0;
}

/** A file as Chromium prints it. */
interface Print extends Drawing {
  file: PdfFile;
  pages: Page[];
  structure: Element[];
}

/** Objects that are mended. @param next the first number that no object has */
function mend({ file, pages, chunks, structure }: Print, next: number): Map<number, PdfValue | NewStream> {
  const { objects, roles } = new StructureMender(file, next).mend(structure, chunks);
  const changes = new Map<number, PdfValue | NewStream>(objects);
  for (const [num, stream] of markArtifacts(file, pages, chunks)) changes.set(num, stream);
  for (const { dict, object } of pages) {
    if (dict.has("/Annots")) changes.set(object, new Map(dict).set("/Tabs", "/S"));
  }
  const tree = file.dict(file.trailer.get("/Root")).get("/StructTreeRoot");
  if (tree instanceof Ref) {
    const { elements, names } = renameElements(file, structure);
    for (const { object, dict } of elements) if (object !== null) changes.set(object, dict);
    const known = file.dict(file.dict(tree).get("/RoleMap"));
    const mended = new Map(file.dict(tree)).set("/RoleMap", new Map([...known, ...roles]));
    if (names.length > 0) mended.set("/IDTree", new Map([["/Names", names]]));
    changes.set(tree.num, mended);
  }
  return changes;
}

/**
 * Makes Chromium's print a finished document: what it is and when it was made, and what it lacks for PDF/UA-1. It says
 * that it conforms only if all that can be checked by a program is met. Two prints of the same HTML with the same
 * metadata give the same bytes. docs/accessibility.md tells what is done.
 *
 * @throws PdfSyntaxError
 */
export async function finishPdf(pdf: Uint8Array, metadata: PdfMetadata): Promise<Uint8Array> {
  const file = new PdfFile(pdf);
  const pages = pagesOf(file);
  const drawing = draw(file, pages);
  await othersTurn();
  const print: Print = { file, pages, ...drawing, structure: readStructure(file) };
  const root = file.trailer.get("/Root");
  const before = file.trailer.get("/Info");
  if (!(root instanceof Ref)) throw new PdfSyntaxError("it has no catalog");
  const last = Math.max(...file.entries.keys());
  const info = last + 1;
  const description = last + 2;

  const changes = mend(print, last + 3);
  const packet = Buffer.from(xmp(metadata, conforms(print, metadata)));
  changes.set(description, new NewStream(new Map(XML_METADATA), packet));
  if (before instanceof Ref) changes.set(before.num, null);
  changes.set(info, information(metadata));
  await othersTurn();
  changes.set(root.num, catalog(file.dict(root), file, metadata.language, description));
  return writePdf(file, changes, { root, info: new Ref(info) });
}
