import { timeIn } from "../clock.ts";
import type { Terminal } from "../verb.ts";
import type { Level, Lines } from "./lines.ts";

const MARK: Record<Level, string> = { info: "", warn: "! ", error: "✗ " };

/** `07:00:12 ! 2 of 6 targets are missing` */
export const lineText = (level: Level, text: string, timeZone: string, now: Date): string =>
  `${timeIn(timeZone, now)} ${MARK[level]}${text}`;

/** Lines for people, each with the time of day. */
export const textLines = (terminal: Terminal, timeZone: string): Lines => ({
  tell(level, text) {
    // a bar that is being drawn goes, and comes again with the next step
    if (terminal.interactive) terminal.redraw("");
    terminal.err(`${lineText(level, text, timeZone, terminal.now())}\n`);
  },
});
