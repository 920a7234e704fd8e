import { readFileSync, statSync } from "node:fs";
import { TemplateError } from "./errors.ts";
import { lineOfJson } from "./line-of-json.ts";
import type { Palette } from "./palette.ts";

export type Json = Record<string, unknown>;

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

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const asObject = (value: unknown): Json => (isObject(value) ? value : {});
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

function readJson(file: string, palette: Palette): Json {
  const text = withColours(file, readFileSync(file, "utf8"), palette);
  try {
    return asObject(JSON.parse(text));
  } catch (error) {
    const { message } = error as Error;
    throw new TemplateError(file, `${lineOfJson(text, message)}no chart: ${message}`, error);
  }
}

/** The later one's settings over the earlier one's, at any depth. */
export function merge(base: Json, over: Json): Json {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isObject(value) && isObject(below) ? merge(below, value) : value;
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

function readSpec(file: string, themes: readonly string[], palette: Palette): ChartSpec {
  const json = readJson(file, palette);
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

function stateOf(file: string): string {
  try {
    const { mtimeMs, size } = statSync(file);
    return `${file}\n${mtimeMs}\n${size}`;
  } catch (error) {
    throw new TemplateError(file, `no chart: ${(error as Error).message}`, error);
  }
}

const specs = new Map<string, { state: string; spec: ChartSpec }>();

/** A spec in the looks of its themes; read once, and again when a file has changed. @throws TemplateError */
export function chartSpec(file: string, themes: readonly string[], palette: Palette): ChartSpec {
  const key = [file, ...themes, ...[...palette].flat()].join("\n");
  const state = [file, ...themes].map(stateOf).join("\n");
  const known = specs.get(key);
  if (known?.state === state) return known.spec;
  const spec = readSpec(file, themes, palette);
  specs.set(key, { state, spec });
  return spec;
}
