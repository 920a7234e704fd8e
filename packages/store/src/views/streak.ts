import { ONCE } from "./once.ts";

/** So many nights back "in a row" is counted: one night's question costs the same, however long the history is. */
export const LOOK_BACK_NIGHTS = 92;

/** The night (`n`) that a look-back ends before; '' where the calendar does not reach so far. */
export const LOOK_BACK = `COALESCE((SELECT f.data_date FROM night f
            WHERE f.day_number = n.day_number - ${LOOK_BACK_NIGHTS}), '')`;

/** A property of a target's snapshots that holds, breaks, or (both false) is not known. */
export interface Property {
  /** Joins what it is read from to `e`, an earlier snapshot; `o` is the row that it is asked for. */
  join: string;
  holds: string;
  breaks: string;
  /** Joins what `breaks` is read from; default the same. */
  breaksJoin?: string;
}

/** The last night before `o`, within the look-back, on which a property did not hold; else the look-back's end. */
export const brokeOn = ({ join, breaksJoin = join, breaks }: Property) => `COALESCE((
            SELECT e.data_date FROM snapshot e ${breaksJoin}
            WHERE e.target_id = o.target_id AND e.data_date < o.data_date AND e.data_date > o.look_back AND ${breaks}
            ORDER BY e.data_date DESC LIMIT 1), o.look_back)`;

/**
 * For each row of `rows` (with `data_date`, `target_id`, `look_back`) how many nights in a row a property has held up
 * to it, and since when. A night without an answer, or whose answer does not tell, neither continues the streak nor
 * ends it: it is not counted, and the days from `since` on show how many there are. (CROSS JOIN, so that SQLite seeks
 * the streak of each row instead of trying all of a target's nights.)
 */
export const streaks = (rows: string, property: Property, columns: readonly string[], sums = "") => {
  const named = columns.map((column) => `o.${column}`).join(", ");
  return `SELECT ${named}, COUNT(*) AS nights, MIN(e.data_date) AS since${sums}
          FROM (SELECT ${ONCE} o.*, ${brokeOn(property)} AS broke_on
            FROM (${rows}) AS o) AS o
          CROSS JOIN snapshot e
          ${property.join}
          WHERE e.target_id = o.target_id AND e.data_date > o.broke_on AND e.data_date <= o.data_date
            AND ${property.holds}
          GROUP BY ${named}`;
};

/** The nights of a streak (`q`) that say nothing: all from its first to its last, less those counted. */
export const UNKNOWN_NIGHTS =
  "q.day_number - (SELECT f.day_number FROM night f WHERE f.data_date = q.since) + 1 - q.nights";
