import type { ChartSpec } from "./chart-spec.ts";
import { chartTextWidth } from "./chart-text-width.ts";
import { Formats } from "./formats.ts";

/** A text as an attribute or a text of SVG has it. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** A text that is named after its figure, see `description` in a spec. */
const NAMED_TEXT = /<text aria-label="([^"]*)"/g;
const UNNAMED: readonly string[] = ["", "undefined", "null"];
/** A label that has no room: not seen, but found by who searches the page. */
const HIDDEN_TEXT = /<text [^>]*opacity="0"[^>]*>[^<]*<\/text>/g;
/**
 * What says nothing: vega's words for a screen reader, in English and in its own terms (the caller has a better one for
 * the whole), settings that are the default, marks without extent.
 */
const IDLE =
  / (?:role|aria-[a-z]+|class|xmlns:xlink|version|pointer-events)="[^"]*"| (?:font-family="inherit"|opacity="1")|<path d=""[^>]*\/>|<path d="M0,0h0v0h0Z"[^>]*\/>/g;
const GEOMETRY = / (?:d|transform|[xy]2?|width|height)="[^"]*"/g;
const LONG_NUMBER = /-?\d+\.\d{3,}(?:e-\d+)?/g;
const ID = / id="([^"]+)"/g;

const shortNumber = (number: string): string => String(Math.round(Number(number) * 100) / 100);

function ownIds(svg: string, id: string): string {
  const given = new Set([...svg.matchAll(ID)].map((match) => match[1] ?? ""));
  return [...given].reduce(
    (text, old, number) =>
      text
        .replaceAll(` id="${old}"`, ` id="${id}-${number}"`)
        .replaceAll(`url(#${old})`, `url(#${id}-${number})`),
    svg,
  );
}

/**
 * The SVG of vega, as a report has it: no words but those of the labels, ids that are its own, and the figures that
 * are printed in it with their identity.
 */
export function tidySvg(svg: string, id: string): string {
  const tidy = svg
    .replace(NAMED_TEXT, (_, figure: string) =>
      UNNAMED.includes(figure) ? "<text" : `<text data-figure="${figure}"`,
    )
    .replace(HIDDEN_TEXT, "")
    .replace(IDLE, "")
    .replace(GEOMETRY, (attribute) => attribute.replace(LONG_NUMBER, shortNumber));
  return ownIds(tidy, id);
}

/** How many rows high an empty chart is that grows with its rows. */
const ROWS_OF_NONE = 3;

/** The place of a chart that has nothing to show, with the word for it; a dash where there is no room for one. */
export function emptyChart(
  { width, height, perRow, padding, line, quiet }: ChartSpec,
  noData: string,
): string {
  const w = width + padding.left + padding.right;
  const h = height * (perRow ? ROWS_OF_NONE : 1) + padding.top + padding.bottom;
  const fontSize = Math.min(11, h / 2);
  const said = chartTextWidth({ fontSize }, noData) > w - 6 ? Formats.UNKNOWN : noData;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">`,
    `<rect x="0.5" y="0.5" width="${w - 1}" height="${h - 1}" rx="3" fill="none" stroke="${escaped(line)}"/>`,
    `<text x="${w / 2}" y="${h / 2}" text-anchor="middle" dominant-baseline="central" font-family="inherit"`,
    ` font-size="${fontSize}px" fill="${escaped(quiet)}">${escaped(said)}</text></svg>`,
  ].join("");
}
