import type { Selectable } from "kysely";
import type { Tables } from "../tables.ts";
import { chainHash } from "./chain-hash.ts";
import type { LedgerFinding } from "./ledger-finding.ts";
import { hashLines, type TablesOnly } from "./lines.ts";
import { everRowOf, hasRetractions } from "./moved-rows.ts";
import { runFacts, type SealedRun } from "./run-facts.ts";
import { type GapNights, gapNights, runGaps } from "./run-gaps.ts";

type Run = Selectable<Tables["run"]>;
type RunSeal = Selectable<Tables["run_seal"]>;

const altered = (runId: number, table: string, detail: string): LedgerFinding => ({
  kind: "altered",
  table,
  key: `run ${runId}`,
  runId,
  detail,
});

/** Whether a later run has undone a retraction that is older than this run: what came back, it had not seen. */
async function isPutBack(db: TablesOnly, run: SealedRun, nights: GapNights): Promise<boolean> {
  const undone = await db
    .selectFrom("retraction as u")
    .innerJoin("retraction as r", "r.id", "u.undoes")
    .select("u.id")
    .where("u.run_id", ">", run.id)
    .where("r.run_id", "<", run.id)
    .where("r.data_date", ">=", nights.after)
    .where("r.data_date", "<=", nights.until)
    .limit(1)
    .executeTakeFirst();
  return undone !== undefined;
}

/** Whether the gaps of a run's nights are still what it left: no later run came to fill them. */
async function gapsStand(db: TablesOnly, run: SealedRun): Promise<boolean> {
  const { after, until } = await gapNights(db, run);
  const later = await db
    .selectFrom("run")
    .select("id")
    .where("id", ">", run.id)
    .where("kind", "in", run.kind === "retract" ? ["ingest", "retract"] : ["ingest"])
    .where("data_date", ">", after)
    .where("data_date", "<=", until)
    .limit(1)
    .executeTakeFirst();
  if (later !== undefined || (await isPutBack(db, run, { after, until }))) return false;
  const admitted = await db
    .selectFrom("revision")
    .select("id")
    .where("run_id", ">", run.id)
    .where("risk_list_before", "is", null)
    .where("data_date", ">", after)
    .where("data_date", "<=", until)
    .limit(1)
    .executeTakeFirst();
  return admitted === undefined;
}

async function countSnapshots(db: TablesOnly, run: SealedRun): Promise<number> {
  const { snapshots } = await db
    .selectFrom(everRowOf("snapshot", "s", await hasRetractions(db)))
    .select((eb) => eb.fn.countAll<number>().as("snapshots"))
    .where("data_date", "=", run.data_date)
    .where("run_id", "=", run.id)
    .executeTakeFirstOrThrow();
  return snapshots;
}

async function factsFinding(db: TablesOnly, run: Run): Promise<LedgerFinding> {
  if (run.kind === "retract")
    return altered(run.id, "retraction", "What it took out, or put back, is not what was sealed.");
  if (run.kind !== "ingest")
    return altered(run.id, "revision", "What it read anew, or admitted, is not what was sealed.");
  const snapshots = await countSnapshots(db, run);
  const count =
    run.fetched === null || run.fetched === snapshots
      ? ""
      : ` It fetched ${run.fetched} targets, and ${snapshots} of ${run.data_date} are there.`;
  return altered(
    run.id,
    "snapshot",
    `Its snapshots, official scores or scope changes are not what was sealed.${count}`,
  );
}

/** What is sealed of one run, against its rows. `previous` is the link before; null is none. */
async function* oneRun(
  db: TablesOnly,
  run: Run,
  seal: RunSeal,
  previous: RunSeal | null,
): AsyncGenerator<LedgerFinding> {
  const { facts_hash: factsHash, gaps_hash: gapsHash } = seal;
  const link = chainHash({ previous: previous?.chain_hash ?? null, run, factsHash, gapsHash });
  if (!link.equals(seal.chain_hash)) {
    const before = run.id - 1;
    const hole =
      before > 0 && previous?.run_id !== before ? ` There is no sealed run ${before} before it.` : "";
    yield altered(run.id, "run", `Its row, its seal or the seal before it is not what was sealed.${hole}`);
  }
  if (!(await hashLines(runFacts(db, run))).equals(factsHash)) yield await factsFinding(db, run);
  if ((await gapsStand(db, run)) && !(await hashLines(runGaps(db, run))).equals(gapsHash)) {
    yield altered(run.id, "gap", `What is missing on ${run.data_date} is not what was sealed.`);
  }
}

const unsealed = (runs: readonly Run[]): LedgerFinding[] => {
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [
    {
      kind: "unsealed",
      table: "run",
      key: first === last ? `run ${first.id}` : `runs ${first.id} to ${last.id}`,
      runId: null,
      detail: "They are older than seals are: nothing proves that they were not changed.",
    },
  ];
};

/** The chain from the first seal to the last, and of each run what it has on record. */
export async function* verifyRuns(db: TablesOnly, pause: () => Promise<void>): AsyncGenerator<LedgerFinding> {
  const runs = await db.selectFrom("run").selectAll().orderBy("id").execute();
  const seals = await db.selectFrom("run_seal").selectAll().orderBy("run_id").execute();
  const sealOfRun = new Map(seals.map((seal) => [seal.run_id, seal]));
  const first = seals[0]?.run_id ?? Number.POSITIVE_INFINITY;
  yield* unsealed(runs.filter(({ id, status }) => id < first && status !== "running"));

  let previous: RunSeal | null = null;
  for (const run of runs) {
    await pause();
    const seal = sealOfRun.get(run.id);
    sealOfRun.delete(run.id);
    if (seal !== undefined) {
      yield* oneRun(db, run, seal, previous);
      previous = seal;
    } else if (run.id > first && run.status !== "running") {
      yield altered(run.id, "run_seal", `It ended (${run.status}), and its seal is gone.`);
    }
  }
  for (const runId of sealOfRun.keys()) yield altered(runId, "run", "It has a seal, and is gone itself.");
}
