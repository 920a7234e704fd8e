/** An aggregate of one column, or of all rows. */
const AGGREGATE = /\b(?:COUNT|SUM|MIN|MAX)\((?:\*|\w+)\)/g;

/**
 * Rows summed by keys, as GROUP BY would. By windows, since SQLite hands a condition on a key down through those, and
 * through as many views as lie beneath, where a GROUP BY would read every night to show one.
 */
export function summed(
  from: string,
  keys: readonly string[],
  sums: Readonly<Record<string, string>>,
  where = "1 = 1",
): string {
  const over = Object.entries(sums).map(
    ([name, aggregate]) => `${aggregate.replace(AGGREGATE, "$& OVER alike")} AS ${name}`,
  );
  const columns = [...keys, ...Object.keys(sums)].join(", ");
  return `SELECT ${columns}
      FROM (
        SELECT ${keys.join(", ")}, ${over.join(", ")}, ROW_NUMBER() OVER alike AS nth
        FROM ${from} WINDOW alike AS (PARTITION BY ${keys.join(", ")})
      ) AS summed WHERE nth = 1 AND ${where}`;
}
