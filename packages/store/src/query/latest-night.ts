import type { ViewsOnly } from "../target-identity.ts";
import { latestDay } from "../views/latest-day.ts";

/** The newest night that a run recorded and that does not lie after today; null where there is none. */
export async function latestNight(db: ViewsOnly): Promise<string | null> {
  const { newest } = await db
    .selectFrom("coverage_daily")
    .select((eb) => eb.fn.max<string | null>("data_date").as("newest"))
    .where("data_date", "<=", latestDay())
    .where("data_date", "in", (eb) =>
      eb.selectFrom("run_history").select("run_history.data_date").where("kind", "=", "ingest"),
    )
    .executeTakeFirstOrThrow();
  return newest;
}
