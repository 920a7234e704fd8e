import type { ExpectedPdf } from "./expected-pdf.ts";
import type { Finding } from "./finding.ts";
import type { PdfFile } from "./pdf-file.ts";
import { decodeText, PdfString, type PdfValue } from "./pdf-value.ts";

const textOf = (value: PdfValue): string => (value instanceof PdfString ? decodeText(value) : "");

const finding = (rule: Finding["rule"], detail: string): Finding => ({ rule, page: null, detail });

function taggedFindings(file: PdfFile): Finding[] {
  const root = file.dict(file.trailer.get("/Root"));
  const marked = file.get(file.dict(root.get("/MarkInfo")).get("/Marked")) === true;
  const structure = file.list(file.dict(root.get("/StructTreeRoot")).get("/K")).length > 0;
  return marked && structure ? [] : [finding("tagged", "The document has no structure.")];
}

function languageFindings(file: PdfFile, expected: string): Finding[] {
  const language = textOf(file.get(file.dict(file.trailer.get("/Root")).get("/Lang")));
  if (language === expected) return [];
  return [finding("language", `The language is "${language}"; expected is "${expected}".`)];
}

function titleFindings(file: PdfFile, expected: string): Finding[] {
  const title = textOf(file.get(file.dict(file.trailer.get("/Info")).get("/Title")));
  if (title !== expected) return [finding("title", `The title is "${title}"; expected is "${expected}".`)];
  const preferences = file.dict(file.dict(file.trailer.get("/Root")).get("/ViewerPreferences"));
  if (file.get(preferences.get("/DisplayDocTitle")) === true) return [];
  return [finding("title", "A viewer would show the file's name, not the title.")];
}

function outlineFindings(file: PdfFile): Finding[] {
  const outlines = file.dict(file.dict(file.trailer.get("/Root")).get("/Outlines"));
  const first = textOf(file.get(file.dict(outlines.get("/First")).get("/Title")));
  return first === "" ? [finding("outline", "There are no bookmarks.")] : [];
}

const requestFindings = (refused: readonly string[]): Finding[] =>
  refused.map((address) => finding("request", `The page asked for ${address.slice(0, 200)}.`));

function sizeFindings(bytes: number, maxBytes: number): Finding[] {
  if (bytes <= maxBytes) return [];
  return [finding("size", `It has ${bytes} bytes; ${maxBytes} are allowed.`)];
}

/** What is the document's as a whole. */
export const documentFindings = (file: PdfFile, expected: ExpectedPdf): Finding[] => [
  ...taggedFindings(file),
  ...languageFindings(file, expected.language),
  ...titleFindings(file, expected.title),
  ...outlineFindings(file),
  ...requestFindings(expected.refused),
  ...sizeFindings(file.bytes.length, expected.maxBytes),
];
