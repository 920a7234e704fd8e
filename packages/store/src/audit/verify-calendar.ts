import { dayNumber } from "../calendar.ts";
import type { LedgerFinding } from "../seal/ledger-finding.ts";
import type { TablesOnly } from "../seal/lines.ts";
import { type Marks, parseMarks } from "./marks.ts";

const altered = (key: string, detail: string): LedgerFinding => ({
  kind: "altered",
  table: "night",
  key,
  runId: null,
  detail,
});

interface Night {
  data_date: string;
  day_number: number;
}

/** Nights follow each other without a hole, each under its own number. */
function* unbroken(nights: readonly Night[]): Generator<LedgerFinding> {
  let previous: Night | undefined;
  for (const night of nights) {
    const { data_date, day_number } = night;
    if (day_number !== dayNumber(data_date)) yield altered(data_date, "Its number is another day's.");
    if (previous !== undefined && day_number !== previous.day_number + 1) {
      yield altered(data_date, "The night before it is gone.");
    }
    previous = night;
  }
}

/** The nights that runs had, from the first to the last; null where there was no run. */
async function nightsOfRuns(db: TablesOnly): Promise<Marks["nights"]> {
  const { first, last } = await db
    .selectFrom("run")
    .select((eb) => [
      eb.fn.min<string | null>("data_date").as("first"),
      eb.fn.max<string | null>("data_date").as("last"),
    ])
    .executeTakeFirstOrThrow();
  return first === null || last === null ? null : { first, last };
}

async function sealedNights(db: TablesOnly): Promise<Marks["nights"]> {
  const newest = await db
    .selectFrom("ledger_seal")
    .select("marks")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return newest === undefined ? null : parseMarks(newest.marks).nights;
}

const isUnderWay = async (db: TablesOnly): Promise<boolean> =>
  (await db.selectFrom("run").select("id").where("status", "=", "running").limit(1).executeTakeFirst()) !==
  undefined;

/** Every night of the calendar: those that its runs made and sealed, no more and no fewer. */
export async function* verifyCalendar(db: TablesOnly): AsyncGenerator<LedgerFinding> {
  const nights = await db
    .selectFrom("night")
    .select(["data_date", "day_number"])
    .orderBy("day_number")
    .execute();
  yield* unbroken(nights);
  const runs = await nightsOfRuns(db);
  for (const { data_date } of nights) {
    if (runs === null || data_date < runs.first || data_date > runs.last) {
      yield altered(data_date, "No run had it or a night on either side of it.");
    }
  }
  const sealed = await sealedNights(db);
  if (sealed === null) return;
  const dates = new Set(nights.map(({ data_date }) => data_date));
  for (const end of new Set([sealed.first, sealed.last])) {
    if (!dates.has(end)) yield altered(end, "It was sealed, and is gone.");
  }
  if (await isUnderWay(db)) return;
  for (const { data_date } of nights) {
    const within = runs !== null && data_date >= runs.first && data_date <= runs.last;
    if (within && (data_date < sealed.first || data_date > sealed.last)) {
      yield altered(data_date, "It came after the last run had ended.");
    }
  }
}
