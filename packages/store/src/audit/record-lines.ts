import { hashOf } from "../content.ts";
import { hashLines, hex, type Line, type TablesOnly } from "../seal/lines.ts";
import { everRowOf, hasRetractions } from "../seal/moved-rows.ts";
import { appendedLines } from "./appended-lines.ts";
import { APPENDED } from "./appended-tables.ts";
import type { Marks } from "./marks.ts";

async function* stateChanges(db: TablesOnly, runId: number): AsyncGenerator<Line[]> {
  const rows = await db
    .selectFrom("state_change")
    .select(["id", "deflated"])
    .where("run_id", "=", runId)
    .orderBy("id")
    .execute();
  yield rows.map(({ id, deflated }) => ["state_change", id, hex(hashOf(deflated))]);
}

/** The fields that a run saw first. Their order is not the engine's, which depends on its collation. */
async function* drifts(db: TablesOnly, runId: number): AsyncGenerator<Line[]> {
  const rows = await db
    .selectFrom(everRowOf("drift", "d", await hasRetractions(db)))
    .selectAll("d")
    .where("run_id", "=", runId)
    .execute();
  yield rows
    .map((row): Line => ["drift", row.field, row.target_id, row.data_date])
    .sort((a, b) => (String(a[1]) < String(b[1]) ? -1 : 1));
}

async function* measures(db: TablesOnly, runId: number): AsyncGenerator<Line[]> {
  const rows = await db.selectFrom("run_measure").selectAll().where("run_id", "=", runId).execute();
  yield rows.map((row) => [
    "run_measure",
    row.calls,
    row.quota_calls,
    row.received_bytes,
    row.seconds,
    row.throttled_seconds,
    row.minutes,
    row.slowest,
  ]);
}

/** Whose rows a seal covers: those of a run that ends with it, or of none, and appended rows from marks to marks. */
export interface RecordSpan {
  endedRun: number | null;
  before: Marks;
  until: Marks;
}

function* linesByTable(
  db: TablesOnly,
  { endedRun, before, until }: RecordSpan,
): Generator<readonly [table: string, pages: AsyncIterable<Line[]>]> {
  for (const table of APPENDED) {
    const span = { after: before.rows[table] ?? 0, upTo: until.rows[table] ?? 0 };
    if (span.after < span.upTo) yield [table, appendedLines(db, table, span)];
  }
  if (endedRun === null) return;
  yield ["state_change", stateChanges(db, endedRun)];
  yield ["drift", drifts(db, endedRun)];
  yield ["run_measure", measures(db, endedRun)];
}

/** What no line at all is hashed to. */
const NO_LINES = hashOf("0");

/** What a seal of the ledger covers beside what the seal of its run does: a hash for each table that has rows of it. */
export async function recordHashes(db: TablesOnly, span: RecordSpan): Promise<Map<string, Buffer>> {
  const hashes = new Map<string, Buffer>();
  for (const [table, pages] of linesByTable(db, span)) {
    const hash = await hashLines(pages);
    if (!hash.equals(NO_LINES)) hashes.set(table, hash);
  }
  return hashes;
}

/** All of them in one. */
export const recordsHash = (hashes: ReadonlyMap<string, Buffer>): Buffer =>
  hashOf(JSON.stringify([...hashes].map(([table, hash]) => [table, hex(hash)])));

/** The beginnings of those hashes: where they no longer come to the sealed one, they say whose table it is. */
export const hintsOf = (hashes: ReadonlyMap<string, Buffer>): Record<string, string> =>
  Object.fromEntries([...hashes].map(([table, hash]) => [table, hash.toString("hex", 0, 4)]));
