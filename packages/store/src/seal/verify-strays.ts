import { type Kysely, sql } from "kysely";
import { NOT_RUN, RETRACTED } from "../gap.ts";
import type { Schema } from "../tables.ts";
import type { LedgerFinding } from "./ledger-finding.ts";
import type { TablesOnly } from "./lines.ts";

/** So many rows of a kind are named; more say no more. */
const MOST = 100;

interface TargetNightRow {
  target_id: number;
  data_date: string;
  run_id: number;
}

const told =
  (table: string, detail: string) =>
  ({ target_id, data_date, run_id }: TargetNightRow): LedgerFinding => ({
    kind: "altered",
    table,
    key: `target ${target_id} on ${data_date}`,
    runId: run_id,
    detail,
  });

/** Snapshots that no seal covers: their run had another night, and no replay admitted them. */
const straySnapshots = (db: TablesOnly) =>
  db
    .selectFrom("snapshot as s")
    .leftJoin("run as r", (join) =>
      join
        .onRef("r.id", "=", "s.run_id")
        .onRef("r.data_date", "=", "s.data_date")
        .on("r.kind", "=", "ingest"),
    )
    .leftJoin("revision as v", (join) =>
      join
        .onRef("v.target_id", "=", "s.target_id")
        .onRef("v.data_date", "=", "s.data_date")
        .onRef("v.run_id", "=", "s.run_id")
        .on("v.risk_list_before", "is", null),
    )
    .select(["s.target_id", "s.data_date", "s.run_id"])
    .where("r.id", "is", null)
    .where("v.id", "is", null)
    .limit(MOST)
    .execute();

/** Revisions that no seal covers: their run is none that reads anew. */
const strayRevisions = (db: TablesOnly) =>
  db
    .selectFrom("revision as v")
    .leftJoin("run as r", (join) => join.onRef("r.id", "=", "v.run_id").on("r.kind", "=", "replay"))
    .select(["v.target_id", "v.data_date", "v.run_id"])
    .where("r.id", "is", null)
    .limit(MOST)
    .execute();

/** Snapshots that show another risk list than the last revision of theirs says. */
const unrevised = (db: TablesOnly) =>
  db
    .selectFrom("revision as v")
    .innerJoin("snapshot as s", (join) =>
      join.onRef("s.target_id", "=", "v.target_id").onRef("s.data_date", "=", "v.data_date"),
    )
    .select(["v.target_id", "v.data_date", "v.run_id"])
    .whereRef("s.risk_list_id", "<>", "v.risk_list_after")
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("revision as w")
            .select("w.id")
            .whereRef("w.target_id", "=", "v.target_id")
            .whereRef("w.data_date", "=", "v.data_date")
            .whereRef("w.id", ">", "v.id"),
        ),
      ),
    )
    .limit(MOST)
    .execute();

/** Revisions that do not begin where the one before ended. */
const unlinked = (db: TablesOnly) =>
  db
    .selectFrom("revision as v")
    .innerJoin("revision as p", (join) =>
      join
        .onRef("p.target_id", "=", "v.target_id")
        .onRef("p.data_date", "=", "v.data_date")
        .onRef("p.id", "<", "v.id"),
    )
    .select(["v.target_id", "v.data_date", "v.run_id"])
    .where(({ and, or, eb, not, exists, ref, selectFrom }) =>
      and([
        or([eb("v.risk_list_before", "is", null), eb("v.risk_list_before", "<>", ref("p.risk_list_after"))]),
        not(
          exists(
            selectFrom("revision as w")
              .select("w.id")
              .whereRef("w.target_id", "=", "v.target_id")
              .whereRef("w.data_date", "=", "v.data_date")
              .whereRef("w.id", ">", "p.id")
              .whereRef("w.id", "<", "v.id"),
          ),
        ),
      ]),
    )
    .limit(MOST)
    .execute();

async function strayScopeChanges(db: TablesOnly): Promise<LedgerFinding[]> {
  const rows = await db
    .selectFrom("scope_change as c")
    .leftJoin("run as r", (join) =>
      join
        .onRef("r.id", "=", "c.run_id")
        .on(({ eb, or, ref }) =>
          or([eb("r.data_date", "=", ref("c.data_date")), eb("r.kind", "=", "retract")]),
        ),
    )
    .select(["c.id", "c.run_id"])
    .where("r.id", "is", null)
    .limit(MOST)
    .execute();
  return rows.map(({ id, run_id }) => ({
    kind: "altered",
    table: "scope_change",
    key: `row ${id}`,
    runId: run_id,
    detail: "Its run had another night.",
  }));
}

async function strayScores(db: TablesOnly): Promise<LedgerFinding[]> {
  const rows = await db
    .selectFrom("official_score as o")
    .leftJoin("snapshot as s", (join) =>
      join.onRef("s.target_id", "=", "o.target_id").onRef("s.data_date", "=", "o.data_date"),
    )
    .select(["o.target_id", "o.data_date"])
    .where("s.target_id", "is", null)
    .limit(MOST)
    .execute();
  return rows.map(({ target_id, data_date }) => ({
    kind: "altered",
    table: "official_score",
    key: `target ${target_id} on ${data_date}`,
    runId: null,
    detail: "There is no snapshot beside it.",
  }));
}

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
    told(
      row.outcome === "fresh" ? "retracted_snapshot" : "retracted_gap",
      row.there === 1
        ? "It lies beside the tables that views read, and no retraction that stands put it there."
        : "A retraction took it out, and it is gone.",
    )(row),
  );
}

/** Tables whose rows are numbered from 1 on, by their number. */
const NUMBERED = {
  run: "id",
  run_seal: "run_id",
  ledger_seal: "id",
  target: "id",
  payload: "id",
  payload_block: "id",
  risk_list: "id",
  severity_word: "id",
  counter_name: "id",
  policy_text: "id",
  scope_change: "id",
  revision: "id",
  exception_period: "id",
  delivery: "id",
  delivery_event: "id",
  state_change: "id",
  retraction: "id",
  retraction_effect: "id",
  retracted_revision: "id",
  retracted_scope_change: "id",
} as const;

/** Rows below the first number: whoever goes through the numbers would pass them over. */
async function unnumbered(db: TablesOnly): Promise<LedgerFinding[]> {
  const findings: LedgerFinding[] = [];
  for (const [table, id] of Object.entries(NUMBERED)) {
    const { rows } = await sql<{ id: number }>`
      SELECT ${sql.ref(id)} AS id FROM ${sql.table(table)} WHERE ${sql.ref(id)} < 1 LIMIT ${MOST}`.execute(
      db as unknown as Kysely<Schema>,
    );
    findings.push(
      ...rows.map(
        (row): LedgerFinding => ({
          kind: "altered",
          table,
          key: `row ${row.id}`,
          runId: null,
          detail: "Rows are numbered from 1 on.",
        }),
      ),
    );
  }
  return findings;
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
    told(row.moved, "It lies beside the tables that views read, and its retraction does not name it.")(row),
  );
}

/** Rows that no run's seal covers, so that they would be seen by nobody. */
export async function* verifyStrays(
  db: TablesOnly,
  pause: () => Promise<void>,
): AsyncGenerator<LedgerFinding> {
  yield* (await straySnapshots(db)).map(
    told("snapshot", "Its run had another night, and no replay admitted it."),
  );
  await pause();
  yield* await strayScores(db);
  yield* await strayScopeChanges(db);
  yield* await strayRetracted(db);
  yield* await strayRetractions(db);
  yield* await unnamedMoves(db);
  yield* await unnumbered(db);
  await pause();
  yield* (await strayRevisions(db)).map(told("revision", "Its run is none that reads anew."));
  yield* (await unlinked(db)).map(told("revision", "It does not begin where the one before it ended."));
  await pause();
  yield* (await unrevised(db)).map(
    told("snapshot", "It shows another risk list than its last revision says."),
  );
}
