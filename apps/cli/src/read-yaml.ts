import { readFileSync, statSync } from "node:fs";
import { parseDocument } from "yaml";
import type { ConfigProblem } from "./errors.ts";

/** What a YAML file holds, or what is wrong with it: each place with its line and column. */
export type ReadYaml = { content: unknown } | { problems: ConfigProblem[] };

/** Reads a YAML file. @throws the system's error where it cannot be read */
export function readYaml(file: string): ReadYaml {
  // a pipe would be waited for, and no signal would be heard meanwhile
  if (!statSync(file).isFile())
    throw Object.assign(new Error(`${file} is no file`), { code: "no plain file" });
  const document = parseDocument(readFileSync(file, "utf8"));
  if (document.errors.length === 0) return { content: document.toJS() };
  const problems = document.errors.map(({ message, linePos }) => {
    const said = message.split("\n", 1)[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "";
    const [at] = linePos ?? [];
    return {
      path: at === undefined ? "" : `line ${at.line}, column ${at.col}`,
      message: `is no YAML: ${said}`,
    };
  });
  return { problems };
}
