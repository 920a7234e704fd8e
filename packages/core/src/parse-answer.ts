import type { z } from "zod";
import { ContractError } from "./errors.ts";
import { printable } from "./text.ts";

/** So many problems of an answer are named, and so many unknown fields. */
const MAX_PROBLEMS = 5;
const MAX_UNKNOWN = 20;
/** What the cloud calls its fields is cut here: it is shown to people. */
const MAX_KEY = 64;

type Issue = z.core.$ZodIssue;

const step = (key: PropertyKey): string => `.${printable(String(key), MAX_KEY)}`;

/** `$.alarm_risk.risk_list[0].risk_num` */
const exactPath = (path: readonly PropertyKey[]): string =>
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
}

/** @throws ContractError naming the JSON paths whose types depart from the contract */
export function parseAnswer<T>(operation: string, contract: z.ZodType<T>, body: Buffer): Parsed<T> {
  let json: unknown;
  try {
    json = JSON.parse(body.toString("utf8"));
  } catch {
    throw new ContractError(operation, ["$: not JSON"], body);
  }
  const first = contract.safeParse(json);
  if (first.success) return { data: first.data, unknownFields: [] };
  const { issues } = first.error;
  const wrong = issues.filter(({ code }) => code !== "unrecognized_keys");
  if (wrong.length > 0) throw new ContractError(operation, problemsOf(wrong), body);

  withoutUnknown(json, issues);
  const unknown = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => genericPath([...issue.path, key])) : [],
  );
  const known = contract.safeParse(json);
  if (!known.success) throw new ContractError(operation, problemsOf(known.error.issues), body);
  return { data: known.data, unknownFields: [...new Set(unknown)].slice(0, MAX_UNKNOWN) };
}
