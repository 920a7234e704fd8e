import { statSync } from "node:fs";
import { findReference } from "./chart/find-reference.ts";
import { isJson, type Json } from "./chart/json.ts";
import { lineOfPath } from "./chart/line-of-path.ts";
import { readSourceText } from "./definition/read-source.ts";
import type { SourceFile } from "./definition/source-file.ts";
import { TemplateError } from "./errors.ts";
import { lineOfJson } from "./line-of-json.ts";
import type { Palette } from "./palette.ts";

export interface Padding {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A chart's spec as its file has it, in the colours and the looks of its themes. */
export interface ChartSpec {
  file: string;
  json: Json;
  /** The themes, merged. */
  config: Json;
  width: number;
  /** Pixels; of one row where `perRow`. */
  height: number;
  /** Whether the chart grows with its rows: `"height": { "step": 18 }`. */
  perRow: boolean;
  padding: Padding;
  /** The colours of what is quiet: a box, a word. */
  line: string;
  quiet: string;
  /** Columns of `rows` without which there is nothing to draw: `"usermeta": { "values": ["score"] }`. */
  values: readonly string[];
  /** The words that the spec asks for. */
  words: readonly string[];
}

/** Room for the labels of both axes. */
const PADDING: Padding = { left: 40, right: 16, top: 8, bottom: 22 };

export const asObject = (value: unknown): Json => (isJson(value) ? value : {});
const asTexts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];

/** A spec names colours as the styles do: `var(--accent)`. */
function withColours(file: string, text: string, palette: Palette): string {
  return text.replace(/var\(--([a-z-]+)\)/g, (asked, name: string, at: number) => {
    const colour = palette.get(name);
    if (colour !== undefined) return colour;
    const line = text.slice(0, at).split("\n").length;
    throw new TemplateError(file, `line ${line}, ${asked}: no style has such a colour in ":root"`);
  });
}

function parseJson(file: string, text: string): Json {
  try {
    return asObject(JSON.parse(text));
  } catch (error) {
    const { message } = error as Error;
    throw new TemplateError(file, `${lineOfJson(text, message)}no chart: ${message}`, error);
  }
}

/** @throws TemplateError where it is no JSON, or would read what is not in it */
function readJson(source: SourceFile, palette: Palette): Json {
  const { path: file } = source;
  const text = withColours(file, readSourceText(source), palette);
  const json = parseJson(file, text);
  const reference = findReference(json);
  if (reference === null) return json;
  throw new TemplateError(file, `${lineOfPath(text, reference.path)}${reference.why}`);
}

/** The later one's settings over the earlier one's, at any depth. */
export function merge(base: Json, over: Json): Json {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isJson(value) && isJson(below) ? merge(below, value) : value;
  }
  return merged;
}

function paddingOf(file: string, spec: Json): Padding {
  const { autosize = "none", padding = {} } = spec;
  if (autosize !== "none") {
    throw new TemplateError(file, `"autosize" must be "none": labels get their room from "padding"`);
  }
  if (typeof padding === "number") return { left: padding, right: padding, top: padding, bottom: padding };
  return { ...PADDING, ...(padding as Partial<Padding>) };
}

function widthOf(file: string, { width }: Json): number {
  if (typeof width !== "number") throw new TemplateError(file, `"width" must be a number of pixels`);
  return width;
}

function heightOf(file: string, { height }: Json): { height: number; perRow: boolean } {
  const { step } = asObject(height);
  if (typeof step === "number") return { height: step, perRow: true };
  if (typeof height === "number") return { height, perRow: false };
  throw new TemplateError(file, `"height" must be a number of pixels, or { "step": pixels } for each row`);
}

/** The words of `params: [{ "name": "words", "value": { "fresh": "Fresh" } }]`. */
function wordsOf(spec: Json): string[] {
  const params = Array.isArray(spec.params) ? spec.params.map(asObject) : [];
  return Object.keys(asObject(params.find(({ name }) => name === "words")?.value));
}

function readSpec(source: SourceFile, themes: readonly SourceFile[], palette: Palette): ChartSpec {
  const { path: file } = source;
  const json = readJson(source, palette);
  const config = themes.map((theme) => readJson(theme, palette)).reduce(merge, {});
  const { gridColor, labelColor } = asObject(config.axis);
  return {
    file,
    json,
    config,
    width: widthOf(file, json),
    ...heightOf(file, json),
    padding: paddingOf(file, json),
    line: String(gridColor ?? "#d8dde5"),
    quiet: String(labelColor ?? "#566072"),
    values: asTexts(asObject(json.usermeta).values),
    words: wordsOf(json),
  };
}

function stateOf({ path: file }: SourceFile): string {
  try {
    const { mtimeMs, size } = statSync(file);
    return `${file}\n${mtimeMs}\n${size}`;
  } catch (error) {
    throw new TemplateError(file, `no chart: ${(error as Error).message}`, error);
  }
}

const specs = new Map<string, { state: string; spec: ChartSpec }>();

/** A spec in the looks of its themes; read once, and again when a file has changed. @throws TemplateError */
export function chartSpec(file: SourceFile, themes: readonly SourceFile[], palette: Palette): ChartSpec {
  const files = [file, ...themes];
  const key = [...files.map(({ path }) => path), ...[...palette].flat()].join("\n");
  const state = files.map(stateOf).join("\n");
  const known = specs.get(key);
  if (known?.state === state) return known.spec;
  const spec = readSpec(file, themes, palette);
  specs.set(key, { state, spec });
  return spec;
}
