import { LATEST_NIGHT, type Query, type QueryLimits, queryLedger } from "@nightledger/store/query";
import type { SavedQuery } from "../../saved-query.ts";

const DAY = /^\d{4}-\d\d-\d\d$/;
/** `data_date = '2026-11-24'` and `data_date IN ('2026-11-24', …)`. */
const COMPARED = /\bdata_date"?\s*(?:=\s*('[^']*')|IN\s*\(\s*('[^']*'(?:\s*,\s*'[^']*')*)\s*\))/gi;

/** The nights that a statement names. */
function nightsInSql(sql: string): string[] {
  const lists = [...sql.matchAll(COMPARED)].map(([, one, several]) => one ?? several ?? "");
  return lists.flatMap((list) => [...list.matchAll(/'([^']*)'/g)].map(([, day = ""]) => day));
}

/** The nights that a query asks for: its date parameters, or what its SQL compares `data_date` with. */
export function askedNights({ sql, parameters = {} }: Query, saved: SavedQuery | null): string[] {
  if (saved === null) return nightsInSql(sql).filter((day) => DAY.test(day));
  const dates = saved.parameters.filter(({ type }) => type === "date").map(({ name }) => parameters[name]);
  return dates.filter((value) => typeof value === "string");
}

/** Whether a query asks for the newest night, whichever that is. */
const asksForLatest = ({ parameters = {} }: Query): boolean =>
  Object.values(parameters).some((value) => value === LATEST_NIGHT);

interface Recorded {
  /** Nights of which a run is on record that was not taken out. */
  nights: string[];
  retracted: string[];
}

const RECORDED = `SELECT DISTINCT data_date, 0 AS retracted FROM run_history WHERE kind = 'ingest' AND expected > 0
  UNION ALL
  SELECT DISTINCT data_date, 1 FROM retraction_history WHERE targets_filter IS NULL AND undone_at IS NULL
  ORDER BY 1`;

async function recordedNights(database: string, limits: QueryLimits): Promise<Recorded> {
  const rows = await queryLedger(database, { sql: RECORDED }, limits);
  try {
    const [ran, retracted]: [string[], string[]] = [[], []];
    for await (const batch of rows.batches) {
      for (const [night, isOut] of batch) (Number(isOut) === 1 ? retracted : ran).push(String(night));
    }
    return { nights: ran.filter((night) => !retracted.includes(night)), retracted };
  } finally {
    rows.close();
  }
}

function sentenceOf(night: string, { nights, retracted }: Recorded): string {
  if (retracted.includes(night)) {
    return `The night of ${night} was taken out of every figure: "nightledger query --saved retractions" has the reason.`;
  }
  const [first, last] = [nights[0], nights.at(-1)];
  const others =
    first === undefined ? "No night is." : `The first night on record is ${first}, the last ${last}.`;
  return `The night of ${night} is not on record. ${others}`;
}

/**
 * Why a query without rows has none: a sentence for each night that it asks for and that is not on record. Empty where
 * all are; also where the ledger cannot say, such as one of an earlier version.
 */
export async function unrecordedNights(
  database: string,
  query: Query,
  { saved, limits }: { saved: SavedQuery | null; limits: QueryLimits },
): Promise<string[]> {
  const asked = askedNights(query, saved);
  if (asked.length === 0 && !asksForLatest(query)) return [];
  const recorded = await recordedNights(database, limits).catch(() => null);
  if (recorded === null) return [];
  const { nights } = recorded;
  if (asked.length === 0) return nights.length === 0 ? ["No night is on record yet."] : [];
  return asked.filter((night) => !nights.includes(night)).map((night) => sentenceOf(night, recorded));
}
