import type { z } from "zod";
import { problemsOfIssue } from "./config-issues.ts";
import { problemsBetween } from "./config-problems.ts";
import { configSchema } from "./config-schema.ts";
import type { ConfigProblem } from "./errors.ts";

/** Settings that a configuration has to have, for what can be said of the others without them. */
const PLACEHOLDERS = {
  timeZone: "UTC",
  database: "./nightledger.db",
  accounts: [{ name: "placeholder", credential: { ak: "${env:AK}", sk: "${env:SK}" } }],
};

/** The settings at the top that a problem lies in. */
const topsOf = (issue: z.core.$ZodIssue): string[] => {
  const [top] = issue.path;
  if (top !== undefined) return [String(top)];
  return issue.code === "unrecognized_keys" ? issue.keys : [];
};

/** What the sound settings of a configuration have against each other, where others are broken. */
function problemsBetweenSound(raw: unknown, broken: ReadonlySet<string>, folder: string): ConfigProblem[] {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return [];
  // who gets what cannot be judged without the audiences that are named
  const left = new Set([...broken, ...(broken.has("audiences") ? ["publish"] : [])]);
  const sound = Object.fromEntries(Object.entries(raw).filter(([key]) => !left.has(key)));
  const parsed = configSchema.safeParse({ ...PLACEHOLDERS, ...sound });
  if (!parsed.success) return [];
  return problemsBetween(parsed.data, folder).filter(({ path }) => !left.has(path.split(/[.[]/, 1)[0] ?? ""));
}

/** All that can be said of settings that the schema refuses. */
export function problemsOfBroken(
  given: unknown,
  issues: readonly z.core.$ZodIssue[],
  folder: string,
): ConfigProblem[] {
  const broken = new Set(issues.flatMap(topsOf));
  return [
    ...issues.flatMap((issue) => problemsOfIssue(issue)),
    ...problemsBetweenSound(given, broken, folder),
  ];
}
