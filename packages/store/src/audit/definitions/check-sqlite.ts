import { Kysely } from "kysely";
import type { LedgerFinding } from "../../seal/ledger-finding.ts";
import { readOnlyDialect } from "../../sqlite.ts";
import type { Schema } from "../../tables.ts";
import { categoryRows } from "./category-rows.ts";
import { compareDefinitions } from "./compare-definitions.ts";
import { expectedSqlite } from "./expected-sqlite.ts";
import { sqliteDefinitions } from "./sqlite-definitions.ts";

/** A SQLite ledger against a new one of this version. */
export async function checkSqlite(path: string): Promise<LedgerFinding[]> {
  const db = new Kysely<Schema>({ dialect: readOnlyDialect(path) });
  try {
    const present = await sqliteDefinitions(db);
    // without its table there are no rows, and the table is named
    const isThere = present.some(({ kind, name }) => kind === "table" && name === "category");
    return compareDefinitions(
      isThere ? [...present, await categoryRows(db)] : present,
      await expectedSqlite(),
    );
  } finally {
    await db.destroy();
  }
}
