import {
  ALL_ENTERPRISE_PROJECTS,
  type CloudError,
  discoverTargets,
  type Inventory,
  NotDiscoveredError,
  regionOf,
  type Target,
} from "@nightledger/core";
import type { ConfiguredAccount, Sighting, TargetIdentity } from "@nightledger/store";
import { cloudErrorOr } from "./cloud-error-or.ts";
import type { IngestAccount, IngestJob } from "./job.ts";
import { labelSightings, labelTargets } from "./project-settings.ts";
import { unitOf } from "./unit-of.ts";

/** A target that must get an outcome tonight, and the account that asks for it. */
export interface ExpectedTarget extends Target {
  from: IngestAccount;
  /** Why it need not be tried: discovery could not show it. */
  hopeless: CloudError | null;
  /** The business unit that it belongs to; null is none. */
  unit: string | null;
  /** What reports call its project, and who answers for it; null is nothing. */
  alias?: string | null;
  owner?: { name: string | null; address: string | null } | null;
}

/** The targets of an account on its last night on record. */
export type KnownTargets = (account: string) => Promise<TargetIdentity[]>;

/** What tonight's discovery gave. */
export interface Expectation {
  targets: ExpectedTarget[];
  /** All that discovery showed, whether it is a target or not. */
  sightings: Sighting[];
  /** The accounts that could be asked. */
  asked: string[];
  /** All accounts, with their domains; null where one could not be asked. */
  accounts: ConfiguredAccount[];
  /** What kept accounts from being asked, once each. */
  problems: string[];
}

interface AccountExpectation {
  targets: ExpectedTarget[];
  inventory: Inventory | null;
  problem: string | null;
}

const expected = (from: IngestAccount, target: Target, hopeless: CloudError | null): ExpectedTarget => ({
  ...target,
  from,
  hopeless,
  unit: unitOf(from, target),
});

/** The targets that a pinned project stands for. */
function targetsOfPin(from: IngestAccount, { id, name }: { id: string; name: string }): Target[] {
  const { enterpriseProjects: wanted } = from;
  const filters = typeof wanted === "string" ? [ALL_ENTERPRISE_PROJECTS] : wanted;
  return filters.map((enterpriseProjectId) => ({
    account: from.cloud.account,
    region: regionOf(name),
    projectId: id,
    projectName: name,
    enterpriseProjectId,
  }));
}

const LEFT_OUT = { disabled: "IAM lists it as disabled", unknown_region: "its region is not known" } as const;

/** Pinned projects that discovery does not show: expected all the same, and missing. */
function unseenPins(from: IngestAccount, { targets, leftOut }: Inventory): ExpectedTarget[] {
  const seen = new Set(targets.map(({ projectId }) => projectId));
  return (from.pinnedProjects ?? [])
    .filter(({ id }) => !seen.has(id))
    .flatMap((pin) => {
      const reason = leftOut.find(({ projectId }) => projectId === pin.id)?.reason;
      const why = reason === undefined ? "IAM does not list it for this user" : LEFT_OUT[reason];
      const hopeless = new NotDiscoveredError(pin.id, why);
      return targetsOfPin(from, pin).map((target) => expected(from, target, hopeless));
    });
}

/**
 * Where discovery fails, the targets of the account's last night and its pinned ones are expected and will be
 * missing for that reason: an account that cannot be asked must not vanish from the record.
 */
async function expectUnasked(
  lastKnown: KnownTargets,
  from: IngestAccount,
  hopeless: CloudError,
): Promise<ExpectedTarget[]> {
  const known = await lastKnown(from.cloud.account);
  const seen = new Set(known.map(({ projectId }) => projectId));
  const pins = (from.pinnedProjects ?? []).filter(({ id }) => !seen.has(id));
  const all = [...known, ...pins.flatMap((pin) => targetsOfPin(from, pin))];
  return all.map((target) => expected(from, target, hopeless));
}

async function expectOfAccount(
  lastKnown: KnownTargets,
  from: IngestAccount,
  signal: AbortSignal | undefined,
): Promise<AccountExpectation> {
  let inventory: Inventory;
  try {
    inventory = await discoverTargets(from.cloud, {
      enterpriseProjects: from.enterpriseProjects,
      ...(signal && { signal }),
    });
  } catch (error) {
    const failure = cloudErrorOr(error);
    const targets = await expectUnasked(lastKnown, from, failure);
    return { targets, inventory: null, problem: failure.message };
  }
  const found = inventory.targets.map((target) => expected(from, target, null));
  const targets = [...found, ...unseenPins(from, inventory)];
  const problem =
    targets.length === 0
      ? "IAM lists no enabled project in a known region. Check what its user may see."
      : null;
  return { targets, inventory, problem };
}

/** What makes a target the one it is. */
export const identityOf = ({ account, region, projectId, enterpriseProjectId }: Target): string =>
  [account, region, projectId, enterpriseProjectId].join("\u0000");

/** Tonight's expected targets of all accounts, which are asked side by side. */
export async function expectTargets(lastKnown: KnownTargets, job: IngestJob): Promise<Expectation> {
  let done = 0;
  const each = await Promise.all(
    job.accounts.map(async (account) => {
      const found = await expectOfAccount(lastKnown, account, job.signal);
      done += 1;
      job.onProgress?.({ step: "discover", done, total: job.accounts.length });
      return { name: account.cloud.account, ...found };
    }),
  );
  const projects = job.projects ?? {};
  const targets = labelTargets(
    each.flatMap((found) => found.targets),
    projects,
  ).filter(job.only ?? (() => true));
  return {
    // whatever the configuration names twice is one target
    targets: [...new Map(targets.map((target) => [identityOf(target), target])).values()],
    sightings: labelSightings(
      each.flatMap(({ inventory }) => [
        ...(inventory?.targets ?? []).map((target) => ({ ...target, state: "expected" as const })),
        ...(inventory?.leftOut ?? []).map(({ reason, ...target }) => ({ ...target, state: reason })),
      ]),
      projects,
    ),
    accounts: each.map(({ name, inventory }) => ({ name, domainId: inventory?.domainId ?? null })),
    asked: each.filter(({ inventory }) => inventory !== null).map(({ name }) => name),
    problems: each.flatMap(({ name, problem }) => (problem === null ? [] : `Account "${name}": ${problem}`)),
  };
}
