import { type CloudError, discoverTargets, type Target } from "@nightledger/core";
import { type Ledger, lastKnownTargets } from "@nightledger/store";
import { cloudErrorOr } from "./cloud-error-or.ts";
import type { IngestAccount, IngestJob } from "./job.ts";

/** A target that must get an outcome tonight, and the account that asks for it. */
export interface ExpectedTarget extends Target {
  from: IngestAccount;
  /** Why it need not be tried: its account could not be discovered. */
  hopeless: CloudError | null;
}

/**
 * Tonight's expected targets of an account. Where discovery fails, those of its last night are expected and
 * will be missing for that reason: an account that cannot be asked must not vanish from the record.
 */
async function expectOfAccount(db: Ledger["db"], from: IngestAccount, job: IngestJob) {
  try {
    const found: ExpectedTarget[] = [];
    for (const enterpriseProjectId of from.enterpriseProjectIds) {
      const { targets } = await discoverTargets(from.cloud, {
        enterpriseProjectId,
        ...(job.signal && { signal: job.signal }),
      });
      found.push(...targets.map((target) => ({ ...target, from, hopeless: null })));
    }
    return { found, problem: null };
  } catch (error) {
    const problem = cloudErrorOr(error);
    const known = await lastKnownTargets(db, from.cloud.account);
    return { found: known.map((target) => ({ ...target, from, hopeless: problem })), problem };
  }
}

/** Tonight's expected targets of all accounts, and what kept accounts from being asked. */
export async function expectTargets(
  db: Ledger["db"],
  job: IngestJob,
): Promise<{ targets: ExpectedTarget[]; problems: string[] }> {
  const targets: ExpectedTarget[] = [];
  const problems: string[] = [];
  for (const [index, account] of job.accounts.entries()) {
    const { found, problem } = await expectOfAccount(db, account, job);
    targets.push(...found.filter(job.only ?? (() => true)));
    if (problem !== null) problems.push(`Account "${account.cloud.account}": ${problem.message}`);
    job.onProgress?.({ step: "discover", done: index + 1, total: job.accounts.length });
  }
  return { targets, problems };
}
