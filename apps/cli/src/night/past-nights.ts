import type { Ledger } from "@nightledger/store";
import { daysAfter } from "../clock.ts";

/** Nights before tonight that somebody still waits for. */
export interface PastNights {
  /** On record, but nobody was told of them: the machine went to sleep before. */
  unpublished: string[];
  /** Nobody recorded them, and nothing brings them back. */
  missed: string[];
}

/** So far back one looks: what is older is history, and nobody's mail. */
const MOST_DAYS = 31;

/** The last night before tonight of which anything was published; null where there is none. */
async function lastPublished({ db }: Ledger, tonight: string): Promise<string | null> {
  const row = await db
    .selectFrom("delivery_history")
    .select((eb) => eb.fn.max<string | null>("data_date").as("last"))
    .where("data_date", "<", tonight)
    .where("kind", "!=", "failure")
    .executeTakeFirst();
  return row?.last ?? null;
}

/** The last night before tonight that a run recorded; one that expected nothing has recorded nothing. */
async function lastRecorded({ db }: Ledger, tonight: string): Promise<string | null> {
  const row = await db
    .selectFrom("run_history")
    .select((eb) => eb.fn.max<string | null>("data_date").as("last"))
    .where("data_date", "<", tonight)
    .where("kind", "=", "ingest")
    .where("retracted", "=", 0)
    .where("expected", ">", 0)
    .executeTakeFirst();
  return row?.last ?? null;
}

function daysBetween(after: string, before: string): string[] {
  const days: string[] = [];
  const first = daysAfter(before, -MOST_DAYS);
  for (let day = daysAfter(after, 1); day < before; day = daysAfter(day, 1)) if (day >= first) days.push(day);
  return days;
}

/** Nights that were taken out of every figure: nobody waits for them. */
async function retractedNights({ db }: Ledger): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom("retraction_history")
    .select("data_date")
    .where("targets_filter", "is", null)
    .where("undone_at", "is", null)
    .execute();
  return new Set(rows.map(({ data_date }) => data_date));
}

/** Nights between the last one and tonight, oldest first. */
export async function pastNights(ledger: Ledger, tonight: string): Promise<PastNights> {
  const from = (await lastPublished(ledger, tonight)) ?? (await lastRecorded(ledger, tonight));
  if (from === null) return { unpublished: [], missed: [] };
  const ran = await ledger.db
    .selectFrom("run_history")
    .select("data_date")
    .distinct()
    .where("kind", "=", "ingest")
    .where("data_date", ">", from)
    .where("data_date", "<", tonight)
    .execute();
  const takenOut = await retractedNights(ledger);
  const hasRun = new Set(ran.map(({ data_date }) => data_date));
  const days = daysBetween(from, tonight).filter((day) => !takenOut.has(day));
  return {
    unpublished: days.filter((day) => hasRun.has(day)),
    missed: days.filter((day) => !hasRun.has(day)),
  };
}
