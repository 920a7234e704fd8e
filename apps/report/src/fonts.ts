import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The fonts a report may use, best first; each brings its characters in files of their own. */
const FAMILIES = ["@fontsource/inter", "@fontsource/noto-sans-sc"] as const;
const WEIGHTS = [400, 600, 700] as const;

const resolve = createRequire(import.meta.url).resolve;

interface Face {
  css: string;
  file: string;
  ranges: readonly (readonly [first: number, last: number])[];
}

function parseRanges(list: string): Face["ranges"] {
  return list.split(",").map((range) => {
    const [first = "", last = first] = range.trim().replace("U+", "").split("-");
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
  });
}

function facesOf(family: string, weight: number): Face[] {
  const stylesheet = resolve(`${family}/${weight}.css`);
  return readFileSync(stylesheet, "utf8")
    .split("@font-face")
    .slice(1)
    .map((block) => ({
      css: `@font-face${block.slice(0, block.indexOf("}") + 1)}`,
      file: join(dirname(stylesheet), /url\(([^)]+\.woff2)\)/.exec(block)?.[1] ?? ""),
      ranges: parseRanges(/unicode-range: ([^;]+);/.exec(block)?.[1] ?? "U+0-10FFFF"),
    }));
}

/** Stylesheet with the font files that a text needs, embedded: a page that is shut off can still be read. */
export function fontFaces(text: string): string {
  const characters = [...new Set(text)].map((character) => character.codePointAt(0) ?? 0);
  const needed = ({ ranges }: Face) =>
    ranges.some(([first, last]) => characters.some((code) => code >= first && code <= last));
  return FAMILIES.flatMap((family) => WEIGHTS.flatMap((weight) => facesOf(family, weight)))
    .filter(needed)
    .map(({ css, file }) => {
      const data = readFileSync(file).toString("base64");
      return css.replace(/src:[^;]+;/, `src: url(data:font/woff2;base64,${data}) format("woff2");`);
    })
    .join("\n");
}
