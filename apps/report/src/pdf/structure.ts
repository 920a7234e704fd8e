import type { PdfFile } from "./pdf-file.ts";
import { decodeText, type PdfDict, PdfString, type PdfValue, Ref } from "./pdf-value.ts";

/** A mark that an element of the structure refers to. */
export interface MarkRef {
  owner: number;
  mcid: number;
}

/** An element of the structure. */
export interface Element {
  /** Such as `Table`, after the file's own names are mapped to the standard's. */
  type: string;
  object: number | null;
  dict: PdfDict;
  alt: string | null;
  children: (Element | MarkRef)[];
  /** Annotations, such as the area of a link. */
  annotations: Ref[];
}

const text = (value: PdfValue): string | null => (value instanceof PdfString ? decodeText(value) : null);
const numberOf = (value: PdfValue | undefined): number | null => (value instanceof Ref ? value.num : null);

/** What a structure element says of its table cell, list or layout by a key such as `/Scope`. */
export function attributeOf(file: PdfFile, element: Element, key: string): PdfValue {
  const owners = file.list(element.dict.get("/A")).map((attributes) => file.dict(attributes));
  return file.get(owners.find((attributes) => attributes.has(key))?.get(key));
}

/** The structure's elements, in reading order; empty where the file is not tagged. */
export function readStructure(file: PdfFile): Element[] {
  const root = file.dict(file.dict(file.trailer.get("/Root")).get("/StructTreeRoot"));
  const roles = file.dict(root.get("/RoleMap"));

  function read(value: PdfValue, page: number | null): Element {
    const dict = file.dict(value);
    const ownPage = numberOf(dict.get("/Pg")) ?? page;
    const role = file.get(dict.get("/S"));
    const element: Element = {
      type: String(file.get(roles.get(String(role))) ?? role).slice(1),
      object: numberOf(value),
      dict,
      alt: text(file.get(dict.get("/Alt"))),
      children: [],
      annotations: [],
    };
    for (const kid of file.list(dict.get("/K"))) addKid(element, kid, ownPage);
    return element;
  }

  function addKid(element: Element, value: PdfValue, page: number | null): void {
    const kid = file.get(value);
    if (typeof kid === "number") {
      if (page !== null) element.children.push({ owner: page, mcid: kid });
      return;
    }
    if (!(kid instanceof Map)) return;
    const mcid = file.get(kid.get("/MCID"));
    const annotation = kid.get("/Obj");
    if (typeof mcid === "number") {
      const owner = numberOf(kid.get("/Stm")) ?? numberOf(kid.get("/Pg")) ?? page;
      if (owner !== null) element.children.push({ owner, mcid });
    } else if (annotation instanceof Ref) element.annotations.push(annotation);
    else element.children.push(read(value, page));
  }

  return file.list(root.get("/K")).map((kid) => read(kid, null));
}

/** Elements and all below them, each before its own. */
export function allElements(elements: readonly (Element | MarkRef)[], all: Element[] = []): Element[] {
  for (const element of elements) {
    if (!("type" in element)) continue;
    all.push(element);
    allElements(element.children, all);
  }
  return all;
}

/** Marks below elements, in reading order. */
export function allMarks(elements: readonly (Element | MarkRef)[], all: MarkRef[] = []): MarkRef[] {
  for (const element of elements) {
    if ("type" in element) allMarks(element.children, all);
    else all.push(element);
  }
  return all;
}
