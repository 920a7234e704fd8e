import type { Insertable } from "kysely";
import { recordChanges } from "../audit/record-changes.ts";
import type { Ledger } from "../open.ts";
import { requireUnderWay } from "../seal/require-under-way.ts";
import type { Tables } from "../tables.ts";
import { knownAccounts } from "./known-accounts.ts";
import { type ConfiguredAccount, matchAccounts } from "./match-accounts.ts";
import { savePeriods } from "./save-periods.ts";

const FIRST_DATE = "0001-01-01";
const LAST_DATE = "9999-12-31";

/** Who the configured accounts are. */
export interface SavedAccounts {
  /** What names each of them in the ledger, by its name in the configuration. */
  keys: ReadonlyMap<string, string>;
  /** Rows that stood for a whole account while nobody knew which one it is, by its name in the configuration. */
  standIns: ReadonlyMap<string, string>;
  /** Whether a name is new and its account could not be asked: it may be one on record that has another name now. */
  isUnsure: boolean;
}

/**
 * Holds the configured accounts against those on record, by their domains: notes which are called otherwise than
 * before, and the domains that are known now.
 *
 * @throws RunOverError
 */
export async function saveAccounts(
  ledger: Ledger,
  now: { runId: number; dataDate: string },
  configured: readonly ConfiguredAccount[],
): Promise<SavedAccounts> {
  return await ledger.db.transaction().execute(async (tx) => {
    await requireUnderWay(tx, [now.runId]);
    const batch = ledger.batchOf(tx);
    const tables = ["account_period", "account_domain"] as const;
    return await recordChanges(tx, { runId: now.runId, tables }, async () => {
      const known = await knownAccounts(tx);
      const domains = new Map(known.map(({ key, domainId }) => [key, domainId]));
      const matches = matchAccounts(configured, known);
      const stranger = matches.filter(({ key, name, before }) => before === null && key !== name);
      await batch.insert(
        "account_period",
        stranger.map(({ key, name }) => ({
          account: key,
          from_date: FIRST_DATE,
          to_date: LAST_DATE,
          name,
          run_id: now.runId,
        })),
      );
      const renamed = matches.filter(({ before }) => before !== null);
      await savePeriods(
        tx,
        batch,
        { table: "account_period", now },
        renamed.map(({ key, name }) => ({ key, values: { name }, base: { name: key } })),
      );
      const learned = matches.flatMap(({ key, domainId }): Insertable<Tables["account_domain"]>[] =>
        domainId === null || (domains.get(key) ?? null) !== null
          ? []
          : [{ account: key, domain_id: domainId, run_id: now.runId }],
      );
      await batch.insert("account_domain", learned);
      return {
        keys: new Map(matches.map(({ name, key }) => [name, key])),
        standIns: new Map(known.flatMap(({ isStandIn, name, key }) => (isStandIn ? [[name, key]] : []))),
        isUnsure: matches.some(({ before, domainId }) => before === null && domainId === null),
      };
    });
  });
}
