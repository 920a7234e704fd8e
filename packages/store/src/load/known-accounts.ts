import { type Kysely, sql } from "kysely";
import type { Schema } from "../tables.ts";
import type { ViewsOnly } from "../target-identity.ts";
import { type ConfiguredAccount, type KnownAccount, matchAccounts } from "./match-accounts.ts";

const LAST_DATE = "9999-12-31";

/** Every account on record, that of the newest domain first. */
export async function knownAccounts(db: Kysely<Schema> | ViewsOnly): Promise<KnownAccount[]> {
  const { rows } = await sql<Omit<KnownAccount, "isStandIn"> & { seen: number }>`
    SELECT k.account AS key, COALESCE(p.name, k.account) AS name, d.domain_id AS "domainId",
      CASE WHEN d.domain_id IS NOT NULL OR EXISTS (SELECT 1 FROM inventory i WHERE i.account = k.account)
        OR EXISTS (SELECT 1 FROM target t WHERE t.account = k.account AND t.project_id <> '*') THEN 1 ELSE 0 END AS seen
    FROM (SELECT account FROM target UNION SELECT account FROM inventory UNION SELECT account FROM account_domain) AS k
    LEFT JOIN account_period p ON p.account = k.account AND p.to_date = ${LAST_DATE}
    LEFT JOIN account_domain d ON d.account = k.account
    ORDER BY COALESCE(d.run_id, 0) DESC, k.account`.execute(db as Kysely<Schema>);
  return rows.map(({ seen, ...account }) => ({ ...account, isStandIn: seen === 0 }));
}

/**
 * What names each of the configured accounts in the ledger, by its name in the configuration; nothing is written. Null
 * is no ledger yet.
 */
export async function identifyAccounts(
  db: ViewsOnly | null,
  configured: readonly ConfiguredAccount[],
): Promise<ReadonlyMap<string, string>> {
  const known = db === null ? [] : await knownAccounts(db);
  return new Map(matchAccounts(configured, known).map(({ name, key }) => [name, key]));
}
