import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type ConfigProblem, UsageError } from "./errors.ts";

const REFERENCE = /\$\{(env|file):([^}]+)\}/g;

/** Gives what a reference stands for. @throws UsageError naming what is not there */
export type LookUp = (kind: string, name: string) => string;

/** A text with its `${…}` replaced. @throws UsageError */
export const replaced = (text: string, look: LookUp): string =>
  text.replace(REFERENCE, (_, kind: string, name: string) => look(kind, name));

/** What one `${…}` stands for. @throws UsageError naming what is not there */
export function lookUp(kind: string, name: string, folder: string, env: NodeJS.ProcessEnv): string {
  if (kind === "env") {
    // a file ends in a line break, and so does what is made from one
    const value = env[name]?.trim();
    if (value === undefined || value === "")
      throw new UsageError(`environment variable ${name} is not set; set it, or name another`);
    return value;
  }
  try {
    return readFileSync(resolve(folder, name), "utf8").trim();
  } catch (error) {
    throw new UsageError(
      `file ${name} cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"}); check its path (relative to the configuration) and its permissions`,
    );
  }
}

/** Every string of a tree, with its `${…}` replaced; what cannot be is put among the problems. */
export function replaceReferences(
  node: unknown,
  path: string,
  look: LookUp,
  problems: ConfigProblem[],
): unknown {
  if (Array.isArray(node)) {
    return node.map((item, index) => replaceReferences(item, `${path}[${index}]`, look, problems));
  }
  if (typeof node === "object" && node !== null) {
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => {
        const below = path === "" ? key : `${path}.${key}`;
        return [key, replaceReferences(value, below, look, problems)];
      }),
    );
  }
  if (typeof node !== "string") return node;
  return node.replace(REFERENCE, (whole, kind: string, name: string) => {
    try {
      return look(kind, name);
    } catch (error) {
      problems.push({ path, message: (error as Error).message });
      return whole;
    }
  });
}

/** Settings that stay references until they are needed: the schema is to see that they are. */
const SECRET =
  /(^|\.)(credential|analysts\.(audiences\.)?password|network\.proxy\.password|mail\.password|mail\.oauth2\.(clientSecret|refreshToken)|mail\.dkim\.key|webhooks\[\d+\]\.(url|secret)|operations\.ping\.\w+)$/;

/** The resolved settings, with what is secret as it was written. */
export function withSecretsUnread(raw: unknown, resolved: unknown, path = ""): unknown {
  if (SECRET.test(path)) return raw;
  if (typeof raw !== "object" || raw === null || typeof resolved !== "object" || resolved === null)
    return resolved;
  if (Array.isArray(raw) && Array.isArray(resolved)) {
    return raw.map((item, index) => withSecretsUnread(item, resolved[index], `${path}[${index}]`));
  }
  return Object.fromEntries(
    Object.entries(resolved).map(([key, value]) => {
      const below = path === "" ? key : `${path}.${key}`;
      return [key, withSecretsUnread((raw as Record<string, unknown>)[key], value, below)];
    }),
  );
}
