import { Parser } from "htmlparser2";
import { normalizeText } from "./normalize-text.ts";

/** A figure's place in the normalized text. */
export interface FigurePlace {
  id: string;
  start: number;
  end: number;
  /** For the screen alone. */
  silent: boolean;
}

/** What a document prints, as its HTML has it. */
export interface PrintedText {
  /** Normalized, in document order. */
  text: string;
  figures: FigurePlace[];
  /** The texts that stand for its images. */
  alternatives: string[];
}

/** Elements whose text is never on paper. `title` and `desc` are those of drawings, too. */
const SILENT = new Set(["head", "style", "script", "title", "desc", "template", "noscript"]);

function isSilent(name: string, attributes: Record<string, string>): boolean {
  if (SILENT.has(name) || attributes.hidden !== undefined) return true;
  return (attributes.class ?? "").split(/\s+/).includes("screen-only");
}

/** The text that stands for an image, null if the element is none. One that is nested in another's speaks for nothing. */
function alternativeOf(name: string, attributes: Record<string, string>): string | null {
  if (name === "img") return attributes.alt ?? "";
  return attributes.role === "img" ? (attributes["aria-label"] ?? "") : null;
}

interface Open {
  silent: boolean;
  image: boolean;
  figure: FigurePlace | null;
}

/** Takes from a report's HTML what its PDF should show. */
export function printedText(html: string): PrintedText {
  const figures: FigurePlace[] = [];
  const alternatives: string[] = [];
  const open: Open[] = [];
  let text = "";
  const parser = new Parser({
    onopentag(name, attributes) {
      const outer = open.at(-1);
      const silent = outer?.silent === true || isSilent(name, attributes);
      const alternative = silent ? null : alternativeOf(name, attributes);
      if (alternative !== null && alternative !== "" && outer?.image !== true) alternatives.push(alternative);
      const id = attributes["data-figure"];
      const figure = id === undefined ? null : { id, start: text.length, end: text.length, silent };
      if (figure !== null) figures.push(figure);
      open.push({ silent, image: outer?.image === true || alternative !== null, figure });
    },
    ontext(part) {
      if (open.at(-1)?.silent !== true) text += normalizeText(part);
    },
    onclosetag() {
      const figure = open.pop()?.figure;
      if (figure) figure.end = text.length;
    },
  });
  // styles hold the fonts: a megabyte of which no character is printed
  parser.end(html.replace(/<style\b[^>]*>.*?<\/style\s*>/gis, ""));
  return { text, figures, alternatives };
}
