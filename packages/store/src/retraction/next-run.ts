import { sql, type Transaction } from "kysely";
import type { Schema } from "../tables.ts";

/** A run of another night that followed the retracted ones: it would have seen first what they saw. */
export interface NextRun {
  id: number;
  dataDate: string;
}

/**
 * The first run of another night after those of this one that has something on record; with a target, of that target.
 * Null is none.
 */
export async function nextRun(
  tx: Transaction<Schema>,
  dataDate: string,
  targetId?: number,
): Promise<NextRun | null> {
  const ofTarget = targetId === undefined ? sql`` : sql`AND f.target_id = ${targetId}`;
  const { rows } = await sql<NextRun>`
    SELECT r.id, r.data_date AS "dataDate" FROM run r
    WHERE r.kind = 'ingest' AND r.data_date <> ${dataDate}
      AND r.id > (SELECT MAX(own.id) FROM run own WHERE own.kind = 'ingest' AND own.data_date = ${dataDate})
      AND (EXISTS (SELECT 1 FROM snapshot f WHERE f.data_date = r.data_date ${ofTarget})
        OR EXISTS (SELECT 1 FROM gap f WHERE f.data_date = r.data_date AND f.run_id = r.id ${ofTarget}))
    ORDER BY r.id LIMIT 1`.execute(tx);
  return rows[0] ?? null;
}
