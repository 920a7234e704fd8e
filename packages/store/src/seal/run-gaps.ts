import { dateOf, dayNumber } from "../calendar.ts";
import { hex, type Line, PAGE, type TablesOnly } from "./lines.ts";
import { everRowOf, gapsAtEndOf, hasRetractions } from "./moved-rows.ts";
import type { SealedRun } from "./run-facts.ts";

/** The last night before this run's that an earlier run is known to have planned. */
async function plannedBefore(db: TablesOnly, run: SealedRun): Promise<string> {
  const { last } = await db
    .selectFrom("run")
    .select((eb) => eb.fn.max<string | null>("data_date").as("last"))
    .where("id", "<", run.id)
    .where("kind", "=", "ingest")
    .where("expected", ">", 0)
    .where("data_date", "<", run.data_date)
    .executeTakeFirstOrThrow();
  return last ?? "";
}

/** The nights whose gaps a run answers for: its own, and those before it on which nothing ran. */
export interface GapNights {
  /** Not this one any more. */
  after: string;
  until: string;
}

export const gapNights = async (db: TablesOnly, run: SealedRun): Promise<GapNights> => ({
  after: await plannedBefore(db, run),
  until: run.kind === "retract" ? await lastBeforeNext(db, run) : run.data_date,
});

/** A retraction may change what is missing up to the next night that a run before it planned. */
async function lastBeforeNext(db: TablesOnly, run: SealedRun): Promise<string> {
  const { next } = await db
    .selectFrom("run")
    .select((eb) => eb.fn.min<string | null>("data_date").as("next"))
    .where("id", "<", run.id)
    .where("kind", "=", "ingest")
    .where("expected", ">", 0)
    .where("data_date", ">", run.data_date)
    .executeTakeFirstOrThrow();
  return next === null ? run.data_date : dateOf(dayNumber(next) - 1);
}

async function* gapsOfNight(
  db: TablesOnly,
  run: SealedRun,
  { dataDate, moved }: { dataDate: string; moved: boolean },
): AsyncGenerator<Line[]> {
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const rows = await db
      .selectFrom(gapsAtEndOf(run.id, "g", moved))
      .innerJoin("target as t", "t.id", "g.target_id")
      .leftJoin("payload as p", "p.id", "g.payload_id")
      .select(["t.account", "t.region", "t.project_id", "t.enterprise_project_id", "g.target_id"])
      .select(["g.run_id", "g.failure_kind", "g.detail", "g.attempts", "p.hash as payload"])
      .where("g.data_date", "=", dataDate)
      .where("g.run_id", "<=", run.id)
      .where("g.target_id", ">", after)
      .orderBy("g.target_id")
      .limit(PAGE)
      .execute();
    yield rows.map((row) => [
      "gap",
      row.account,
      row.region,
      row.project_id,
      row.enterprise_project_id,
      dataDate,
      row.run_id,
      row.failure_kind,
      row.detail,
      row.attempts,
      hex(row.payload),
    ]);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.target_id;
  }
}

/** The nights between two dates that have gaps, or had them before a retraction. */
async function nightsWithGaps(
  db: TablesOnly,
  { after, until }: GapNights,
  moved: boolean,
): Promise<string[]> {
  const nights = await db
    .selectFrom(everRowOf("gap", "g", moved))
    .select("data_date")
    .distinct()
    .where("data_date", ">", after)
    .where("data_date", "<=", until)
    .orderBy("data_date")
    .execute();
  return nights.map(({ data_date }) => data_date);
}

/** What is missing on a run's nights when it ends. A later run of these nights may fill it. */
export async function* runGaps(db: TablesOnly, run: SealedRun): AsyncGenerator<Line[]> {
  const moved = await hasRetractions(db);
  for (const dataDate of await nightsWithGaps(db, await gapNights(db, run), moved)) {
    yield* gapsOfNight(db, run, { dataDate, moved });
  }
}
