import { type Kysely, sql } from "kysely";
import type { ReadonlyKysely } from "kysely/readonly";
import type { Schema } from "../tables.ts";

interface Named {
  account: string;
  name: string;
  is_now: number;
}

/**
 * Which accounts a name stands for, by what names them in tables: those that are called so now; where none is, those
 * that ever were. So a filter holds across a rename, and a name that went to another account does not show the one that
 * had it before.
 */
export async function accountsNamed(
  db: ReadonlyKysely<Schema> | Kysely<Schema>,
): Promise<(name: string) => readonly string[]> {
  const { rows } = await sql<Named>`
    SELECT k.account, COALESCE(p.name, k.account) AS name,
      CASE WHEN p.to_date IS NULL OR p.to_date = '9999-12-31' THEN 1 ELSE 0 END AS is_now
    FROM (SELECT account FROM target UNION SELECT account FROM inventory) AS k
    LEFT JOIN account_period p ON p.account = k.account
    UNION
    SELECT p.account, p.account, 0 FROM account_period p WHERE p.from_date > '0001-01-01' ORDER BY account`.execute(
    db as Kysely<Schema>,
  );
  return (wanted) => {
    const named = rows.filter(({ name }) => name === wanted);
    const now = named.filter(({ is_now }) => is_now === 1);
    return [...new Set((now.length > 0 ? now : named).map(({ account }) => account))];
  };
}
