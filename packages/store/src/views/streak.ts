import { wholeSum } from "./fragments.ts";

/** So many nights back "in a row" is counted: one night's question costs the same, however long the history is. */
export const LOOK_BACK_NIGHTS = 92;

/** The first night that a streak up to a night may begin on (`n` as the alias of the night). */
export const LOOK_BACK = `COALESCE((SELECT f.data_date FROM night f
            WHERE f.day_number = n.day_number - ${LOOK_BACK_NIGHTS - 1}), '')`;

/** A property of a target's snapshots that holds, breaks, or (both false) is not known. */
export interface Property {
  /** Joins what it is read from to `e`, an earlier snapshot; `o` is the row that it is asked for. */
  join: string;
  holds: string;
  breaks: string;
}

/**
 * How long a property has held up to a night, as columns of a SELECT over `o`, which has `target_id`, `data_date`,
 * `look_back` and `broke_on` (see `brokeOn`). A night without an answer, or whose answer does not tell, neither
 * continues the streak nor ends it.
 */
export function streak({ join, holds }: Property) {
  const over = (select: string) => `(SELECT ${select} FROM snapshot e ${join}
          WHERE e.target_id = o.target_id AND e.data_date > o.broke_on AND e.data_date >= o.look_back
            AND e.data_date <= o.data_date AND ${holds})`;
  return {
    nights: over("COUNT(DISTINCT e.data_date)"),
    since: over("MIN(e.data_date)"),
    sum: (column: string) => over(wholeSum(column)),
  };
}

/** The last night before `o`, within the look-back, on which the property did not hold; '' where there is none. */
export const brokeOn = ({ join, breaks }: Property) => `COALESCE((SELECT e.data_date FROM snapshot e ${join}
          WHERE e.target_id = o.target_id AND e.data_date < o.data_date AND e.data_date >= o.look_back AND ${breaks}
          ORDER BY e.data_date DESC LIMIT 1), '')`;

/** The nights of a streak that say nothing: all from its first (`since`) to `o`'s, less those counted. */
export const unknownNights = (row: string) =>
  `${row}.day_number - (SELECT f.day_number FROM night f WHERE f.data_date = ${row}.since) + 1 - ${row}.nights`;
