import type { Verb } from "./verb.ts";
import { VERBS } from "./verbs.ts";

const EXIT_HELP =
  "Exit status: 0 complete, 2 bad usage or configuration, 3 partial, 4 nothing fetched,\n" +
  "5 a report did not pass its gate, 6 a delivery failed, 7 another run holds the lock.\n";

/** Options that every verb takes. */
export const EVERYWHERE = {
  help: { type: "boolean", help: "Show this." },
  trace: { type: "boolean", help: "With an error, show where in the code it came from." },
} as const;

const columns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join("");
};

/** What `nightledger --help` prints. */
export async function overallHelp(): Promise<string> {
  const verbs = await Promise.all(Object.values(VERBS).map((load) => load()));
  return (
    "nightledger: every night, every project's security risk, on the record.\n\n" +
    "Usage: nightledger <verb> [options]\n\n" +
    `${columns(verbs.map((verb) => [verb.name, verb.summary]))}\n` +
    `"nightledger <verb> --help" tells a verb's options.\n\n${EXIT_HELP}`
  );
}

/** What `nightledger <verb> --help` prints. */
export function verbHelp(verb: Verb): string {
  const options = Object.entries({ ...verb.options, ...EVERYWHERE }).map(([name, spec]) => {
    const value = "value" in spec && spec.value !== undefined ? ` ${spec.value}` : "";
    const preset = "default" in spec && spec.default !== undefined ? ` (default ${spec.default})` : "";
    return [`--${name}${value}`, `${spec.help}${preset}`] as const;
  });
  const operands = verb.operands === undefined ? "" : ` ${verb.operands}`;
  return `nightledger ${verb.name}${operands} [options]\n\n${verb.summary}\n\n${columns(options)}`;
}
