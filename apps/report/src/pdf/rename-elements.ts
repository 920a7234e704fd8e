import type { PdfFile } from "./pdf-file.ts";
import { type PdfDict, PdfString, type PdfValue, Ref } from "./pdf-value.ts";
import { allElements, type Element } from "./structure.ts";

/** Elements whose names, or those they speak of, were changed in place, and all names with what they name. */
interface Renamed {
  elements: Element[];
  /** As a tree of names has it: sorted, a name and its element by turns. */
  names: PdfValue[];
}

/**
 * Elements that others speak of, such as a table's heads, named in reading order. Chromium names them by counts of its
 * own that begin anywhere and follow no order, so each print of a document would be another file.
 */
export function renameElements(file: PdfFile, structure: readonly Element[]): Renamed {
  const all = allElements(structure);
  const named = all.filter(({ dict, object }) => dict.get("/ID") instanceof PdfString && object !== null);
  const own = named.map((_, index) => new PdfString(`node${String(index + 1).padStart(8, "0")}`));
  const byOld = new Map(named.map(({ dict }, index) => [(dict.get("/ID") as PdfString).bytes, own[index]]));
  const renamed = (value: PdfValue): PdfValue =>
    value instanceof PdfString ? (byOld.get(value.bytes) ?? value) : value;

  const changed = new Set(named);
  for (const [index, { dict }] of named.entries()) dict.set("/ID", own[index] ?? null);
  for (const element of all) {
    const attributes = file.list(element.dict.get("/A")).map((each) => file.get(each));
    const speaks = attributes.some((each) => each instanceof Map && each.has("/Headers"));
    if (!speaks) continue;
    element.dict.set(
      "/A",
      attributes.map((each) => withHeaders(file, each, renamed)),
    );
    changed.add(element);
  }
  const names = named.flatMap(({ object }, index) => [own[index] ?? null, new Ref(object ?? 0)]);
  return { elements: [...changed], names };
}

function withHeaders(file: PdfFile, value: PdfValue, renamed: (value: PdfValue) => PdfValue): PdfValue {
  if (!(value instanceof Map) || !value.has("/Headers")) return value;
  const headers = file.list(value.get("/Headers")).map((each) => renamed(file.get(each)));
  return new Map(value as PdfDict).set("/Headers", headers);
}
