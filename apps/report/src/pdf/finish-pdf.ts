import { markArtifacts } from "./mark-artifacts.ts";
import { StructureMender } from "./mend-structure.ts";
import { glyphFindings } from "./page-rules.ts";
import { draw, pagesOf } from "./pages.ts";
import { PdfFile } from "./pdf-file.ts";
import { encodeText, type PdfDict, PdfString, type PdfValue, Ref } from "./pdf-value.ts";
import { readStructure } from "./structure.ts";
import { structureFindings, tagged } from "./structure-rules.ts";
import { NewStream, writePdf } from "./write-pdf.ts";
import { type PdfMetadata, xmp } from "./xmp.ts";

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
  const { chunks, faults } = draw(file, pages);
  const structure = readStructure(file);
  const numbers = [...file.entries.keys()];
  const last = Math.max(...numbers);
  const [infoNum, metadataNum] = [last + 1, last + 2];

  const { objects, roles } = new StructureMender(file, last + 3).mend(structure, chunks);
  const changes = new Map<number, PdfValue | NewStream>(objects);
  for (const [num, stream] of markArtifacts(file, pages, chunks)) changes.set(num, stream);
  const root = file.dict(file.trailer.get("/Root"));
  const rootNum = file.trailer.get("/Root");
  const treeNum = root.get("/StructTreeRoot");
  if (treeNum instanceof Ref && roles.size > 0) {
    const tree = file.dict(treeNum);
    const known = file.dict(tree.get("/RoleMap"));
    changes.set(treeNum.num, new Map(tree).set("/RoleMap", new Map([...known, ...roles])));
  }
  for (const { dict, object } of pages) {
    if (dict.has("/Annots")) changes.set(object, new Map(dict).set("/Tabs", "/S"));
  }

  const pageOf = new Map(chunks.map(({ owner, page }) => [owner, page]));
  const short = [...structureFindings(tagged(file, structure, pageOf), []), ...glyphFindings(faults)];
  const conforms =
    structure.length > 0 && short.length === 0 && metadata.title !== "" && metadata.language !== "";
  const description = new Map<string, PdfValue>([
    ["/Type", "/Metadata"],
    ["/Subtype", "/XML"],
  ]);
  changes.set(metadataNum, new NewStream(description, Buffer.from(xmp(metadata, conforms))));
  const oldInfo = file.trailer.get("/Info");
  if (oldInfo instanceof Ref) changes.set(oldInfo.num, null);
  changes.set(infoNum, information(metadata));
  if (rootNum instanceof Ref) changes.set(rootNum.num, catalog(root, file, metadata.language, metadataNum));
  const trailer = new Map<string, PdfValue>([
    ["/Root", rootNum ?? null],
    ["/Info", new Ref(infoNum)],
  ]);
  return writePdf(file, changes, trailer);
}
