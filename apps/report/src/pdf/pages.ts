import type { Drawing } from "./drawing.ts";
import { PageReader } from "./page-reader.ts";
import type { PdfFile } from "./pdf-file.ts";
import { type PdfDict, type PdfValue, Ref } from "./pdf-value.ts";

export interface Page {
  /** From 1. */
  number: number;
  /** The page's object. */
  object: number;
  dict: PdfDict;
  /** What is named in its content, its own or what it takes over from the tree above. */
  resources: PdfDict;
}

/** The pages in their order. */
export function pagesOf(file: PdfFile): Page[] {
  const pages: Page[] = [];
  const seen = new Set<number>();
  function walk(value: PdfValue | undefined, inherited: PdfDict): void {
    if (!(value instanceof Ref) || seen.has(value.num)) return;
    seen.add(value.num);
    const dict = file.dict(value);
    const resources = dict.has("/Resources") ? file.dict(dict.get("/Resources")) : inherited;
    if (dict.has("/Kids")) for (const kid of file.list(dict.get("/Kids"))) walk(kid, resources);
    else pages.push({ number: pages.length + 1, object: value.num, dict, resources });
  }
  walk(file.dict(file.trailer.get("/Root")).get("/Pages"), new Map());
  return pages;
}

/** Everything that the pages draw, in the order it is painted. */
export function draw(file: PdfFile, pages: readonly Page[]): Drawing {
  const reader = new PageReader(file);
  for (const page of pages) reader.readPage(page.number, page.object, page.dict, page.resources);
  return reader.drawing;
}
