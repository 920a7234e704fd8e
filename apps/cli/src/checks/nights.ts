import { ledgerIsThere, openReader, type Reader, shownPlace } from "@nightledger/store";
import { dayIn } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Finding } from "./finding.ts";

/** So many nights are named. */
const MOST = 5;
/** A first night so many days before the second was hardly one. */
const HOLE_DAYS = 31;

/** Nights after today with anything but the calendar's own gaps: recorded under a clock that was ahead. */
async function nightsAhead({ db }: Reader, today: string): Promise<string[]> {
  const rows = await db
    .selectFrom("coverage_target_daily")
    .select("data_date")
    .distinct()
    .where("data_date", ">", today)
    .where((eb) => eb.or([eb("failure_kind", "is", null), eb("failure_kind", "<>", "not_run")]))
    .orderBy("data_date")
    .execute();
  return rows.map(({ data_date }) => data_date);
}

/** The first night with an answer, if it lies alone long before the next: recorded under a clock that was behind. */
async function nightAlone({ db }: Reader): Promise<{ date: string; next: string; days: number } | null> {
  const [first, second] = await db
    .selectFrom("night_daily")
    .select(["data_date", "day_number"])
    .where("observed", "=", 1)
    .orderBy("data_date")
    .limit(2)
    .execute();
  if (first === undefined || second === undefined) return null;
  const days = second.day_number - first.day_number;
  return days <= HOLE_DAYS ? null : { date: first.data_date, next: second.data_date, days };
}

const retract = (date: string): string => `"nightledger retract --date ${date} --reason TEXT"`;

/** Does any night stand on a day that a wrong clock gave it? */
export async function* nightFindings(
  { database, timeZone }: Pick<Config, "database" | "timeZone">,
  now: Date,
): AsyncGenerator<Finding> {
  if (!(await ledgerIsThere(database))) return;
  const about = { check: "nights", subject: shownPlace(database), status: "warning" } as const;
  const today = dayIn(timeZone, now);
  const reader = await openReader(database);
  try {
    const ahead = await nightsAhead(reader, today);
    for (const date of ahead.slice(0, MOST)) {
      const detail = `The night of ${date} is on record, and today is ${today} in ${timeZone}: a clock was ahead. Nothing takes it for the latest; take it out with ${retract(date)}.`;
      yield { ...about, detail };
    }
    if (ahead.length > MOST)
      yield { ...about, detail: `There are ${ahead.length - MOST} more nights after today.` };
    const alone = await nightAlone(reader);
    if (alone !== null) {
      const { date, next, days } = alone;
      const detail = `The first night, ${date}, lies ${days} days before the next, ${next}, with none in between: was a clock behind? If so, take it out with ${retract(date)}.`;
      yield { ...about, detail };
    }
  } finally {
    await reader.close();
  }
}
