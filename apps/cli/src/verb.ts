import type { ExitStatus } from "./exit-status.ts";

/** What a verb may touch of the process, handed in so that tests and other verbs can call it. */
export interface Terminal {
  /** Results. With --json this is JSON and nothing else. */
  out(text: string): void;
  /** Everything that is no result: progress, warnings, errors. */
  err(text: string): void;
  /** Whether a person is looking at `err`. */
  interactive: boolean;
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** One option of a verb, as `--help` prints it. */
export interface OptionSpec {
  type: "string" | "boolean";
  /** The placeholder of its value. */
  value?: string;
  help: string;
  default?: string;
}

/** Options as given: strings, or true for switches. */
export type Options = Record<string, string | boolean | undefined>;

/** One word of the command line: `nightledger <verb>`. */
export interface Verb {
  name: string;
  /** What it does, in one line. */
  summary: string;
  /** What follows the verb, such as `"SELECT …"`. */
  operands?: string;
  options: Record<string, OptionSpec>;
  run(terminal: Terminal, options: Options, operands: readonly string[]): Promise<ExitStatus>;
}

/** The value of a string option, if it was given. */
export function text(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}
