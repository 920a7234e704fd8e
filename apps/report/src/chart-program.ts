import { readFileSync, statSync } from "node:fs";
import { type LoggerInterface, logger, None, parse, type Runtime, type Scale, type Spec } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { TemplateError } from "./errors.ts";

type Json = Record<string, unknown>;

export interface Padding {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A chart's spec, compiled: ready to be given rows. */
export interface ChartProgram {
  file: string;
  runtime: Runtime;
  width: number;
  /** Pixels; of one row where `perRow`. */
  height: number;
  /** Whether the chart grows with its rows: `"height": { "step": 18 }`. */
  perRow: boolean;
  padding: Padding;
  /** The colours of what is quiet: a box, a word. */
  line: string;
  quiet: string;
  /** Columns of `rows` without which there is nothing to draw. */
  values: readonly string[];
  /** The words that the spec asks for. */
  words: readonly string[];
  /** The datasets that it draws, each with its columns that hold data dates. */
  datasets: ReadonlyMap<string, readonly string[]>;
  /** Whether a view that has drawn other rows draws as a new one would. */
  steady: boolean;
}

/** Room for the labels of both axes. */
const PADDING: Padding = { left: 40, right: 16, top: 8, bottom: 22 };

function readJson(file: string): Json {
  try {
    return asObject(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new TemplateError(file, `no chart: ${(error as Error).message}`, error);
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const asObject = (value: unknown): Json => (isObject(value) ? value : {});
const asTexts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];

/** The later one's settings over the earlier one's, at any depth. */
function merge(base: Json, over: Json): Json {
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

const dateColumns = (format: unknown): string[] =>
  Object.entries(asObject(asObject(format).parse))
    .filter(([, how]) => /^(utc|date)/.test(String(how)))
    .map(([column]) => column);

/**
 * The spec without the formats of its named data, which are noted: dates come to it as numbers, once for all layers
 * and before the expressions of `params` see them.
 */
function takeFormats(value: unknown, datasets: Map<string, string[]>): unknown {
  if (Array.isArray(value)) return value.map((each) => takeFormats(each, datasets));
  if (!isObject(value)) return value;
  const { format, ...rest } = value;
  const { name } = rest;
  if (typeof name === "string" && isObject(format)) {
    datasets.set(name, dateColumns(format));
    return rest;
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, takeFormats(each, datasets)]));
}

/** Vega-Lite's warnings are mistakes in a spec: it would draw something else than is asked for. */
function warnings(file: string) {
  const refuse = (...what: unknown[]): never => {
    throw new TemplateError(file, what.join(" "));
  };
  const { level, debug, info } = logger(None);
  const strict: LoggerInterface = { level, debug, info, warn: refuse, error: refuse };
  return strict;
}

/** What a view does not forget is in which order it first saw names: in bands, groups and legends. */
function isSteady({ marks = [], scales = [], legends = [] }: Spec): boolean {
  const ofNames = ({ type, domain }: Scale) =>
    /^(band|point|ordinal)$/.test(type ?? "") && !Array.isArray(domain);
  return legends.length === 0 && !scales.some(ofNames) && !JSON.stringify(marks).includes('"facet":');
}

function build(file: string, themes: readonly string[]): ChartProgram {
  const read = readJson(file);
  const config = themes.map(readJson).reduce(merge, {});
  const size = { width: widthOf(file, read), ...heightOf(file, read), padding: paddingOf(file, read) };
  // not for the ear: a chart's alternative text is its caller's, in the reader's language
  const silent = merge(config, { mark: { aria: false }, axis: { aria: false } });
  const datasets = new Map([["rows", [] as string[]]]);
  const bare = asObject(takeFormats(read, datasets));
  const spec = {
    ...bare,
    autosize: "none",
    padding: size.padding,
    config: merge(silent, asObject(read.config)),
  };
  try {
    const compiled = compile(spec as unknown as TopLevelSpec, { logger: warnings(file) }).spec;
    return {
      file,
      runtime: parse(compiled),
      ...size,
      line: String(asObject(config.axis).gridColor ?? "#dfe3e9"),
      quiet: String(asObject(config.axis).labelColor ?? "#5b6575"),
      values: asTexts(asObject(read.usermeta).values),
      words: wordsOf(read),
      datasets,
      steady: isSteady(compiled),
    };
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    throw new TemplateError(file, `cannot be drawn: ${(error as Error).message}`, error);
  }
}

function stateOf(file: string): string {
  try {
    const { mtimeMs, size } = statSync(file);
    return `${file}\n${mtimeMs}\n${size}`;
  } catch (error) {
    throw new TemplateError(file, `no chart: ${(error as Error).message}`, error);
  }
}

const programs = new Map<string, { state: string; program: ChartProgram }>();

/** A spec in the looks of its themes, compiled once and again when a file has changed. @throws TemplateError */
export function chartProgram(file: string, themes: readonly string[]): ChartProgram {
  const key = [file, ...themes].join("\n");
  const state = [file, ...themes].map(stateOf).join("\n");
  const known = programs.get(key);
  if (known?.state === state) return known.program;
  const program = build(file, themes);
  programs.set(key, { state, program });
  return program;
}
