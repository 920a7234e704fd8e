import type { Migration } from "kysely/migration";
import * as ledger from "../migrations/0001-ledger.ts";
import * as trust from "../migrations/0002-trust.ts";
import * as history from "../migrations/0003-history.ts";
import * as layout from "../migrations/0004-layout.ts";
import * as units from "../migrations/0005-units.ts";
import * as rollups from "../migrations/0006-rollups.ts";
import * as lease from "../migrations/0007-lease.ts";
import * as exceptions from "../migrations/0008-exceptions.ts";
import * as deliveries from "../migrations/0009-deliveries.ts";
import * as runStatistics from "../migrations/0010-run-statistics.ts";
import * as upgrades from "../migrations/0011-upgrades.ts";
import * as retractions from "../migrations/0012-retractions.ts";
import * as records from "../migrations/0013-records.ts";
import * as textFindings from "../migrations/0014-text-findings.ts";
import * as names from "../migrations/0016-names.ts";

/**
 * Every migration, in the order in which a ledger goes through them. A new one is a line here and a line in
 * migration-hashes.ts; one that is listed is never edited again. It runs in the one transaction of an upgrade, with
 * foreign keys enforced and views in place: on SQLite it may rebuild a table that no other table refers to.
 */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-ledger": ledger,
  "0002-trust": trust,
  "0003-history": history,
  "0004-layout": layout,
  "0005-units": units,
  "0006-rollups": rollups,
  "0007-lease": lease,
  "0008-exceptions": exceptions,
  "0009-deliveries": deliveries,
  "0010-run-statistics": runStatistics,
  "0011-upgrades": upgrades,
  "0012-retractions": retractions,
  "0013-records": records,
  "0014-text-findings": textFindings,
  "0016-names": names,
};
