import {
  checkFile,
  checkRollups,
  isDamage,
  isPostgresUrl,
  ledgerIsThere,
  openReader,
  type Reader,
  restoreAdvice,
  type Seal,
  sealOf,
  verifyLedger,
} from "@nightledger/store";
import { type Finding, findingOf } from "./finding.ts";

/** So many places are named; a thousand say no more. */
const MOST = 10;

const CURE = "Hold it against a backup, and find out who can write the file.";

/** A file can be damaged past being checked. */
function problemsOf(path: string): string[] {
  try {
    return checkFile(path);
  } catch (error) {
    if (isDamage(error)) return [(error as Error).message];
    throw error;
  }
}

/** Is the file whole, by SQLite's own account? */
async function integrity(path: string): Promise<Finding> {
  return await findingOf("integrity", path, async () => {
    const problems = problemsOf(path);
    if (problems.length === 0) return "Its pages, indexes and references are whole.";
    return {
      status: "failed",
      detail: `${problems.slice(0, MOST).join("; ")}. ${restoreAdvice(path)}`,
    };
  });
}

const sealedAs = ({ runId, hash }: Seal): string =>
  `Run ${runId} and all before it are sealed as ${hash}: keep that elsewhere, and a history made anew cannot pass.`;

/** Is the history what the runs sealed? */
async function* history(path: string, reader: Reader, signal: AbortSignal): AsyncGenerator<Finding> {
  const head = await sealOf(reader);
  const about = { check: "history", subject: path } as const;
  let altered = 0;
  for await (const { kind, table, key, detail } of verifyLedger(reader, signal)) {
    if (kind === "altered") altered += 1;
    if (altered > MOST) break;
    yield kind === "altered"
      ? { ...about, status: "failed", detail: `${table}, ${key}: ${detail} ${CURE}` }
      : { ...about, status: "ok", detail: `Unsealed: ${key}. ${detail}` };
  }
  if (altered > MOST) {
    yield { ...about, status: "failed", detail: `There are more than ${MOST} such places. ${CURE}` };
  } else if (altered === 0) {
    const detail = head === null ? "No run is sealed yet." : `It is as the runs left it. ${sealedAs(head)}`;
    yield { ...about, status: "ok", detail };
  }
}

/** Are the sums that are kept those of the answers? */
async function sums(path: string, reader: Reader, signal: AbortSignal): Promise<Finding> {
  return await findingOf("sums", path, async () => {
    const { keptNights, checkedNights, differences } = await checkRollups(reader, signal);
    const [first] = differences;
    if (first === undefined) {
      return `Those kept of ${keptNights} nights are what the answers give: ${checkedNights.length} were added up anew.`;
    }
    return {
      status: "failed",
      detail: `${first.name} of ${first.dataDate} is not what the answers give (${differences.length} such sums in ${checkedNights.length} nights). Empty the tables rollup_night and rollup_streak_night: the views add up by themselves, and the next ingest keeps new sums.`,
    };
  });
}

/** Whether a ledger that is there is whole, its history what the runs left, and its sums those of its answers. */
export async function* ledgerFindings(path: string, signal: AbortSignal): AsyncGenerator<Finding> {
  if (!(await ledgerIsThere(path))) return;
  const file = !isPostgresUrl(path);
  if (file) yield await integrity(path);
  let reader: Reader;
  try {
    reader = await openReader(path);
  } catch {
    // the check of the database has told it already
    return;
  }
  const subject = file ? path : "PostgreSQL";
  try {
    yield* history(subject, reader, signal);
    yield await sums(subject, reader, signal);
  } catch (error) {
    signal.throwIfAborted();
    const detail = isDamage(error)
      ? (error as Error).message
      : `It cannot be verified (${(error as Error).message}). The next ingest brings an older ledger up to date.`;
    yield { check: "history", subject, status: "failed", detail };
  } finally {
    await reader.close();
  }
}

/** The seal of the newest run; null where there is no ledger, or none sealed. */
export async function chainHead(path: string): Promise<Seal | null> {
  if (!(await ledgerIsThere(path))) return null;
  const reader = await openReader(path);
  try {
    return await sealOf(reader);
  } finally {
    await reader.close();
  }
}
