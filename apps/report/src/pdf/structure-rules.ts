import type { Finding } from "./finding.ts";
import { normalizeText } from "./normalize-text.ts";
import type { PdfFile } from "./pdf-file.ts";
import { PdfString } from "./pdf-value.ts";
import { allElements, allMarks, attributeOf, type Element } from "./structure.ts";

/** A structure's elements, in reading order, and where they are. */
export interface Tagged {
  file: PdfFile;
  elements: readonly Element[];
  /** The page of an element; null for one without content. */
  pageOf: (element: Element) => number | null;
}

/** @param pages page numbers by the object that draws */
export function tagged(
  file: PdfFile,
  structure: readonly Element[],
  pages: ReadonlyMap<number, number>,
): Tagged {
  const pageOf = (element: Element) => pages.get(allMarks([element])[0]?.owner ?? -1) ?? null;
  return { file, elements: allElements(structure), pageOf };
}

const SCOPES = new Set(["/Row", "/Column", "/Both"]);

function tableFindings({ file, elements, pageOf }: Tagged): Finding[] {
  const findings: Finding[] = [];
  for (const table of elements) {
    if (table.type !== "Table") continue;
    const headers = allElements(table.children).filter(({ type }) => type === "TH");
    const lost = headers.filter((header) => !SCOPES.has(String(attributeOf(file, header, "/Scope"))));
    if (headers.length > 0 && lost.length === 0) continue;
    const detail =
      headers.length === 0
        ? "A table has no header cell."
        : `${lost.length} of ${headers.length} header cells of a table do not say whether they speak for a row or a column.`;
    findings.push({ rule: "table-header", page: pageOf(table), detail });
  }
  return findings;
}

/** @param alternatives the texts that the HTML has for its images */
function imageFindings({ elements, pageOf }: Tagged, alternatives: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  const figures = elements.filter(({ type }) => type === "Figure");
  for (const figure of figures) {
    if (normalizeText(figure.alt ?? "") !== "") continue;
    const detail = "An image has no text that stands for it.";
    findings.push({ rule: "alternative-text", page: pageOf(figure), detail });
  }
  const said = figures.map(({ alt }) => normalizeText(alt ?? ""));
  for (const alternative of alternatives) {
    const at = said.indexOf(normalizeText(alternative));
    if (at >= 0) said.splice(at, 1);
    else {
      const detail = `The image "${alternative}" is not in the structure.`;
      findings.push({ rule: "alternative-text", page: null, detail });
    }
  }
  return findings;
}

function headingFindings({ elements, pageOf }: Tagged): Finding[] {
  const findings: Finding[] = [];
  let last = 0;
  for (const element of elements) {
    const level = Number(/^H([1-9])$/.exec(element.type)?.[1] ?? 0);
    if (level === 0) continue;
    if (level > last + 1) {
      const before = last === 0 ? "nothing" : `one of level ${last}`;
      const detail = `A heading of level ${level} follows ${before}.`;
      findings.push({ rule: "heading-order", page: pageOf(element), detail });
    }
    last = level;
  }
  return findings;
}

function linkFindings({ file, elements, pageOf }: Tagged): Finding[] {
  const findings: Finding[] = [];
  for (const link of elements) {
    if (link.type !== "Link") continue;
    const says = (annotation: (typeof link.annotations)[number]): boolean => {
      const contents = file.get(file.dict(annotation).get("/Contents"));
      return contents instanceof PdfString && contents.bytes !== "";
    };
    if (link.annotations.length > 0 && link.annotations.every(says)) continue;
    const detail =
      link.annotations.length === 0 ? "A link leads nowhere." : "A link does not say where it leads.";
    findings.push({ rule: "link", page: pageOf(link), detail });
  }
  return findings;
}

/** What an assistive technology needs of the structure. */
export const structureFindings = (found: Tagged, alternatives: readonly string[]): Finding[] => [
  ...tableFindings(found),
  ...imageFindings(found, alternatives),
  ...headingFindings(found),
  ...linkFindings(found),
];
