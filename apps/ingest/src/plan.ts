import { hssEndpoint, type LeastTime, type Load, leastTimes, placeOf, type Quota } from "@nightledger/core";
import {
  accountHolders,
  type ConfiguredAccount,
  identifyAccounts,
  lastKnownTargets,
  type ViewsOnly,
} from "@nightledger/store";
import { type ExpectedTarget, expectTargets, identityOf } from "./expect-targets.ts";
import type { IngestJob } from "./job.ts";

/** One account of a plan. */
export interface AccountPlan {
  account: string;
  regions: number;
  targets: number;
  /** Already on record for the data date. */
  alreadyFresh: number;
  /** Expected, but not to be had: the account or the project cannot be discovered, or its region is not known. */
  notToBeHad: number;
  toFetch: number;
  /** Listed, but no targets: disabled, not readable, or asked for by another account. */
  leftOut: number;
}

/** A night in advance. */
export interface NightPlan {
  dataDate: string;
  accounts: AccountPlan[];
  targets: number;
  toFetch: number;
  /** HSS calls to come. */
  calls: number;
  /** What each operation at each endpoint takes at least. */
  endpoints: LeastTime[];
  /** The slowest of them: from the first call to the last. Milliseconds. */
  leastMs: number;
  /** What the configuration leaves out of what discovery shows, with its reasons. */
  leftOutByConfiguration: { account: string; projectId: string; projectName: string; reason: string }[];
  problems: string[];
}

async function freshTargets(views: ViewsOnly, dataDate: string): Promise<Set<string>> {
  const rows = await views
    .selectFrom("coverage_target_daily")
    .select(["account", "region", "project_id", "enterprise_project_id"])
    .where("data_date", "=", dataDate)
    .where("outcome", "=", "fresh")
    .execute();
  return new Set(
    rows.map((row) =>
      identityOf({
        account: row.account,
        region: row.region,
        projectId: row.project_id,
        projectName: "",
        enterpriseProjectId: row.enterprise_project_id,
      }),
    ),
  );
}

function loadsOf(toFetch: readonly ExpectedTarget[], reconcile: IngestJob["reconcile"]): Load[] {
  const operations = reconcile === "score" ? ["ListSecurityRisk", "ShowRiskScore"] : ["ListSecurityRisk"];
  return toFetch.flatMap(({ from, account, region }) => {
    const origin = placeOf(hssEndpoint(from.cloud, region));
    return operations.map((operation) => ({ operation, origin, account, calls: 1 }));
  });
}

/**
 * What a night would be, were it to begin now: its targets, its calls, and the least time the quotas allow. Discovery
 * is asked, HSS is not, and nothing is written. `views` is null where there is no ledger yet.
 */
export async function planTonight(
  views: ViewsOnly | null,
  job: IngestJob & { quota: Quota | null; addresses: number },
): Promise<NightPlan> {
  const onRecord = {
    identify: async (accounts: readonly ConfiguredAccount[]) => await identifyAccounts(views, accounts),
    lastKnown: async (key: string) =>
      views === null ? [] : await lastKnownTargets(views, key, job.dataDate),
    holders: async () => (views === null ? new Map() : await accountHolders(views)),
  };
  const { targets, sightings, problems } = await expectTargets(onRecord, job);
  const fresh = views === null ? new Set<string>() : await freshTargets(views, job.dataDate);
  const open = targets.filter((target) => !fresh.has(identityOf(target)));
  const toFetch = open.filter(({ hopeless }) => hopeless === null);
  const endpoints = leastTimes(loadsOf(toFetch, job.reconcile), job.quota, job.addresses);

  const accounts = job.accounts.map(({ cloud: { account } }): AccountPlan => {
    const own = (list: readonly ExpectedTarget[]) => list.filter((target) => target.account === account);
    const leftOut = sightings.filter((seen) => seen.account === account && seen.state !== "expected");
    return {
      account,
      regions: new Set(own(targets).map(({ region }) => region)).size,
      targets: own(targets).length,
      alreadyFresh: own(targets).length - own(open).length,
      notToBeHad: own(open).length - own(toFetch).length,
      toFetch: own(toFetch).length,
      leftOut: leftOut.length,
    };
  });
  return {
    dataDate: job.dataDate,
    accounts,
    targets: targets.length,
    toFetch: toFetch.length,
    calls: endpoints.reduce((sum, { calls }) => sum + calls, 0),
    endpoints,
    leastMs: Math.max(0, ...endpoints.map(({ leastMs }) => leastMs)),
    leftOutByConfiguration: sightings
      .filter(({ state }) => state === "configured_out")
      .map(({ account, projectId, projectName, detail }) => ({
        account,
        projectId,
        projectName,
        reason: detail ?? "",
      })),
    problems,
  };
}
