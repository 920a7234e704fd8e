import { FONT_BYTES, readSource } from "./definition/read-source.ts";
import { type Face, type FontChoice, fontCatalog, formatOf } from "./font-catalog.ts";
import { graphemes } from "./font-clusters.ts";

export interface FontFacesOptions extends FontChoice {
  /** The weights that the stylesheet asks for. Default: 400, 600, 700. */
  weights?: readonly number[];
}

const WEIGHTS = [400, 600, 700] as const;
/** All but plain characters, each with the one before it, to which it may belong. */
const BEYOND_ASCII = /[ -~]?[\u0080-\uffff]+/g;

/** The weight that CSS takes for a wanted one: up to 500 the lighter one first, above the heavier one. */
function matchingWeight(wanted: number, { files }: Face): number {
  const weights = [...files.keys()].sort((a, b) => a - b);
  const lighter = weights.filter((weight) => weight <= wanted).at(-1);
  const heavier = weights.find((weight) => weight >= wanted);
  return (wanted <= 500 ? (lighter ?? heavier) : (heavier ?? lighter)) ?? wanted;
}

const rules = new Map<string, string>();

function rule({ family, range, files }: Face, weight: number): string {
  const file = files.get(weight);
  if (file === undefined) return "";
  const key = `${family}\n${weight}\n${file.path}`;
  const known = rules.get(key);
  if (known !== undefined) return known;
  const format = formatOf(file.path);
  const data = readSource(file, FONT_BYTES).toString("base64");
  const css = [
    `@font-face{font-family:${JSON.stringify(family)};font-style:normal;font-weight:${weight};font-display:block;`,
    `src:url(data:font/${format};base64,${data}) format("${format}")`,
    range === null ? "}" : `;unicode-range:${range}}`,
  ].join("");
  rules.set(key, css);
  return css;
}

function facesIn(text: string, choice: FontChoice): Set<Face> {
  const { faces, faceFor } = fontCatalog(choice);
  const needed = new Set<Face>();
  const latin = faceFor("a");
  if (latin !== null) needed.add(latin);
  const parts = new Set(text.match(BEYOND_ASCII));
  for (const cluster of new Set(graphemes([...parts].join("\n")))) {
    const face = faceFor(cluster);
    if (face !== null) needed.add(face);
  }
  return new Set(faces.filter((face) => needed.has(face)));
}

/**
 * Stylesheet with the font files that a text needs, embedded: a page that is shut off can still be read. It names
 * them in `--fonts`, for `font-family: var(--fonts)`.
 *
 * @throws TemplateError where a family is not there
 */
export function fontFaces(text: string, { weights = WEIGHTS, ...choice }: FontFacesOptions = {}): string {
  const faces = [...facesIn(text, choice)];
  const families = new Set(faces.map(({ family }) => JSON.stringify(family)));
  const css = faces.flatMap((face) =>
    [...new Set(weights.map((weight) => matchingWeight(weight, face)))].map((weight) => rule(face, weight)),
  );
  // as text, since these fonts have no colours: a browser would look for a font that has
  return [`:root{--fonts:${[...families].join(",")};font-variant-emoji:text}`, ...css].join("\n");
}
