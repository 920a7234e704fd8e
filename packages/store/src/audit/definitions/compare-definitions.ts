import type { LedgerFinding } from "../../seal/ledger-finding.ts";
import type { Definition } from "./definition.ts";

const keyOf = ({ kind, of, name }: Definition): string => `${kind} ${of} ${name}`.toLowerCase();

const finding = ({ kind, name, of }: Definition, detail: string): LedgerFinding => ({
  kind: "altered",
  table: of,
  key: name === of ? kind : `${kind} ${name}`,
  runId: null,
  detail,
});

/** What this version does not make, and what could change what is read or written all the same. */
function strangers(present: readonly Definition[], expected: readonly Definition[]): Definition[] {
  const known = new Set(expected.map(keyOf));
  const ours = new Set(expected.map(({ of }) => of.toLowerCase()));
  return present.filter((one) => !known.has(keyOf(one)) && !one.harmless && ours.has(one.of.toLowerCase()));
}

/**
 * Compares what a ledger is made of with what this version makes of one: what is gone, changed, or put there. `restored`
 * is the same in other words, as the engine writes it after a dump.
 */
export function compareDefinitions(
  present: readonly Definition[],
  expected: readonly Definition[],
  restored: readonly Definition[] = [],
): LedgerFinding[] {
  const otherWords = new Map(restored.map((one) => [keyOf(one), one.text]));
  const there = new Map(present.map((one) => [keyOf(one), one]));
  const changed = expected.flatMap((one) => {
    const found = there.get(keyOf(one));
    if (found === undefined) return [finding(one, "It is gone.")];
    const isSame = found.text === one.text || found.text === otherWords.get(keyOf(one));
    return isSame ? [] : [finding(one, "It is not what this version makes.")];
  });
  const added = strangers(present, expected).map((one) => finding(one, "This version does not make it."));
  return [...changed, ...added];
}
