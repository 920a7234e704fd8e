import type { Kysely } from "kysely";
import { NO_RUN, NOT_RUN, RETRACTED, recordGapRow, takenOut } from "./gap.ts";
import { retractionOf } from "./retraction/retraction-of.ts";
import type { Schema } from "./tables.ts";

const DAY_MS = 86_400_000;
/** Days since 1970-01-01. */
export const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;
/** The calendar day of that number. */
export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Whether the history has begun. */
export const hasNights = async (db: Kysely<Schema>): Promise<boolean> =>
  (await db.selectFrom("night").select("data_date").limit(1).executeTakeFirst()) !== undefined;

/**
 * Makes the calendar reach from the first night to this one without a hole. The nights between the last one
 * on record and this one never ran, and the cloud cannot give them any more, so every target known by then is
 * put down as missing.
 */
export async function extendCalendar(db: Kysely<Schema>, runId: number, dataDate: string): Promise<void> {
  const { first, last } = await db
    .selectFrom("night")
    .select((eb) => [
      eb.fn.min<number | null>("day_number").as("first"),
      eb.fn.max<number | null>("day_number").as("last"),
    ])
    .executeTakeFirstOrThrow();
  const today = dayNumber(dataDate);
  for (let day = Math.min(today, last === null ? today : last + 1); day <= today; day += 1)
    await keepNight(db, day);
  for (let day = today; first !== null && day < first; day += 1) await keepNight(db, day);
  if (last === null) return;
  for (let day = last + 1; day < today; day += 1)
    await recordSkippedNight(db, runId, dateOf(last), dateOf(day));
}

async function keepNight(db: Kysely<Schema>, day: number): Promise<void> {
  await db
    .insertInto("night")
    .values({ data_date: dateOf(day), day_number: day })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function recordSkippedNight(
  db: Kysely<Schema>,
  runId: number,
  lastDate: string,
  skippedDate: string,
): Promise<void> {
  const known = await db
    .selectFrom("coverage_target_daily")
    .select("target_id")
    .where("data_date", "=", lastDate)
    .execute();
  const retraction = await retractionOf(db, skippedDate);
  for (const { target_id } of known) {
    await recordGapRow(db, {
      runId,
      targetId: target_id,
      dataDate: skippedDate,
      ...(retraction === null
        ? { failureKind: NOT_RUN, detail: NO_RUN }
        : { failureKind: RETRACTED, detail: takenOut(retraction.reason) }),
      attempts: 0,
    });
  }
}
