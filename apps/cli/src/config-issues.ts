import { z } from "zod";
import { closestWord } from "./closest-word.ts";
import { configSchema } from "./config-schema.ts";
import type { ConfigProblem } from "./errors.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What is known of a setting: its meaning, and the settings within it. */
interface Known {
  description?: string;
  properties?: Record<string, Known>;
  additionalProperties?: Known | boolean;
  items?: Known;
  anyOf?: Known[];
}

export const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`,
    "",
  );

const trees = new Map<z.ZodType, Known>();

function below(known: Known | undefined, key: PropertyKey): Known | undefined {
  if (known === undefined) return undefined;
  const own =
    typeof key === "number"
      ? known.items
      : (known.properties?.[String(key)] ??
        (typeof known.additionalProperties === "object" ? known.additionalProperties : undefined));
  return own ?? known.anyOf?.map((each) => below(each, key)).find((each) => each !== undefined);
}

/** The setting at a path, as the schema describes it. */
function knownAt(path: Path, schema: z.ZodType): Known | undefined {
  const tree = trees.get(schema) ?? (z.toJSONSchema(schema, { io: "input" }) as Known);
  trees.set(schema, tree);
  return path.reduce<Known | undefined>(below, tree);
}

const namesIn = (known: Known | undefined): string[] => [
  ...Object.keys(known?.properties ?? {}),
  ...(known?.anyOf ?? []).flatMap(namesIn),
];

const WORDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "settings by name",
  record: "settings by name",
};

/** What was given, by its kind alone: it may be a secret. */
function kindOf(input: unknown): string {
  if (input === null) return "nothing";
  if (Array.isArray(input)) return "a list";
  return WORDS[typeof input] ?? "something else";
}

const ofBranch = (issues: readonly (readonly Issue[])[], input: unknown): readonly Issue[] | undefined =>
  issues.find(
    (branch) =>
      branch.every(({ path, code }) => path.length > 0 || code !== "invalid_type") &&
      kindOf(input) !== "a text",
  );

/** zod's own words, where a schema has none of ours. */
const isOurs = ({ message }: Issue): boolean => !/^(Invalid|Too|Unrecognized|Expected)\b/.test(message);

function sizeText(issue: Issue & { code: "too_small" | "too_big" }): string {
  const { origin } = issue;
  const [least, most] = issue.code === "too_small" ? [issue.minimum, null] : [null, issue.maximum];
  if (origin === "string")
    return least === null ? `must have at most ${most} characters` : "must not be empty";
  if (origin === "array")
    return least === null
      ? `must have at most ${most} entries`
      : `must have at least ${least} ${least === 1 ? "entry" : "entries"}`;
  return least === null ? `must be at most ${most}` : `must be at least ${least}`;
}

/** What a setting is for, where the schema says so. */
const meaning = (path: Path, schema: z.ZodType): string => {
  const { description } = knownAt(path, schema) ?? {};
  return description === undefined ? "" : ` ${description}`;
};

function unknownSettings(path: Path, keys: readonly string[], schema: z.ZodType): ConfigProblem[] {
  const names = namesIn(knownAt(path, schema));
  return keys.map((key) => {
    const close = closestWord(key, names);
    const cure = close === null ? `; there is: ${names.join(", ")}` : `; did you mean "${close}"?`;
    return { path: pathText([...path, key]), message: `is no setting${cure}` };
  });
}

/** A problem that zod found, in words: what is wrong, and what to write. */
export function problemsOfIssue(issue: Issue, schema: z.ZodType = configSchema): ConfigProblem[] {
  const { path, input } = issue as Issue & { input?: unknown };
  const told = (message: string): ConfigProblem[] => [{ path: pathText(path), message }];
  if (issue.code === "unrecognized_keys") return unknownSettings(path, issue.keys, schema);
  if (issue.code === "invalid_key") return told(issue.issues[0]?.message ?? issue.message);
  if (issue.code === "invalid_type" && input === undefined)
    return told(`is missing.${meaning(path, schema)}`);
  if (isOurs(issue)) return told(issue.message);
  switch (issue.code) {
    case "invalid_type":
      return told(
        `must be ${WORDS[issue.expected] ?? issue.expected}, not ${kindOf(input)}.${meaning(path, schema)}`,
      );
    case "invalid_value":
      return told(`must be one of: ${issue.values.join(", ")}`);
    case "too_small":
    case "too_big":
      return told(sizeText(issue));
    case "invalid_union": {
      const branch = ofBranch(issue.errors, input);
      if (branch === undefined) return told(`is not as it should be.${meaning(path, schema)}`);
      return branch.flatMap((each) =>
        problemsOfIssue({ ...each, path: [...path, ...each.path] } as Issue, schema),
      );
    }
    case "invalid_format":
      return told(
        issue.format === "url"
          ? "must be an http or https URL, such as https://example.com"
          : `is not as it should be.${meaning(path, schema)}`,
      );
    default:
      return told(`${issue.message}.${meaning(path, schema)}`);
  }
}
