import type { Chunk } from "./drawing.ts";
import type { PdfFile } from "./pdf-file.ts";
import { encodeText, PdfString, type PdfValue, Ref } from "./pdf-value.ts";
import { allElements, allMarks, type Element } from "./structure.ts";

/** The types of ISO 32000-1, 14.8.4. */
const STANDARD = new Set(
  `Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private H H1 H2 H3 H4 H5 H6 P L LI Lbl
  LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT
  WP Figure Formula Form`.split(/\s+/),
);
/** What Chromium takes from PDF 2.0, or makes up. */
const ROLES: Record<string, string> = {
  Strong: "Span",
  Em: "Span",
  Sub: "Span",
  Title: "P",
  FENote: "Note",
  Aside: "Div",
  DocumentFragment: "Div",
};

/** Objects of a structure that were changed in place, or are new. */
export interface Mended {
  objects: Map<number, PdfValue>;
  /** Types of the document's own, and the standard's they stand for. */
  roles: Map<string, PdfValue>;
}

/** Mends what Chromium's structure lacks for PDF/UA-1. The elements given are changed. */
export class StructureMender {
  readonly #file: PdfFile;
  readonly #objects: Map<number, PdfValue> = new Map();
  #next: number;

  /** @param next the first number that no object has */
  constructor(file: PdfFile, next: number) {
    this.#file = file;
    this.#next = next;
  }

  mend(structure: readonly Element[], chunks: readonly Chunk[]): Mended {
    const roles: Mended["roles"] = new Map();
    for (const element of allElements(structure)) {
      if (!STANDARD.has(element.type))
        roles.set(`/${element.type}`, `/${ROLES[element.type] ?? "NonStruct"}`);
      if (element.type === "Figure") this.#figure(element);
      if (element.type === "LI") this.#listItem(element);
      if (element.type === "Link") this.#link(element, chunks);
    }
    return { objects: this.#objects, roles };
  }

  #retag(element: Element, type: string): void {
    element.type = type;
    element.dict.set("/S", `/${type}`);
    if (element.object !== null) this.#objects.set(element.object, element.dict);
  }

  /** A chart speaks as a whole: its parts are not images of their own, and a frame about it is none, either. */
  #figure(figure: Element): void {
    const within = allElements(figure.children).filter(({ type }) => type === "Figure");
    if (figure.alt === null && within.some(({ alt }) => alt !== null)) {
      this.#retag(figure, "Div");
      return;
    }
    for (const part of within) {
      part.alt = null;
      part.dict.delete("/Alt");
      this.#retag(part, "NonStruct");
    }
  }

  /** An item is its label and its body. */
  #listItem(item: Element): void {
    const own = item.children.filter((child): child is Element => "type" in child);
    const rest = own.filter(({ type, object }) => type !== "Lbl" && type !== "LBody" && object !== null);
    const [first] = rest;
    if (first === undefined || item.object === null) return;
    if (rest.length === 1 && first.type === "NonStruct") this.#retag(first, "LBody");
    else this.#addBody(item, item.object, rest);
  }

  /** Puts what is no label into a body of its own. */
  #addBody(item: Element, itemNum: number, rest: readonly Element[]): void {
    const num = this.#next++;
    const body = new Map<string, PdfValue>([
      ["/Type", "/StructElem"],
      ["/S", "/LBody"],
      ["/P", new Ref(itemNum)],
      ["/K", rest.map(({ object }) => new Ref(object ?? 0))],
    ]);
    this.#objects.set(num, body);
    const moved = new Set(rest.map(({ object }) => object));
    const kept = this.#file
      .list(item.dict.get("/K"))
      .filter((kid) => !(kid instanceof Ref && moved.has(kid.num)));
    item.dict.set("/K", [...kept, new Ref(num)]);
    this.#objects.set(itemNum, item.dict);
    for (const { dict, object } of rest) {
      dict.set("/P", new Ref(num));
      if (object !== null) this.#objects.set(object, dict);
    }
  }

  /** Where it leads, in the words that are underlined. */
  #link(link: Element, chunks: readonly Chunk[]): void {
    const marks = new Set(allMarks([link]).map(({ owner, mcid }) => `${owner} ${mcid}`));
    const said = chunks.filter(({ owner, mcid }) => marks.has(`${owner} ${mcid}`)).map(({ text }) => text);
    const words = said.join("").replace(/\s+/g, " ").trim();
    for (const annotation of link.annotations) {
      const dict = this.#file.dict(annotation);
      const address = this.#file.get(this.#file.dict(dict.get("/A")).get("/URI"));
      if (words === "" && !(address instanceof PdfString)) continue;
      dict.set("/Contents", words === "" ? address : encodeText(words));
      this.#objects.set(annotation.num, dict);
    }
  }
}
