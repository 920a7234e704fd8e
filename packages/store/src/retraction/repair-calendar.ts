import { sql, type Transaction } from "kysely";
import { NO_RUN, NOT_RUN, RETRACTED, takenOut } from "../gap.ts";
import type { Schema } from "../tables.ts";
import type { Effects } from "./effects.ts";
import { moveOut } from "./moved-tables.ts";

/** The night that was taken out, as a whole. */
export interface RetractedNight {
  retractionId: number;
  /** The run that takes it out. */
  runId: number;
  dataDate: string;
  reason: string;
}

/** Nights on which something was recorded: an answer, or a reason other than that nothing ran. */
const RECORDED = sql`(
  SELECT data_date FROM snapshot
  UNION SELECT data_date FROM gap WHERE failure_kind NOT IN (${NOT_RUN}, ${RETRACTED}))`;

/** The recorded nights around a date, and the first and the last of all; null is none. */
async function recordedAround(tx: Transaction<Schema>, dataDate: string) {
  const { rows } = await sql<Record<"first" | "last" | "before" | "after", string | null>>`
    SELECT MIN(data_date) AS first, MAX(data_date) AS last,
      MAX(CASE WHEN data_date < ${dataDate} THEN data_date END) AS before,
      MIN(CASE WHEN data_date > ${dataDate} THEN data_date END) AS after
    FROM ${RECORDED} AS recorded`.execute(tx);
  return rows[0] ?? { first: null, last: null, before: null, after: null };
}

/** Takes the nights out of the calendar that only the retracted one had brought in. */
async function shorten(
  tx: Transaction<Schema>,
  effects: Effects,
  { retractionId, first, last }: { retractionId: number; first: string | null; last: string | null },
): Promise<void> {
  const outside =
    first === null || last === null ? sql`1 = 1` : sql`(data_date < ${first} OR data_date > ${last})`;
  await moveOut(tx, "gap", { retractionId, where: outside });
  const nights = await tx
    .selectFrom("night")
    .select(["data_date", "day_number"])
    .where(sql<boolean>`${outside}`)
    .orderBy("day_number")
    .execute();
  for (const night of nights) await effects.change("night", night, null);
}

/** The targets that were expected on a night. */
async function expectedOn(tx: Transaction<Schema>, dataDate: string): Promise<number[]> {
  const { rows } = await sql<{ target_id: number }>`
    SELECT target_id FROM snapshot WHERE data_date = ${dataDate}
    UNION SELECT target_id FROM gap WHERE data_date = ${dataDate} ORDER BY target_id`.execute(tx);
  return rows.map(({ target_id }) => target_id);
}

/** On a night without answers every target of the night before is missing, and no other. */
async function refill(
  tx: Transaction<Schema>,
  effects: Effects,
  night: RetractedNight,
  { hole, expected }: { hole: string; expected: readonly number[] },
): Promise<void> {
  const wanted = new Set(expected);
  const there = await tx.selectFrom("gap").select("target_id").where("data_date", "=", hole).execute();
  for (const { target_id } of there.filter((one) => !wanted.has(one.target_id))) {
    const where = sql`data_date = ${hole} AND target_id = ${target_id}`;
    await moveOut(tx, "gap", { retractionId: night.retractionId, where });
  }
  const known = new Set(there.map(({ target_id }) => target_id));
  const isRetracted = hole === night.dataDate;
  for (const target_id of expected.filter((one) => !known.has(one))) {
    await effects.change("gap", null, {
      data_date: hole,
      target_id,
      failure_kind: isRetracted ? RETRACTED : NOT_RUN,
      detail: isRetracted ? takenOut(night.reason) : NO_RUN,
      attempts: 0,
      run_id: night.runId,
      payload_id: null,
    });
  }
}

/**
 * Makes the calendar what it would be without the night: at its ends it is shorter; within it the night has no answers,
 * and the targets of the recorded night before are missing on it, as on a night on which nothing ran.
 */
export async function repairCalendar(
  tx: Transaction<Schema>,
  effects: Effects,
  night: RetractedNight,
): Promise<void> {
  const { first, last, before, after } = await recordedAround(tx, night.dataDate);
  await shorten(tx, effects, { retractionId: night.retractionId, first, last });
  if (before === null || after === null) return;
  const expected = await expectedOn(tx, before);
  const holes = await tx
    .selectFrom("night")
    .select("data_date")
    .where("data_date", ">", before)
    .where("data_date", "<", after)
    .orderBy("day_number")
    .execute();
  for (const { data_date: hole } of holes) await refill(tx, effects, night, { hole, expected });
}
