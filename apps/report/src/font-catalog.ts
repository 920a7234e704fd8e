import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname } from "node:path";
import { FONT_BYTES, readSource } from "./definition/read-source.ts";
import { type SourceFile, sourceFile } from "./definition/source-file.ts";
import { TemplateError } from "./errors.ts";
import { fontCharacters } from "./font-characters.ts";

/** A font of a theme: a file (WOFF2, TrueType or OpenType) in one weight. */
export interface FontFile {
  family: string;
  file: SourceFile;
  /** 1 to 1000; 400 is regular, 700 bold. */
  weight: number;
}

/** The fonts of a report. */
export interface FontChoice {
  /** Families, best first. Those of FAMILIES that are not named follow, so that every name can be printed. */
  families?: readonly string[];
  /** Fonts that the families may name beside ours. */
  files?: readonly FontFile[];
}

/** A part of a family: the characters of one file, in every weight that the family has. */
export interface Face {
  family: string;
  /** CSS `unicode-range`, or null for all. */
  range: string | null;
  files: ReadonlyMap<number, SourceFile>;
  /** Whether one file has all these characters, by its own character map. */
  has(codes: readonly number[]): boolean;
}

interface Family {
  family: string;
  package: string;
  weights: readonly number[];
}

const TWO = [400, 700] as const;

/**
 * The fonts that come with the workspace, best first. All are OFL-1.1. Where a weight is not named the next heavier
 * one stands for it, as CSS has it: Chinese in two weights is large enough.
 */
export const FAMILIES: readonly Family[] = [
  { family: "Inter", package: "@fontsource/inter", weights: [400, 500, 600, 700] },
  { family: "Noto Sans SC", package: "@fontsource/noto-sans-sc", weights: TWO },
  { family: "Noto Sans Arabic", package: "@fontsource/noto-sans-arabic", weights: TWO },
  { family: "Noto Sans Hebrew", package: "@fontsource/noto-sans-hebrew", weights: TWO },
  { family: "Noto Sans Thai", package: "@fontsource/noto-sans-thai", weights: TWO },
  { family: "Noto Sans Devanagari", package: "@fontsource/noto-sans-devanagari", weights: TWO },
  { family: "Nanum Gothic", package: "@fontsource/nanum-gothic", weights: TWO },
  { family: "Noto Emoji", package: "@fontsource/noto-emoji", weights: TWO },
  { family: "Noto Sans Symbols 2", package: "@fontsource/noto-sans-symbols-2", weights: [400] },
];

const resolve = createRequire(import.meta.url).resolve;

type Range = readonly [first: number, last: number];

const parseRanges = (list: string): Range[] =>
  list.split(",").map((range) => {
    const [first = "", last = first] = range.trim().replace("U+", "").split("-");
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
  });

function face(family: string, range: string | null, files: ReadonlyMap<number, SourceFile>): Face {
  const ranges = range === null ? null : parseRanges(range);
  const inRange = (code: number) =>
    ranges === null || ranges.some(([first, last]) => code >= first && code <= last);
  let characters: ReadonlySet<number> | undefined;
  const has = (code: number) => {
    if (!inRange(code)) return false;
    characters ??= readCharacters(files);
    return characters.has(code);
  };
  return { family, range, files, has: (codes) => codes.every(has) };
}

/** What every weight has; the files of a family differ in nothing else, but a theme's may. */
function readCharacters(files: ReadonlyMap<number, SourceFile>): ReadonlySet<number> {
  let common: ReadonlySet<number> | undefined;
  for (const file of files.values()) {
    const data = readSource(file, FONT_BYTES);
    try {
      const characters = fontCharacters(data);
      const both = [...(common ?? characters)].filter((code) => characters.has(code));
      common = new Set(both);
    } catch (error) {
      throw new TemplateError(file.path, `is no font to use: ${(error as Error).message}`, error);
    }
  }
  return common ?? new Set();
}

function packagedFaces({ family, package: name, weights }: Family): Face[] {
  const stylesheet = resolve(`${name}/400.css`);
  return readFileSync(stylesheet, "utf8")
    .split("@font-face")
    .slice(1)
    .map((block) => {
      const name = /url\(([^)]+\.woff2)\)/.exec(block)?.[1] ?? "";
      const root = dirname(stylesheet);
      const files = weights.map(
        (weight) => [weight, sourceFile(root, name.replace("-400-", `-${weight}-`))] as const,
      );
      return face(family, /unicode-range: ([^;]+);/.exec(block)?.[1] ?? null, new Map(files));
    });
}

const packaged = new Map<string, readonly Face[]>();

function facesOf(family: string, files: readonly FontFile[]): readonly Face[] {
  const own = files.filter((file) => file.family === family);
  if (own.length > 0) return [face(family, null, new Map(own.map(({ weight, file }) => [weight, file])))];
  const known = FAMILIES.find((each) => each.family === family);
  if (known === undefined) {
    const names = FAMILIES.map((each) => each.family).join(", ");
    throw new TemplateError(
      "fonts",
      `there is no font "${family}". There is: ${names}; a theme may bring more`,
    );
  }
  const faces = packaged.get(family) ?? packagedFaces(known);
  packaged.set(family, faces);
  return faces;
}

/** How a stylesheet calls what a file holds. */
export const formatOf = (file: string): string =>
  ({ ".woff2": "woff2", ".ttf": "truetype", ".otf": "opentype" })[extname(file).toLowerCase()] ?? "woff2";

export interface FontCatalog {
  /** In the order in which they are tried. */
  faces: readonly Face[];
  /** The first face that can draw a cluster of characters whole, or null. */
  faceFor(cluster: string): Face | null;
}

/** Joiners and variation selectors are not drawn: no font needs a glyph for them. */
const UNDRAWN = /\u200c|\u200d|\ufe0e|\ufe0f/gu;
const KEPT_CLUSTERS = 50_000;

function createCatalog({ families = [], files = [] }: FontChoice): FontCatalog {
  const names = new Set([...families, ...FAMILIES.map(({ family }) => family)]);
  const faces = [...names].flatMap((family) => facesOf(family, files));
  const found = new Map<string, Face | null>();
  const faceFor = (cluster: string): Face | null => {
    const known = found.get(cluster);
    if (known !== undefined) return known;
    const drawn = (text: string) => [...text.replace(UNDRAWN, "")].map((each) => each.codePointAt(0) ?? 0);
    const codes = drawn(cluster);
    const composed = drawn(cluster.normalize("NFC"));
    const first = faces.find((each) => each.has(codes) || each.has(composed)) ?? null;
    if (found.size >= KEPT_CLUSTERS) found.clear();
    found.set(cluster, first);
    return first;
  };
  return { faces, faceFor };
}

const catalogs = new Map<string, FontCatalog>();

/** The fonts of a choice; read once for all documents. @throws TemplateError */
export function fontCatalog(choice: FontChoice = {}): FontCatalog {
  const key = JSON.stringify([choice.families ?? [], choice.files ?? []]);
  const catalog = catalogs.get(key) ?? createCatalog(choice);
  catalogs.set(key, catalog);
  return catalog;
}
