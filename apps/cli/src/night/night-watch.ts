import type { Terminal } from "../verb.ts";

/** What a night tells while it is under way. */
export interface NightWatch {
  info(text: string, fields?: Record<string, unknown>): void;
  warn(text: string, fields?: Record<string, unknown>): void;
  /** A stretch of the night. */
  phase<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** The last lines that were told, newest last, without secrets. */
  lastLines(): string[];
}

const KEPT = 40;

/** Tells lines. */
export function plainWatch(terminal: Terminal): NightWatch {
  const lines: string[] = [];
  const tell = (text: string): void => {
    terminal.err(`${text}\n`);
    lines.push(text);
    if (lines.length > KEPT) lines.shift();
  };
  return {
    info: tell,
    warn: tell,
    async phase(name, work) {
      tell(`${name} begins`);
      const result = await work();
      tell(`${name} is done`);
      return result;
    },
    lastLines: () => [...lines],
  };
}
