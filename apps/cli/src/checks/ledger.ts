import {
  checkDefinitions,
  checkFile,
  checkRollups,
  type FoundSeal,
  findSeals,
  isDamage,
  isPostgresUrl,
  type LedgerFinding,
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

/** How thoroughly a ledger is checked, and against what. */
export interface LedgerCheck {
  /** Only a sample of the kept sums. */
  quick: boolean;
  /** The beginning of the hash of a seal that was kept elsewhere; null is none. */
  seal: string | null;
  signal: AbortSignal;
}

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

const moreThanMost = (about: Pick<Finding, "check" | "subject">): Finding => ({
  ...about,
  status: "failed",
  detail: `There are more than ${MOST} such places. ${CURE}`,
});

/** Are the tables, views, indexes and triggers those of this version? What is read through others proves nothing. */
async function* definitions(place: string, subject: string): AsyncGenerator<Finding> {
  const about = { check: "definitions", subject } as const;
  const { findings, notChecked } = await checkDefinitions(place);
  for (const { table, key, detail } of findings.slice(0, MOST)) {
    const cure = `What is read and written through it is not what this version means. ${CURE}`;
    yield { ...about, status: "failed", detail: `${table}, ${key}: ${detail} ${cure}` };
  }
  if (findings.length > MOST) yield moreThanMost(about);
  if (notChecked !== null) {
    yield { ...about, status: "warning", detail: `They were not checked, because: ${notChecked}` };
  } else if (findings.length === 0) {
    yield {
      ...about,
      status: "ok",
      detail: "Tables, views, indexes and triggers are those of this version.",
    };
  }
}

const sealedAs = ({ runId, hash }: Seal): string =>
  `Run ${runId} and all before it are sealed as ${hash}: keep that elsewhere, and a history made anew cannot pass. Each report prints it.`;

const OTHERS = { unsealed: "Unsealed", pending: "Not sealed yet" } as const;

/** Is the history what the runs sealed? Returns the places that are not. */
async function* history(
  subject: string,
  reader: Reader,
  signal: AbortSignal,
): AsyncGenerator<Finding, readonly LedgerFinding[]> {
  const head = await sealOf(reader);
  const about = { check: "history", subject } as const;
  const altered: LedgerFinding[] = [];
  for await (const finding of verifyLedger(reader, signal)) {
    const { kind, table, key, detail } = finding;
    if (kind === "altered") {
      altered.push(finding);
      if (altered.length <= MOST) {
        yield { ...about, status: "failed", detail: `${table}, ${key}: ${detail} ${CURE}` };
      }
    } else
      yield {
        ...about,
        status: kind === "unsealed" ? "warning" : "ok",
        detail: `${OTHERS[kind]}: ${key}. ${detail}`,
      };
  }
  if (altered.length > MOST) yield moreThanMost(about);
  else if (altered.length === 0) {
    const detail = head === null ? "No run is sealed yet." : `It is as the runs left it. ${sealedAs(head)}`;
    yield { ...about, status: "ok", detail };
  }
  return altered;
}

/** A seal that nothing can be held against: that is no agreement. */
export const unheldFinding = (database: string): Finding => ({
  check: "seal",
  subject: isPostgresUrl(database) ? "PostgreSQL" : database,
  status: "failed",
  detail:
    "There is no ledger of this version that can be read: nothing was held against that seal. Upgrade the ledger, or restore a backup, and try again.",
});

const isUpTo = ({ runId }: LedgerFinding, seal: FoundSeal): boolean => runId === null || runId <= seal.runId;

/** Does the ledger still hold the history that a seal stands for, which somebody kept elsewhere? */
async function heldAgainst(
  subject: string,
  reader: Reader,
  seal: string,
  altered: readonly LedgerFinding[],
): Promise<Finding> {
  return await findingOf("seal", subject, async () => {
    const [found, another] = await findSeals(reader, seal);
    if (found === undefined) {
      const detail = `No seal of this ledger begins with ${seal}: it does not hold that history. It was rolled back, cut off or made anew since, or the seal is another ledger's. Hold it against a backup from before.`;
      return { status: "failed", detail };
    }
    if (another !== undefined) {
      return {
        status: "failed",
        detail: `More than one seal begins with ${seal}: give more of its characters.`,
      };
    }
    const place = `Seal ${seal} is that of run ${found.runId}, night ${found.dataDate}`;
    const before = altered.filter((finding) => isUpTo(finding, found)).length;
    if (before > 0) {
      const detail = `${place}, but what it covers has been altered: ${before} places, see above. ${CURE}`;
      return { status: "failed", detail };
    }
    return `${place}: this ledger holds that history, and everything up to there is as it was sealed.`;
  });
}

/** Are the sums that are kept those of the answers? */
async function sums(path: string, reader: Reader, { quick, signal }: LedgerCheck): Promise<Finding> {
  return await findingOf("sums", path, async () => {
    const { keptNights, checkedNights, differences } = await checkRollups(reader, { quick, signal });
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

/** Whether a ledger that is there is whole, made as this version makes it, its history what the runs left, and its sums those of its answers. */
export async function* ledgerFindings(path: string, check: LedgerCheck): AsyncGenerator<Finding> {
  const file = !isPostgresUrl(path);
  const subject = file ? path : "PostgreSQL";
  if (!(await ledgerIsThere(path))) {
    if (check.seal !== null) yield unheldFinding(path);
    return;
  }
  if (file) yield await integrity(path);
  let reader: Reader;
  try {
    reader = await openReader(path);
  } catch {
    // the check of the database has told it already
    if (check.seal !== null) yield unheldFinding(path);
    return;
  }
  try {
    yield* definitions(path, subject);
    const altered = yield* history(subject, reader, check.signal);
    if (check.seal !== null) yield await heldAgainst(subject, reader, check.seal, altered);
    yield await sums(subject, reader, check);
  } catch (error) {
    check.signal.throwIfAborted();
    const detail = isDamage(error)
      ? (error as Error).message
      : `It cannot be verified (${(error as Error).message}). Run doctor again; if that fails, too, look at the disk, or at the database server's log.`;
    yield { check: "history", subject, status: "failed", detail };
  } finally {
    await reader.close();
  }
}

/** The head of the chain; null where there is no ledger, or no run is sealed. */
export async function chainHead(path: string): Promise<Seal | null> {
  if (!(await ledgerIsThere(path))) return null;
  const reader = await openReader(path);
  try {
    return await sealOf(reader);
  } finally {
    await reader.close();
  }
}
