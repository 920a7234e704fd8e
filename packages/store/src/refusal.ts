import { sqlWords } from "./sql-words.ts";

const READS = new Set(["select", "with", "values"]);

/** Why a statement that begins with this word is none to read with. */
const REASONS: Record<string, string> = {
  attach: "ATTACH would open another file beside the ledger",
  detach: "DETACH would close a file that the query did not open",
  vacuum: "VACUUM would write a file",
  pragma:
    'PRAGMA changes how the ledger is opened; "nightledger dictionary risk_daily" shows a view\'s columns',
};
for (const word of "insert update delete replace drop create alter reindex analyze".split(" ")) {
  REASONS[word] = `${word.toUpperCase()} would change the ledger, and what is on record stays`;
}

/**
 * Why an SQL text is not run over a ledger, or null. What it lets through is still run on a handle that cannot
 * write: this is for telling why, and for what a read-only handle would allow.
 */
export function refusal(sql: string): string | null {
  const words = sqlWords(sql);
  const end = words.indexOf(";");
  if (end !== -1 && words.slice(end).some((word) => word !== ";")) {
    return "there is more than one statement, and one is answered at a time";
  }
  // a PRAGMA acts while it is compiled, so what EXPLAIN explains is looked at, too
  const explained = words[0] === "explain" ? words.slice(words[1] === "query" ? 3 : 1) : words;
  const [first] = explained;
  if (first === undefined || first === ";") return "there is no statement in it";
  if (!READS.has(first)) {
    return REASONS[first] ?? "only SELECT, WITH, VALUES and EXPLAIN are answered";
  }
  if (words.includes("load_extension") || words.includes('"load_extension"'))
    return "load_extension would run code from a file";
  return null;
}
