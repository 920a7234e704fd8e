import { type LoggerInterface, logger, None, parse, type Runtime, type Scale, type Spec } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { findReference } from "./chart/find-reference.ts";
import { isJson } from "./chart/json.ts";
import { asObject, type ChartSpec, merge } from "./chart-spec.ts";
import { TemplateError } from "./errors.ts";

/** Whether a view that has drawn other rows draws as a new one would: as it is, once it has been emptied, or not. */
export type Reuse = "as it is" | "emptied" | "never";

/** A chart's spec, compiled: ready to be given rows. */
export interface ChartProgram {
  spec: ChartSpec;
  runtime: Runtime;
  /** The datasets that it draws, each with its columns that hold data dates. */
  datasets: ReadonlyMap<string, readonly string[]>;
  reuse: Reuse;
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
  if (!isJson(value)) return value;
  const { format, ...rest } = value;
  const { name } = rest;
  if (typeof name === "string" && isJson(format)) {
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

/** What a view remembers is in which order it first saw names. */
function reuseOf({ marks = [], scales = [], legends = [] }: Spec): Reuse {
  if (legends.length > 0 || JSON.stringify(marks).includes('"facet":')) return "never";
  const ofNames = ({ type, domain }: Scale) =>
    /^(band|point|ordinal)$/.test(type ?? "") && !Array.isArray(domain);
  return scales.some(ofNames) ? "emptied" : "as it is";
}

function build(spec: ChartSpec): ChartProgram {
  const { file, json, config, padding } = spec;
  // not for the ear: a chart's alternative text is its caller's, in the reader's language
  const silent = merge(config, { mark: { aria: false }, axis: { aria: false } });
  const datasets = new Map([["rows", [] as string[]]]);
  const bare = asObject(takeFormats(json, datasets));
  const full = { ...bare, autosize: "none", padding, config: merge(silent, asObject(json.config)) };
  try {
    const compiled = compile(full as unknown as TopLevelSpec, { logger: warnings(file) }).spec;
    const reference = findReference(compiled);
    if (reference !== null) throw new TemplateError(file, reference.why);
    // as a tree that is walked: no expression of a spec becomes code of ours
    const runtime = parse(compiled, undefined, { ast: true });
    return { spec, runtime, datasets, reuse: reuseOf(compiled) };
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    throw new TemplateError(file, `cannot be drawn: ${(error as Error).message}`, error);
  }
}

const programs = new WeakMap<ChartSpec, ChartProgram>();

/** A spec, compiled once. @throws TemplateError */
export function chartProgram(spec: ChartSpec): ChartProgram {
  const program = programs.get(spec) ?? build(spec);
  programs.set(spec, program);
  return program;
}
