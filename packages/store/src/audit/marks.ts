import type { TablesOnly } from "../seal/lines.ts";
import { APPENDED, type AppendedTable } from "./appended-tables.ts";

/** How far a seal reaches: the last row of each appended table, and the calendar's ends as they were. */
export interface Marks {
  rows: Partial<Record<AppendedTable, number>>;
  /** The first night and the last; null where there was none yet. */
  nights: { first: string; last: string } | null;
  /** The beginning of each table's hash, to say which of them is not what was sealed. */
  hints: Record<string, string>;
}

const NONE: Marks = { rows: {}, nights: null, hints: {} };

interface Read {
  rows?: Record<string, unknown>;
  nights?: { first?: unknown; last?: unknown } | null;
  hints?: Record<string, unknown>;
}

const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value);

/** Marks again from what they were kept as; what is no such text marks nothing. */
export function parseMarks(text: string): Marks {
  let read: Read | null;
  try {
    read = JSON.parse(text);
  } catch {
    return NONE;
  }
  const rows: Marks["rows"] = {};
  for (const table of APPENDED) {
    const mark = read?.rows?.[table];
    if (isNumber(mark)) rows[table] = mark;
  }
  const { first, last } = read?.nights ?? {};
  const hints = Object.entries(read?.hints ?? {}).map(([table, hint]) => [table, String(hint)]);
  return {
    rows,
    nights: typeof first === "string" && typeof last === "string" ? { first, last } : null,
    hints: Object.fromEntries(hints),
  };
}

export const marksText = ({ rows, nights, hints }: Marks): string => JSON.stringify({ rows, nights, hints });

async function lastRow(db: TablesOnly, table: AppendedTable): Promise<number> {
  const { last } = await db
    .selectFrom(table as "delivery")
    .select((eb) => eb.fn.max<number | null>("id").as("last"))
    .executeTakeFirstOrThrow();
  return last ?? 0;
}

async function calendarEnds(db: TablesOnly): Promise<Marks["nights"]> {
  const { first, last } = await db
    .selectFrom("night")
    .select((eb) => [
      eb.fn.min<string | null>("data_date").as("first"),
      eb.fn.max<string | null>("data_date").as("last"),
    ])
    .executeTakeFirstOrThrow();
  return first === null || last === null ? null : { first, last };
}

/** Marks of the ledger as it stands. */
export async function presentMarks(db: TablesOnly): Promise<Marks> {
  const rows: Marks["rows"] = {};
  for (const table of APPENDED) rows[table] = await lastRow(db, table);
  return { rows, nights: await calendarEnds(db), hints: {} };
}
