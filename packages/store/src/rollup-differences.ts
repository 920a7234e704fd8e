import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import type { ReadonlyKysely } from "kysely/readonly";
import type { Ledger, Reader } from "./open.ts";
import { ROLLED_UP } from "./rollups.ts";
import { tablesOf } from "./seal/tables-of.ts";
import type { Schema } from "./tables.ts";
import type { Marks, RolledUp } from "./views/rolled-up.ts";

/** What was held against the answers: how many nights have rows kept, and which of them were made anew. */
export interface RollupCheck {
  keptNights: number;
  checkedNights: string[];
  /** Kept rows that are not what the answers give. */
  differences: { dataDate: string; name: string }[];
}

/** Of all kept nights, a quick check makes so many anew: evenly spread, the newest among them. */
const SAMPLE = 5;

async function keptNights(db: ReadonlyKysely<Schema>, marks: Marks): Promise<string[]> {
  const rows = await db.selectFrom(marks).select("data_date").orderBy("data_date", "desc").execute();
  return rows.map(({ data_date }) => data_date);
}

const sampleOf = (nights: readonly string[]): string[] => {
  const step = Math.max(1, nights.length / SAMPLE);
  return nights.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
};

async function rowsOf(
  db: ReadonlyKysely<Schema>,
  from: string,
  columns: readonly string[],
  dataDate: string,
) {
  const rows = await db
    .selectFrom(sql<Record<string, unknown> & { data_date: string }>`${sql.table(from)}`.as("r"))
    .selectAll()
    .where("r.data_date", "=", dataDate)
    .execute();
  return rows.map((row) => JSON.stringify(columns.map((column) => row[column]))).sort();
}

async function differs(
  db: ReadonlyKysely<Schema>,
  { name, columns }: RolledUp,
  dataDate: string,
): Promise<boolean> {
  const kept = await rowsOf(db, `rollup_${name}`, columns, dataDate);
  const made = await rowsOf(db, `computed_${name}`, columns, dataDate);
  return kept.length !== made.length || kept.some((row, index) => row !== made[index]);
}

/**
 * Holds rows that are kept to save time against what the answers give: those of every night, or (`quick`) of a few.
 *
 * @throws AbortError when the signal says so
 */
export async function checkRollups(
  ledger: Reader | Ledger,
  { quick = false, signal }: { quick?: boolean; signal?: AbortSignal } = {},
): Promise<RollupCheck> {
  const tx = await tablesOf(ledger).startTransaction().setIsolationLevel("repeatable read").execute();
  const found: RollupCheck = { keptNights: 0, checkedNights: [], differences: [] };
  try {
    for (const marks of ["rollup_night", "rollup_streak_night"] as const) {
      const nights = await keptNights(tx, marks);
      found.keptNights = Math.max(found.keptNights, nights.length);
      for (const dataDate of quick ? sampleOf(nights) : nights) {
        if (!found.checkedNights.includes(dataDate)) found.checkedNights.push(dataDate);
        for (const rolled of ROLLED_UP.filter((each) => each.marks === marks)) {
          await setImmediate(undefined, signal === undefined ? {} : { signal });
          if (await differs(tx, rolled, dataDate)) found.differences.push({ dataDate, name: rolled.name });
        }
      }
    }
    return found;
  } finally {
    await tx.rollback().execute();
  }
}
