import { sql } from "kysely";
import type { Ledger } from "./open.ts";

/**
 * Gives room that is free within the ledger back to the disk. On SQLite the whole file is written anew: nothing else
 * can write meanwhile, and the disk has to hold a second copy.
 */
export async function vacuum(ledger: Ledger): Promise<void> {
  await sql`VACUUM`.execute(ledger.db);
}
