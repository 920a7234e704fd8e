import type { z } from "zod";
import { ContractError } from "./errors.ts";
import { refusalCode } from "./http/error-body.ts";
import { longestList } from "./http/longest-list.ts";
import { type JsonReading, readJson } from "./http/read-json.ts";
import type { JsonOddity } from "./http/survey-json.ts";
import { printable } from "./text.ts";

/** So many problems of an answer are named, and so many unknown fields. */
const MAX_PROBLEMS = 5;
const MAX_UNKNOWN = 20;
/** What the cloud calls its fields is cut here: it is shown to people. */
const MAX_KEY = 64;

/** ListSecurityRisk documents at most 32 entries of a list; IAM and EPS list projects, a thousand to a page. */
const MOST_ENTRIES = 20_000;

type Issue = z.core.$ZodIssue;

const step = (key: PropertyKey): string => `.${printable(String(key), MAX_KEY)}`;

/** `$.alarm_risk.risk_list[0].risk_num` */
export const exactPath = (path: readonly PropertyKey[]): string =>
  `$${path.map((key) => (typeof key === "number" ? `[${key}]` : step(key))).join("")}`;

/** `$.alarm_risk.risk_list[].risk_num`: the same for every item of a list. */
const genericPath = (path: readonly PropertyKey[]): string =>
  `$${path.map((key) => (typeof key === "number" ? "[]" : step(key))).join("")}`;

const problemsOf = (issues: readonly Issue[]): string[] =>
  issues.slice(0, MAX_PROBLEMS).map((issue) => `${exactPath(issue.path)}: ${issue.message}`);

function withoutUnknown(json: unknown, issues: readonly Issue[]): void {
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") continue;
    const parent = issue.path.reduce<unknown>(
      (node, key) => (node as Record<PropertyKey, unknown>)[key],
      json,
    );
    for (const key of issue.keys) delete (parent as Record<string, unknown>)[key];
  }
}

/** A body as its contract knows it, and where it says more than the contract knows. */
export interface Parsed<T> {
  data: T;
  /** JSON paths of fields the contract does not know, each once; at most twenty. */
  unknownFields: string[];
  /** Where the text of the body is repaired, or repeats a key; nearly always nowhere. */
  oddities: readonly JsonOddity[];
}

/** What an answer may look like: an object with these members. */
type Contract<T> = z.ZodType<T> & { readonly shape: Readonly<Record<string, unknown>> };

function readBody(operation: string, body: Buffer): JsonReading {
  try {
    return readJson(body);
  } catch {
    throw new ContractError(operation, ["$: not JSON"], body);
  }
}

/** Why an answer is none, although each of its members may be left out. */
function problemsOfWhole(
  { json, oddities }: JsonReading,
  shape: Readonly<Record<string, unknown>>,
): string[] {
  const contradicted = oddities.filter(({ kind }) => kind === "contradicted");
  if (contradicted.length > 0) {
    return contradicted
      .slice(0, MAX_PROBLEMS)
      .map(({ path }) => `${exactPath(path)}: given twice, and not the same`);
  }
  const long = longestList(json, MOST_ENTRIES);
  if (long !== null)
    return [`${exactPath(long.path)}: ${long.entries} entries, and at most ${MOST_ENTRIES} are read`];
  const code = refusalCode(json, Object.keys(shape));
  if (code !== null) return [`$: an error (${printable(code, MAX_KEY)})`];
  if (typeof json !== "object" || json === null || Array.isArray(json)) return [];
  const keys = Object.keys(json);
  if (keys.length === 0 || keys.some((key) => Object.hasOwn(shape, key))) return [];
  const named = keys.slice(0, MAX_PROBLEMS).map((key) => printable(key, MAX_KEY));
  return [`$: no documented member, but ${named.join(", ")}`];
}

/** @throws ContractError naming the JSON paths that depart from the contract, or keys that are given twice */
export function parseAnswer<T>(operation: string, contract: Contract<T>, body: Buffer): Parsed<T> {
  const reading = readBody(operation, body);
  const { json, oddities } = reading;
  const whole = problemsOfWhole(reading, contract.shape);
  if (whole.length > 0) throw new ContractError(operation, whole, body);
  const first = contract.safeParse(json);
  if (first.success) return { data: first.data, unknownFields: [], oddities };
  const { issues } = first.error;
  const wrong = issues.filter(({ code }) => code !== "unrecognized_keys");
  if (wrong.length > 0) throw new ContractError(operation, problemsOf(wrong), body);

  withoutUnknown(json, issues);
  const unknown = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => genericPath([...issue.path, key])) : [],
  );
  const known = contract.safeParse(json);
  if (!known.success) throw new ContractError(operation, problemsOf(known.error.issues), body);
  return { data: known.data, unknownFields: [...new Set(unknown)].slice(0, MAX_UNKNOWN), oddities };
}
