import type { LedgerFinding } from "../seal/ledger-finding.ts";
import type { TablesOnly } from "../seal/lines.ts";
import { type LedgerSeal, ledgerLink } from "./ledger-link.ts";
import { parseMarks } from "./marks.ts";
import { hintsOf, recordHashes, recordsHash } from "./record-lines.ts";

const altered = (seal: LedgerSeal, table: string, detail: string): LedgerFinding => ({
  kind: "altered",
  table,
  key: table === "ledger_seal" ? `seal ${seal.id}` : placeOf(seal),
  runId: seal.run_id,
  detail,
});

const placeOf = ({ kind, run_id }: LedgerSeal): string => {
  if (run_id === null) return "before the first run";
  return kind === "run" ? `run ${run_id}` : `after run ${run_id}`;
};

type RunLinks = ReadonlyMap<number, Buffer>;

const linkOf = (runs: RunLinks, { run_id }: LedgerSeal): Buffer | null =>
  run_id === null ? null : (runs.get(run_id) ?? null);

/** The tables whose rows are not what a seal was made of. */
async function changedTables(db: TablesOnly, seal: LedgerSeal, previous: LedgerSeal): Promise<string[]> {
  const { hints, ...until } = parseMarks(seal.marks);
  const hashes = await recordHashes(db, {
    endedRun: seal.kind === "run" ? seal.run_id : null,
    before: parseMarks(previous.marks),
    until: { ...until, hints },
  });
  if (recordsHash(hashes).equals(seal.facts_hash)) return [];
  const now = hintsOf(hashes);
  const changed = [...new Set([...Object.keys(hints), ...Object.keys(now)])].filter(
    (table) => hints[table] !== now[table],
  );
  return changed.length === 0 ? ["ledger_seal"] : changed;
}

async function* oneSeal(
  db: TablesOnly,
  seal: LedgerSeal,
  previous: LedgerSeal,
  runs: RunLinks,
): AsyncGenerator<LedgerFinding> {
  const link = ledgerLink(seal, previous.chain_hash, linkOf(runs, seal));
  if (seal.id !== previous.id + 1 || !link.equals(seal.chain_hash)) {
    const detail = "It, the seal before it, or the seal of its run is not what was sealed.";
    yield altered(seal, "ledger_seal", detail);
  }
  for (const table of await changedTables(db, seal, previous)) {
    yield altered(seal, table, "Its rows are not what was sealed.");
  }
}

/** The first seal takes up the chain of the runs before it. */
const isStart = (seal: LedgerSeal, runs: RunLinks): boolean =>
  seal.id === 1 &&
  seal.kind === "start" &&
  seal.chain_hash.equals(linkOf(runs, seal) ?? Buffer.alloc(32)) &&
  (seal.run_id === null || runs.has(seal.run_id));

/** Runs that ended since the first seal, and that no seal covers. */
function* unsealedRuns(
  seals: readonly LedgerSeal[],
  runs: RunLinks,
  start: LedgerSeal,
): Generator<LedgerFinding> {
  const covered = new Set(seals.filter(({ kind }) => kind === "run").map(({ run_id }) => run_id));
  for (const runId of runs.keys()) {
    if (runId <= (start.run_id ?? 0) || covered.has(runId)) continue;
    const detail = "It ended, and no seal of the ledger covers it.";
    yield { kind: "altered", table: "ledger_seal", key: `run ${runId}`, runId, detail };
  }
}

/** The chain over the whole ledger, and what each of its seals covers. */
export async function* verifySeals(
  db: TablesOnly,
  pause: () => Promise<void>,
): AsyncGenerator<LedgerFinding> {
  const seals = await db.selectFrom("ledger_seal").selectAll().orderBy("id").execute();
  const links = await db.selectFrom("run_seal").select(["run_id", "chain_hash"]).orderBy("run_id").execute();
  const runs: RunLinks = new Map(links.map(({ run_id, chain_hash }) => [run_id, chain_hash]));
  const [start] = seals;
  if (start === undefined) {
    const detail = "It is empty: its first row came with the table.";
    yield { kind: "altered", table: "ledger_seal", key: "all", runId: null, detail };
    return;
  }
  if (!isStart(start, runs)) {
    yield altered(start, "ledger_seal", "It is not the first one, or not what the runs before it come to.");
  }
  let previous = start;
  for (const seal of seals.slice(1)) {
    await pause();
    yield* oneSeal(db, seal, previous, runs);
    previous = seal;
  }
  yield* unsealedRuns(seals, runs, start);
}
