import { SavedQueryError } from "./errors.ts";

export const PARAMETER_TYPES = ["date", "integer", "number", "text"] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

/** A parameter of a saved query: `:name` in its SQL. */
export interface Parameter {
  name: string;
  type: ParameterType;
  /** As the header writes it: a value, `latest night` or `any`; null where one has to be given. */
  default: string | null;
}

/** A file of reports/queries. */
export interface SavedQuery {
  name: string;
  title: string;
  question: string;
  parameters: readonly Parameter[];
  sql: string;
}

const PARAMETER = /^(?<name>[a-z][a-z0-9_]*) (?<type>[a-z]+)(?: = (?<preset>.+))?$/;

const isType = (type: string | undefined): type is ParameterType =>
  (PARAMETER_TYPES as readonly (string | undefined)[]).includes(type);

function parseParameter(file: string, text: string): Parameter {
  const { name = "", type, preset = null } = PARAMETER.exec(text)?.groups ?? {};
  if (!isType(type)) {
    const types = PARAMETER_TYPES.join(", ");
    throw new SavedQueryError(file, `"@param ${text}" is not "name type = default", type one of ${types}`);
  }
  return { name, type, default: preset?.trim() ?? null };
}

/**
 * Reads a saved query: comment lines `-- @title`, `-- @question` and any number of `-- @param` before the SQL.
 * The header is described in reports/README.md.
 *
 * @throws SavedQueryError
 */
export function parseSavedQuery(name: string, text: string): SavedQuery {
  const file = `${name}.sql`;
  const header = [...text.matchAll(/^-- @(\w+) (.+)$/gm)].map(([, key = "", value = ""]) => [
    key,
    value.trim(),
  ]);
  const all = (key: string) => header.filter(([own]) => own === key).map(([, value = ""]) => value);
  const one = (key: string): string => {
    const [value, ...more] = all(key);
    if (value === undefined || more.length > 0)
      throw new SavedQueryError(file, `it needs one line "-- @${key} …"`);
    return value;
  };
  const odd = header.find(([key = ""]) => !["title", "question", "param"].includes(key));
  if (odd !== undefined) throw new SavedQueryError(file, `"@${odd[0]}" is none of @title, @question, @param`);
  const parameters = all("param").map((line) => parseParameter(file, line));
  return { name, title: one("title"), question: one("question"), parameters, sql: text };
}
