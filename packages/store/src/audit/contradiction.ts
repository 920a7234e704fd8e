import type { HistoryRun, LedgerHistory } from "./ledger-history.ts";

/** What was made from a ledger, and the newest run that it had then. */
export interface Witness extends Pick<HistoryRun, "runId" | "dataDate" | "hash"> {
  what: "copy" | "manifest";
  file: string;
  /** ISO 8601; null where only its seal counts. */
  startedAt: string | null;
  /** When it was made, as far as it says. ISO 8601. */
  madeAt: string;
}

/**
 * How a ledger contradicts what was made from it: it is not there, it has nothing, it lacks the newest runs, or it has
 * others in their place.
 */
export interface Contradiction {
  kind: "missing" | "empty" | "older" | "other";
  /** The newest run of the ledger; null where it has none. */
  last: HistoryRun | null;
  /** Null where an empty ledger says enough by itself. */
  witness: Witness | null;
  /** The seals that the ledger does not have. */
  seals: string[];
}

type Relation = "known" | "later" | "other";

async function relationOf(history: LedgerHistory, witness: Witness): Promise<Relation> {
  const run = await history.runAt(witness.runId);
  if (run === null) return history.last === null || witness.runId > history.last.runId ? "later" : "other";
  if (witness.hash !== null && run.seals.size > 0) {
    if (run.seals.has(witness.hash)) return "known";
    // deliveries are sealed after the run: the ledger may lack those of its newest one, but not what was made before it
    const mayLack = witness.what === "manifest" && witness.runId === history.last?.runId;
    return mayLack && witness.madeAt >= run.startedAt ? "later" : "other";
  }
  // what was sealed when the other was made is sealed for good
  if (witness.hash !== null) return "other";
  return witness.startedAt !== null && witness.startedAt === run.startedAt ? "known" : "other";
}

/**
 * Whether somebody has accepted what a witness says: it was made before that, or its seal was named. An acceptance by
 * a clock that was ahead sets aside only what it names.
 */
const isSettled = ({ acceptances }: LedgerHistory, { madeAt, hash }: Witness, now: string): boolean =>
  acceptances.some(({ at, text }) => (madeAt <= at && at <= now) || (hash !== null && text.includes(hash)));

const newestFirst = (a: Witness, b: Witness): number => b.runId - a.runId;

/**
 * Holds a ledger against what was made from it; null is no contradiction. An empty file is one by itself: whoever makes
 * a first ledger makes the file, too. An empty PostgreSQL database is none, since it has to be there first.
 */
export async function findContradiction(
  history: LedgerHistory,
  witnesses: readonly Witness[],
  { isFile, now }: { isFile: boolean; now: Date },
): Promise<Contradiction | null> {
  const against: { witness: Witness; relation: Relation }[] = [];
  for (const witness of [...witnesses].sort(newestFirst)) {
    const relation = await relationOf(history, witness);
    if (relation === "known" || isSettled(history, witness, now.toISOString())) continue;
    against.push({ witness, relation });
  }
  const { presence, last } = history;
  const seals = [...new Set(against.flatMap(({ witness }) => witness.hash ?? []))];
  const other = against.find(({ relation }) => relation === "other");
  const witness = (other ?? against[0])?.witness ?? null;
  if (presence === "empty" && isFile) return { kind: "empty", last, witness, seals };
  if (witness === null) return null;
  if (presence !== "ledger") return { kind: presence, last, witness, seals };
  return { kind: other === undefined ? "older" : "other", last, witness, seals };
}
