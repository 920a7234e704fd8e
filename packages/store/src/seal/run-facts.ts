import { sql } from "kysely";
import { hex, type Line, PAGE, type TablesOnly } from "./lines.ts";
import { everRowOf, hasRetractions } from "./moved-rows.ts";

/** What is asked of a run to find its rows. */
export interface SealedRun {
  id: number;
  kind: string;
  data_date: string;
}

const IDENTITY = ["t.account", "t.region", "t.project_id", "t.enterprise_project_id"] as const;

interface Identity {
  account: string;
  region: string;
  project_id: string;
  enterprise_project_id: string;
}
const identity = (row: Identity) =>
  [row.account, row.region, row.project_id, row.enterprise_project_id] as const;

/**
 * The risk list that a snapshot had at the end of its own run: what the first replay after it found there, else what
 * it has now.
 */
const riskListThen = (moved: boolean) => sql<number>`COALESCE((
  SELECT v.risk_list_before FROM ${everRowOf("revision", "v", moved)}
    WHERE v.target_id = s.target_id AND v.data_date = s.data_date AND v.moved_by = s.moved_by AND v.run_id > s.run_id
    ORDER BY v.id LIMIT 1), s.risk_list_id)`;

async function snapshotPage(db: TablesOnly, run: SealedRun, after: number, moved: boolean) {
  return await db
    .selectFrom(everRowOf("snapshot", "s", moved))
    .innerJoin("target as t", "t.id", "s.target_id")
    .innerJoin("payload as p", "p.id", "s.payload_id")
    .innerJoin("risk_list as l", (join) => join.on("l.id", "=", riskListThen(moved)))
    .leftJoin(everRowOf("official_score", "o", moved), (join) =>
      join
        .onRef("o.target_id", "=", "s.target_id")
        .onRef("o.data_date", "=", "s.data_date")
        .onRef("o.moved_by", "=", "s.moved_by"),
    )
    .select([...IDENTITY, "s.target_id", "s.fetched_at", "s.attempts"])
    .select(["l.hash as risk_list", "p.hash as payload", "o.target_id as scored"])
    .select(["o.score", "o.risk_num", "o.risk_host_num", "o.failure_kind"])
    .where("s.data_date", "=", run.data_date)
    .where("s.run_id", "=", run.id)
    .where("s.target_id", ">", after)
    .orderBy("s.target_id")
    .limit(PAGE)
    .execute();
}

/** A run's snapshots on its night, each with what ShowRiskScore said beside it. */
async function* snapshots(db: TablesOnly, run: SealedRun, moved: boolean): AsyncGenerator<Line[]> {
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const rows = await snapshotPage(db, run, after, moved);
    yield rows.flatMap((row): Line[] => {
      const snapshot: Line = [
        "snapshot",
        ...identity(row),
        run.data_date,
        hex(row.risk_list),
        hex(row.payload),
        row.fetched_at,
        row.attempts,
      ];
      if (row.scored === null) return [snapshot];
      return [snapshot, ["official_score", row.score, row.risk_num, row.risk_host_num, row.failure_kind]];
    });
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.target_id;
  }
}

/** What a retraction notes in the stead of the runs that it takes out lies on another night than its own. */
async function* scopeChanges(db: TablesOnly, run: SealedRun, moved: boolean): AsyncGenerator<Line[]> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom(everRowOf("scope_change", "c", moved))
      .selectAll("c")
      .$if(run.kind !== "retract", (query) => query.where("data_date", "=", run.data_date))
      .where("run_id", "=", run.id)
      .where("id", ">", after)
      .orderBy("id")
      .limit(PAGE)
      .execute();
    yield rows.map((row) => [
      "scope_change",
      ...identity(row),
      row.project_name,
      row.data_date,
      row.change,
      row.reason,
      // none before there were any, so that earlier seals stand
      ...(row.detail === null ? [] : [row.detail]),
    ]);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
}

async function revisionPage(db: TablesOnly, run: SealedRun, after: number, moved: boolean) {
  return await db
    .selectFrom(everRowOf("revision", "v", moved))
    .innerJoin("target as t", "t.id", "v.target_id")
    .leftJoin("risk_list as b", "b.id", "v.risk_list_before")
    .innerJoin("risk_list as a", "a.id", "v.risk_list_after")
    .leftJoin(everRowOf("snapshot", "s", moved), (join) =>
      join
        .onRef("s.target_id", "=", "v.target_id")
        .onRef("s.data_date", "=", "v.data_date")
        .onRef("s.moved_by", "=", "v.moved_by")
        .on("v.risk_list_before", "is", null),
    )
    .leftJoin("payload as p", "p.id", "s.payload_id")
    .select([...IDENTITY, "v.id", "v.data_date", "b.hash as before", "a.hash as after"])
    .select(["s.run_id as admitted_by", "p.hash as payload", "s.fetched_at", "s.attempts"])
    .where("v.run_id", "=", run.id)
    .where("v.id", ">", after)
    .orderBy("v.id")
    .limit(PAGE)
    .execute();
}

/** What a replay read otherwise, and the snapshots it admitted from quarantine. */
async function* revisions(db: TablesOnly, run: SealedRun, moved: boolean): AsyncGenerator<Line[]> {
  for (let after = 0; ; ) {
    const rows = await revisionPage(db, run, after, moved);
    yield rows.map((row) => [
      "revision",
      ...identity(row),
      row.data_date,
      hex(row.before),
      hex(row.after),
      row.admitted_by,
      hex(row.payload),
      row.fetched_at,
      row.attempts,
    ]);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
}

/** What a retraction took out or put back, target by target. */
async function* retractions(db: TablesOnly, run: SealedRun): AsyncGenerator<Line[]> {
  const rows = await db
    .selectFrom("retraction as r")
    .leftJoin("retraction as u", "u.id", "r.undoes")
    .select(["r.id", "r.data_date", "r.only_filter", "r.reason", "u.run_id as undone_run"])
    .where("r.run_id", "=", run.id)
    .orderBy("r.id")
    .execute();
  for (const { id, data_date, only_filter, reason, undone_run } of rows) {
    const targets = await db
      .selectFrom("retraction_target as m")
      .innerJoin("target as t", "t.id", "m.target_id")
      .select([...IDENTITY, "m.outcome"])
      .where("m.retraction_id", "=", id)
      .orderBy("m.target_id")
      .execute();
    yield [
      ["retraction", data_date, only_filter, reason, undone_run],
      ...targets.map((target): Line => ["retracted", ...identity(target), target.outcome]),
    ];
  }
}

/**
 * What a run put on record and nothing may change any more, as it was at the run's end. A run that fetched has
 * snapshots, all on its own night; a retraction has what it moved; any other has revisions, on any night.
 */
export async function* runFacts(db: TablesOnly, run: SealedRun): AsyncGenerator<Line[]> {
  const moved = await hasRetractions(db);
  if (run.kind === "ingest") yield* snapshots(db, run, moved);
  else if (run.kind === "retract") yield* retractions(db, run);
  else yield* revisions(db, run, moved);
  yield* scopeChanges(db, run, moved);
}
