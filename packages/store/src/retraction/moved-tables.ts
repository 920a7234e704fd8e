import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Schema } from "../tables.ts";

/** Tables whose rows leave them with a retracted night, and the columns that go along. */
export const MOVED_COLUMNS = {
  snapshot: ["data_date", "target_id", "risk_list_id", "payload_id", "run_id", "fetched_at", "attempts"],
  gap: ["data_date", "target_id", "failure_kind", "detail", "attempts", "run_id", "payload_id"],
  official_score: ["target_id", "data_date", "score", "risk_num", "risk_host_num", "failure_kind"],
  revision: ["id", "run_id", "target_id", "data_date", "risk_list_before", "risk_list_after"],
  drift: ["field", "target_id", "data_date", "run_id"],
  scope_change: [
    ...(["id", "data_date", "run_id", "account", "region", "project_id", "enterprise_project_id"] as const),
    ...(["project_name", "change", "reason", "detail"] as const),
  ],
} as const;

export type MovedTable = keyof typeof MOVED_COLUMNS;

const listed = (columns: readonly string[]) => sql.join(columns.map((column) => sql.ref(column)));

/** Moves rows out of the table that views read. How many. */
export async function moveOut(
  tx: Transaction<Schema>,
  table: MovedTable,
  { retractionId, where }: { retractionId: number; where: RawBuilder<unknown> },
): Promise<number> {
  const columns = listed(MOVED_COLUMNS[table]);
  await sql`INSERT INTO ${sql.table(`retracted_${table}`)} (retraction_id, ${columns})
    SELECT ${retractionId}, ${columns} FROM ${sql.table(table)} WHERE ${where}`.execute(tx);
  const { numAffectedRows } = await sql`DELETE FROM ${sql.table(table)} WHERE ${where}`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/**
 * Moves the rows of a retraction back. A number that another row has been given meanwhile is not taken from it: the row
 * gets the next free one, and rows of one run keep their order.
 */
export async function moveBack(
  tx: Transaction<Schema>,
  table: Exclude<MovedTable, "drift">,
  retractionId: number,
): Promise<void> {
  const columns: readonly string[] = MOVED_COLUMNS[table];
  const from = sql.table(`retracted_${table}`);
  if (table === "revision" || table === "scope_change") await renumber(tx, table, retractionId);
  await sql`INSERT INTO ${sql.table(table)} (${listed(columns)})
    SELECT ${listed(columns)} FROM ${from} WHERE retraction_id = ${retractionId}`.execute(tx);
  await sql`DELETE FROM ${from} WHERE retraction_id = ${retractionId}`.execute(tx);
}

/** A field that a later run has seen since is on record with that run, and what it was seen in before stays beside. */
export async function moveDriftBack(tx: Transaction<Schema>, retractionId: number): Promise<void> {
  const columns = listed(MOVED_COLUMNS.drift);
  await sql`INSERT INTO drift (${columns}) SELECT ${columns} FROM retracted_drift
    WHERE retraction_id = ${retractionId} AND field NOT IN (SELECT d.field FROM drift d)`.execute(tx);
  await sql`DELETE FROM retracted_drift WHERE retraction_id = ${retractionId} AND EXISTS (
    SELECT 1 FROM drift d WHERE d.field = retracted_drift.field AND d.run_id = retracted_drift.run_id)`.execute(
    tx,
  );
}

async function renumber(
  tx: Transaction<Schema>,
  table: "revision" | "scope_change",
  retractionId: number,
): Promise<void> {
  const moved = sql.table(`retracted_${table}`);
  const { rows } = await sql<{ id: number }>`
    SELECT m.id FROM ${moved} m WHERE m.retraction_id = ${retractionId}
      AND EXISTS (SELECT 1 FROM ${sql.table(table)} t WHERE t.id = m.id) ORDER BY m.id`.execute(tx);
  if (rows.length === 0) return;
  const { rows: last } = await sql<{ id: number }>`
    SELECT MAX(id) AS id FROM (SELECT id FROM ${sql.table(table)} UNION ALL SELECT id FROM ${moved}) AS ids`.execute(
    tx,
  );
  let next = last[0]?.id ?? 0;
  for (const { id } of rows) {
    next += 1;
    await sql`UPDATE ${moved} SET id = ${next} WHERE retraction_id = ${retractionId} AND id = ${id}`.execute(
      tx,
    );
  }
}
