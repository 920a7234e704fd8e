import { type Kysely, sql } from "kysely";
import { NOT_RUN, RETRACTED } from "../gap.ts";
import type { LedgerFinding } from "../seal/ledger-finding.ts";
import type { TablesOnly } from "../seal/lines.ts";
import type { Schema } from "../tables.ts";
import { type TargetNightRow, targetNightFinding } from "./target-night-finding.ts";

/** So many rows of a kind are named; more say no more. */
const MOST = 100;

/** Rows beside the tables of the views that no retraction which stands has put there, and rows that it did not. */
async function strayRetracted(db: TablesOnly): Promise<LedgerFinding[]> {
  const { rows } = await sql<TargetNightRow & { outcome: string; there: number }>`
    SELECT r.data_date, r.run_id, w.target_id, w.outcome, w.there FROM (
      SELECT m.retraction_id, m.target_id, m.outcome, 0 AS there FROM retraction_target m
        WHERE NOT EXISTS (SELECT 1 FROM retraction u WHERE u.undoes = m.retraction_id)
          AND (m.outcome = 'fresh' AND NOT EXISTS (SELECT 1 FROM retracted_snapshot s
              WHERE s.retraction_id = m.retraction_id AND s.target_id = m.target_id)
            OR m.outcome = 'missing' AND NOT EXISTS (SELECT 1 FROM retracted_gap g
              WHERE g.retraction_id = m.retraction_id AND g.target_id = m.target_id))
      UNION ALL
      SELECT s.retraction_id, s.target_id, 'fresh' AS outcome, 1 AS there FROM retracted_snapshot s
        WHERE NOT EXISTS (SELECT 1 FROM retraction_target m
            WHERE m.retraction_id = s.retraction_id AND m.target_id = s.target_id AND m.outcome = 'fresh')
          OR EXISTS (SELECT 1 FROM retraction u WHERE u.undoes = s.retraction_id)
    ) AS w JOIN retraction r ON r.id = w.retraction_id
    ORDER BY w.target_id LIMIT ${MOST}`.execute(db as unknown as Kysely<Schema>);
  return rows.map((row) =>
    targetNightFinding(
      row.outcome === "fresh" ? "retracted_snapshot" : "retracted_gap",
      row.there === 1
        ? "It lies beside the tables that views read, and no retraction that stands put it there."
        : "A retraction took it out, and it is gone.",
    )(row),
  );
}

/** Retractions that no seal covers: their run is none that retracts, or had another night. */
async function strayRetractions(db: TablesOnly): Promise<LedgerFinding[]> {
  const rows = await db
    .selectFrom("retraction as x")
    .leftJoin("run as r", (join) =>
      join
        .onRef("r.id", "=", "x.run_id")
        .onRef("r.data_date", "=", "x.data_date")
        .on("r.kind", "=", "retract"),
    )
    .select(["x.id", "x.run_id"])
    .where("r.id", "is", null)
    .limit(MOST)
    .execute();
  return rows.map(({ id, run_id }) => ({
    kind: "altered",
    table: "retraction",
    key: `retraction ${id}`,
    runId: run_id,
    detail: "Its run is none that retracts this night.",
  }));
}

/** Rows that were moved beside the tables, and which their retraction does not name. */
async function unnamedMoves(db: TablesOnly): Promise<LedgerFinding[]> {
  const named = (
    outcome: string,
  ) => sql`EXISTS (SELECT 1 FROM retraction_target t WHERE t.retraction_id = r.id
    AND t.target_id = m.target_id AND t.outcome = ${outcome})`;
  const own = (table: string) => sql`
    SELECT ${sql.lit(table)} AS moved, m.target_id, m.data_date, r.run_id FROM ${sql.table(table)} m
      JOIN retraction r ON r.id = m.retraction_id
      WHERE m.data_date <> r.data_date OR r.undoes IS NOT NULL OR NOT ${named("fresh")}`;
  // gaps of nights on which nothing ran come and go with the calendar; an undone retraction clears the way for answers
  const { rows } = await sql<TargetNightRow & { moved: string }>`
    SELECT * FROM (
      ${own("retracted_snapshot")} UNION ALL ${own("retracted_official_score")}
      UNION ALL ${own("retracted_revision")} UNION ALL ${own("retracted_drift")}
      UNION ALL
      SELECT 'retracted_gap' AS moved, m.target_id, m.data_date, r.run_id FROM retracted_gap m
        JOIN retraction r ON r.id = m.retraction_id
        WHERE NOT (m.failure_kind IN (${NOT_RUN}, ${RETRACTED}) AND (m.data_date = r.data_date OR NOT EXISTS (
            SELECT 1 FROM snapshot s JOIN run n ON n.id = s.run_id
            WHERE s.data_date = m.data_date AND s.target_id <> m.target_id AND r.undoes IS NULL)))
          AND NOT (r.undoes IS NULL AND m.data_date = r.data_date AND ${named("missing")})
          AND NOT (r.undoes IS NOT NULL AND EXISTS (SELECT 1 FROM retraction_target t
            WHERE t.retraction_id = r.undoes AND t.target_id = m.target_id AND r.data_date = m.data_date))
    ) AS moves ORDER BY moved, data_date, target_id LIMIT ${MOST}`.execute(db as unknown as Kysely<Schema>);
  return rows.map((row) =>
    targetNightFinding(
      row.moved,
      "It lies beside the tables that views read, and its retraction does not name it.",
    )(row),
  );
}

/** Retractions against the rows that they moved: no more and no fewer, and each of a run that retracts its night. */
export async function* verifyRetractions(db: TablesOnly): AsyncGenerator<LedgerFinding> {
  yield* await strayRetracted(db);
  yield* await strayRetractions(db);
  yield* await unnamedMoves(db);
}
