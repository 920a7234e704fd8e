import type { Terminal } from "../verb.ts";
import type { Lines } from "./lines.ts";

/** Lines for machines: one JSON object each, through pino. */
export async function jsonLines(
  terminal: Terminal,
  { verb, dataDate }: { verb: string; dataDate: string | null },
): Promise<Lines> {
  // loaded only here: whoever reads lines of text does not wait for it
  const { pino } = await import("pino");
  const log = pino(
    {
      base: { verb, ...(dataDate !== null && { data_date: dataDate }) },
      level: "info",
      messageKey: "message",
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${terminal.now().toISOString()}"`,
    },
    { write: (line) => terminal.err(line) },
  );
  return { tell: (level, text, fields) => log[level](fields, text) };
}
