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

/** Holds what a ledger is made of against what this version makes of one: what is gone, changed, or put there. */
export function compareDefinitions(
  present: readonly Definition[],
  expected: readonly Definition[],
): LedgerFinding[] {
  const there = new Map(present.map((one) => [keyOf(one), one]));
  const changed = expected.flatMap((one) => {
    const found = there.get(keyOf(one));
    if (found === undefined) return [finding(one, "It is gone.")];
    return found.text === one.text ? [] : [finding(one, "It is not what this version makes.")];
  });
  const added = strangers(present, expected).map((one) => finding(one, "This version does not make it."));
  return [...changed, ...added];
}
