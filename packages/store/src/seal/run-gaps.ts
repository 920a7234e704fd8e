import { hex, type Line, PAGE, type TablesOnly } from "./lines.ts";
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
  until: run.data_date,
});

async function* gapsOfNight(db: TablesOnly, run: SealedRun, dataDate: string): AsyncGenerator<Line[]> {
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const rows = await db
      .selectFrom("gap as g")
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

/** What is missing on a run's nights when it ends. A later run of these nights may fill it. */
export async function* runGaps(db: TablesOnly, run: SealedRun): AsyncGenerator<Line[]> {
  const { after, until } = await gapNights(db, run);
  const nights = await db
    .selectFrom("night")
    .select("data_date")
    .where("data_date", ">", after)
    .where("data_date", "<=", until)
    .orderBy("day_number")
    .execute();
  for (const { data_date } of nights) yield* gapsOfNight(db, run, data_date);
}
