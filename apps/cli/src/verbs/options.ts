import { resolve } from "node:path";
import { type Config, readConfig } from "../config.ts";
import { type ReadingConfig, readReadingConfig } from "../reading-config.ts";
import { type OptionSpec, type Options, type Terminal, text } from "../verb.ts";

/** The options that several verbs share. */
export const CONFIG: OptionSpec = {
  type: "string",
  value: "FILE",
  help: "The configuration.",
  default: "nightledger.yaml",
};
export const JSON_OUTPUT: OptionSpec = { type: "boolean", help: "Print one JSON document and nothing else." };

/** The file that the options name. */
export const configFile = (terminal: Terminal, options: Options): string =>
  resolve(terminal.cwd, text(options, "config") ?? "nightledger.yaml");

/** The configuration that the options name. @throws UsageError, ConfigError */
export const configOf = (terminal: Terminal, options: Options): Config =>
  readConfig(configFile(terminal, options), terminal.env);

/** What of it a command uses that only reads the ledger. @throws UsageError, ConfigError */
export const readingConfigOf = (terminal: Terminal, options: Options): ReadingConfig =>
  readReadingConfig(configFile(terminal, options), terminal.env);
