import { PostgresAdapter, sql, type Transaction } from "kysely";
import type { Ledger } from "../open.ts";
import type { Schema } from "../tables.ts";
import { APPENDED } from "./appended-tables.ts";
import { type LedgerSeal, ledgerLink } from "./ledger-link.ts";
import { type Marks, marksText, parseMarks, presentMarks } from "./marks.ts";
import { hintsOf, recordHashes, recordsHash } from "./record-lines.ts";

/**
 * Lets one process seal at a time, and nobody append meanwhile: a number that another one has taken and not written yet
 * would be passed over. SQLite has one writer in any case.
 */
async function lockRecords(tx: Transaction<Schema>): Promise<void> {
  if (!(tx.getExecutor().adapter instanceof PostgresAdapter)) return;
  await sql`LOCK TABLE ledger_seal IN SHARE ROW EXCLUSIVE MODE`.execute(tx);
  const appended = sql.join(APPENDED.map((table) => sql.table(table)));
  await sql`LOCK TABLE ${appended} IN SHARE MODE`.execute(tx);
}

const newestSeal = async (tx: Transaction<Schema>): Promise<LedgerSeal> =>
  await tx
    .selectFrom("ledger_seal")
    .selectAll()
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirstOrThrow(() => new Error("The table ledger_seal is empty: its first row came with it."));

/** The link of a run, or of the newest run that is sealed. */
const runLink = async (tx: Transaction<Schema>, runId: number | null) =>
  await tx
    .selectFrom("run_seal")
    .select(["run_id", "chain_hash"])
    .$if(runId !== null, (query) => query.where("run_id", "=", runId))
    .orderBy("run_id", "desc")
    .limit(1)
    .executeTakeFirst();

interface Next {
  last: LedgerSeal;
  until: Marks;
  endedRun: number | null;
}

async function addSeal(tx: Transaction<Schema>, { last, until, endedRun }: Next): Promise<void> {
  const link = await runLink(tx, endedRun);
  const hashes = await recordHashes(tx, { endedRun, before: parseMarks(last.marks), until });
  const seal: Omit<LedgerSeal, "chain_hash"> = {
    id: last.id + 1,
    kind: endedRun === null ? "records" : "run",
    run_id: link?.run_id ?? null,
    marks: marksText({ ...until, hints: hintsOf(hashes) }),
    facts_hash: recordsHash(hashes),
  };
  const chain_hash = ledgerLink(seal, last.chain_hash, link?.chain_hash ?? null);
  await tx
    .insertInto("ledger_seal")
    .values({ ...seal, chain_hash })
    .execute();
}

/** Seals what a run's end leaves on record, after the run itself, in the transaction that ends it. */
export async function sealLedger(tx: Transaction<Schema>, endedRun: number): Promise<void> {
  await lockRecords(tx);
  await addSeal(tx, { last: await newestSeal(tx), until: await presentMarks(tx), endedRun });
}

/**
 * Seals what was put on record since the last seal, such as deliveries after a run's end. Where nothing was, it writes
 * nothing. Within a transaction of its own: what it seals was committed before.
 */
export async function sealRecords({ db }: Ledger): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await lockRecords(tx);
    const last = await newestSeal(tx);
    const until = await presentMarks(tx);
    const before = parseMarks(last.marks);
    const isNew = APPENDED.some((table) => (until.rows[table] ?? 0) > (before.rows[table] ?? 0));
    // the calendar is a run's: it is sealed with its end
    if (isNew) await addSeal(tx, { last, until: { ...until, nights: before.nights }, endedRun: null });
  });
}
