import type { ExitStatus } from "./exit-status.ts";

/**
 * What a verb may touch of the process, handed in so that tests and other verbs can call it. Text is masked on its way:
 * a name from outside cannot act on a terminal (`terminal/masked-terminal.ts`).
 */
export interface Terminal {
  /** Results. With --json this is JSON and nothing else. */
  out(text: string): void;
  /**
   * Results of any length, piece by piece: resolves when there is room for the next. Text that nobody looks at is
   * written as it is, for the program that reads it.
   */
  write(piece: string | Uint8Array): Promise<void>;
  /** Whether a person is looking at the results. */
  outInteractive: boolean;
  /** Everything that is no result: progress, warnings, errors. */
  err(text: string): void;
  /** Whether a person is looking at `err`. */
  interactive: boolean;
  /** Draws a line over the one that stands where the cursor is; `err` where nobody looks gets no such thing. */
  redraw(line: string): void;
  /** Clears the screen that `out` goes to. */
  clear(): void;
  /** Asks the person there, without an echo where it is a secret; left out where nobody is. */
  ask?: (question: string, how: { secret: boolean }) => Promise<string>;
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** What time it is: of nights and deadlines, not of how long something takes. */
  now(): Date;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** What the process gives: plain streams, which take every character as it is. */
export type Streams = Omit<Terminal, "redraw" | "clear">;

/** One option of a verb, as `--help` prints it. */
export interface OptionSpec {
  type: "string" | "boolean";
  /** The placeholder of its value. */
  value?: string;
  help: string;
  default?: string;
  /** It may be given more than once. */
  multiple?: boolean;
}

/** Options as given: strings, true for switches, lists where they may be given more than once. */
export type Options = Record<string, string | boolean | readonly (string | boolean)[] | undefined>;

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

/** The values of an option that may be given more than once. */
export function texts(options: Options, name: string): string[] {
  const value = options[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
