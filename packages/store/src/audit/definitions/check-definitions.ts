import { isPostgresUrl } from "../../place.ts";
import type { LedgerFinding } from "../../seal/ledger-finding.ts";
import { checkPostgres } from "./check-postgres.ts";
import { checkSqlite } from "./check-sqlite.ts";

/** What a ledger's definitions were held against, or why they could not be. */
export interface DefinitionCheck {
  findings: LedgerFinding[];
  /** Null where they were checked. */
  notChecked: string | null;
}

/**
 * Holds every table, view, index and trigger of a ledger against what this version makes; on PostgreSQL rules, policies,
 * constraints and defaults, too. The ledger has to be of this version.
 */
export async function checkDefinitions(place: string): Promise<DefinitionCheck> {
  try {
    const findings = await (isPostgresUrl(place) ? checkPostgres(place) : checkSqlite(place));
    return { findings, notChecked: null };
  } catch (error) {
    return { findings: [], notChecked: (error as Error).message };
  }
}
