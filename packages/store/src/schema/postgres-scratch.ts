import { sql, type Transaction } from "kysely";
import type { Schema } from "../tables.ts";

/**
 * Does work whose unqualified names are made among the temporary objects of this connection, and takes all of it back.
 * Names that are not found there are those of the ledger where `behind` has its schema.
 */
export async function inScratch<T>(
  tx: Transaction<Schema>,
  behind: "ledger" | "nothing",
  work: () => Promise<T>,
): Promise<T> {
  const { rows } = await sql<{ name: string }>`SELECT quote_ident(current_schema()) AS name`.execute(tx);
  const ledger = behind === "ledger" ? `, ${rows[0]?.name}` : "";
  await sql`SAVEPOINT scratch`.execute(tx);
  try {
    await sql.raw(`SET LOCAL search_path = pg_temp${ledger}`).execute(tx);
    return await work();
  } finally {
    await sql`ROLLBACK TO SAVEPOINT scratch`.execute(tx);
    await sql`RELEASE SAVEPOINT scratch`.execute(tx);
  }
}
