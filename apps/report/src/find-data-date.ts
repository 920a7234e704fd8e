import { latestNight, type ViewsOnly } from "@nightledger/store";
import { NoDataError } from "./errors.ts";

/** The data date of a report: the one asked for, or the newest that is not after today. @throws NoDataError */
export async function findDataDate(db: ViewsOnly, wanted: string | undefined): Promise<string> {
  const newest = await latestNight(db);
  const dataDate = wanted ?? newest;
  if (dataDate === null) throw new NoDataError(wanted, newest);
  const found = await db
    .selectFrom("coverage_daily")
    .select("data_date")
    .where("data_date", "=", dataDate)
    .executeTakeFirst();
  if (found === undefined) throw new NoDataError(wanted, newest);
  return dataDate;
}
