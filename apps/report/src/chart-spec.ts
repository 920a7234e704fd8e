import { readFileSync, statSync } from "node:fs";
import { TemplateError } from "./errors.ts";

export type Json = Record<string, unknown>;

export interface Padding {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A chart's spec as its file has it, with the looks of its themes. */
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

function readJson(file: string): Json {
  try {
    return asObject(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new TemplateError(file, `no chart: ${(error as Error).message}`, error);
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

function readSpec(file: string, themes: readonly string[]): ChartSpec {
  const json = readJson(file);
  const config = themes.map(readJson).reduce(merge, {});
  const { gridColor, labelColor } = asObject(config.axis);
  return {
    file,
    json,
    config,
    width: widthOf(file, json),
    ...heightOf(file, json),
    padding: paddingOf(file, json),
    line: String(gridColor ?? "#dfe3e9"),
    quiet: String(labelColor ?? "#5b6575"),
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
export function chartSpec(file: string, themes: readonly string[]): ChartSpec {
  const key = [file, ...themes].join("\n");
  const state = [file, ...themes].map(stateOf).join("\n");
  const known = specs.get(key);
  if (known?.state === state) return known.spec;
  const spec = readSpec(file, themes);
  specs.set(key, { state, spec });
  return spec;
}
