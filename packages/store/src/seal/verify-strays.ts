import { targetNightFinding } from "../audit/target-night-finding.ts";
import { verifyNumbers } from "../audit/verify-numbers.ts";
import { verifyRetractions } from "../audit/verify-retractions.ts";
import type { LedgerFinding } from "./ledger-finding.ts";
import type { TablesOnly } from "./lines.ts";

/** So many rows of a kind are named; more say no more. */
const MOST = 100;

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

/** Rows that no run's seal covers, so that they would be seen by nobody. */
export async function* verifyStrays(
  db: TablesOnly,
  pause: () => Promise<void>,
): AsyncGenerator<LedgerFinding> {
  yield* (await straySnapshots(db)).map(
    targetNightFinding("snapshot", "Its run had another night, and no replay admitted it."),
  );
  await pause();
  yield* await strayScores(db);
  yield* await strayScopeChanges(db);
  yield* verifyRetractions(db);
  yield* verifyNumbers(db);
  await pause();
  yield* (await strayRevisions(db)).map(targetNightFinding("revision", "Its run is none that reads anew."));
  yield* (await unlinked(db)).map(
    targetNightFinding("revision", "It does not begin where the one before it ended."),
  );
  await pause();
  yield* (await unrevised(db)).map(
    targetNightFinding("snapshot", "It shows another risk list than its last revision says."),
  );
}
