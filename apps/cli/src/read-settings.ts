import { ConfigError, UsageError } from "./errors.ts";
import { type ReadYaml, readYaml } from "./read-yaml.ts";

/** What a configuration file has, unchecked. @throws UsageError, ConfigError where it is no YAML */
export function readSettings(file: string): unknown {
  let read: ReadYaml;
  try {
    read = readYaml(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    throw new UsageError(
      code === "ENOENT"
        ? `There is no configuration at ${file}. Name one with --config FILE; "nightledger init" writes one.`
        : `The configuration ${file} cannot be read (${code}). Check its permissions.`,
    );
  }
  if ("problems" in read) throw new ConfigError(file, read.problems);
  return read.content ?? {};
}
