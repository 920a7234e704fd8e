import {
  ALL_ENTERPRISE_PROJECTS,
  type CloudError,
  DeadlineError,
  discoverTargets,
  type Inventory,
  NotDiscoveredError,
  placeOf as placeOfEndpoint,
  RegionError,
  regionOf,
  type Target,
  wholeAccount,
} from "@nightledger/core";
import { type ConfiguredAccount, placeOf, type Sighting, type TargetIdentity } from "@nightledger/store";
import { cloudErrorOr } from "./cloud-error-or.ts";
import { withoutConfiguredOut } from "./discovery/configured-out.ts";
import { isInDoubt, knownUnread } from "./discovery/known-unread.ts";
import { leftOutProblem } from "./discovery/left-out-problem.ts";
import { oneAccountEach } from "./discovery/one-account-each.ts";
import type { IngestAccount, IngestJob } from "./job.ts";
import { labelTargets, type Projects } from "./project-settings.ts";
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

/** What the ledger knows of earlier nights. */
export interface OnRecord {
  /** What names each account in the ledger, by its name in the configuration: an account is known by its domain. */
  identify(accounts: readonly ConfiguredAccount[]): Promise<ReadonlyMap<string, string>>;
  /** The targets of an account on its last night on record, by what names it in the ledger. */
  lastKnown(accountKey: string): Promise<TargetIdentity[]>;
  /** What names the accounts that have a project and filter on record as expected, by `placeOf`. */
  holders(): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
}

/** What tonight's discovery gave. */
export interface Expectation {
  targets: ExpectedTarget[];
  /** All that discovery showed, whether it is a target or not. */
  sightings: Sighting[];
  /** The accounts that could be asked, and showed all they have. */
  asked: string[];
  /** All accounts, with their domains; null where one could not be asked. */
  accounts: ConfiguredAccount[];
  /** What kept accounts from being asked, once each. */
  problems: string[];
}

interface AccountExpectation {
  /** Expected by configuration alone: whoever else sees the project. */
  pins: ExpectedTarget[];
  targets: ExpectedTarget[];
  sightings: Sighting[];
  isAsked: boolean;
  problems: string[];
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
  return [...new Set(filters)].map((enterpriseProjectId) => ({
    account: from.cloud.account,
    region: regionOf(name),
    projectId: id,
    projectName: name,
    enterpriseProjectId,
  }));
}

/** Pinned projects that discovery does not show: expected all the same, and missing. */
function unseenPins(from: IngestAccount, { leftOut }: Inventory, shown: readonly Target[]): ExpectedTarget[] {
  const seen = new Set(shown.map(({ projectId }) => projectId));
  return (from.pinnedProjects ?? [])
    .filter(({ id }) => !seen.has(id))
    .flatMap((pin) => {
      const left = leftOut.find(({ projectId }) => projectId === pin.id);
      const listed =
        left?.detail == null ? "IAM lists it as disabled" : `IAM lists it unreadably (${left.detail})`;
      const why = left === undefined ? "IAM does not list it for this user" : listed;
      const hopeless = new NotDiscoveredError(pin.id, why);
      return targetsOfPin(from, pin).map((target) => expected(from, target, hopeless));
    });
}

/**
 * Where discovery fails, the targets of the account's last night and its pinned ones are expected and will be
 * missing for that reason: an account that cannot be asked must not vanish from the record. One that nobody knows a
 * target of is missing as a whole.
 */
function expectUnasked(
  lastKnown: readonly Target[],
  from: IngestAccount,
  hopeless: CloudError,
): AccountExpectation {
  const { account } = from.cloud;
  const known = lastKnown.length > 0 ? lastKnown : [wholeAccount(account)];
  const seen = new Set(known.map(({ projectId }) => projectId));
  const pins = (from.pinnedProjects ?? []).filter(({ id }) => !seen.has(id));
  const expect = (target: Target) => expected(from, target, hopeless);
  return {
    pins: pins.flatMap((pin) => targetsOfPin(from, pin)).map(expect),
    targets: known.map(expect),
    sightings: [],
    isAsked: false,
    problems: [hopeless.message],
  };
}

/** What an account showed, as the scope records it. */
function sightingsOf({ targets, regionless, leftOut }: Inventory, unshown: readonly Target[]): Sighting[] {
  const stillExpected = new Set(unshown.map(({ projectId }) => projectId));
  return [
    ...targets.map((target) => ({ ...target, state: "expected" as const })),
    ...regionless.map((target) => ({ ...target, state: "expected" as const, regionless: true })),
    ...unshown.map((target) => ({ ...target, state: "expected" as const })),
    ...leftOut
      .filter(({ projectId, detail }) => detail === null || !stillExpected.has(projectId))
      .map(({ reason, detail, ...target }) => ({ ...target, state: reason })),
  ];
}

/** Until when an account's discovery is waited for. */
interface Ends {
  /** The run is stopped. */
  stop: AbortSignal | undefined;
  /** The night goes on without the account. */
  deadlines: readonly AbortSignal[];
}

const endsOf = ({ signal, deadline, discoveryDeadline }: IngestJob): Ends => ({
  stop: signal,
  deadlines: [deadline, discoveryDeadline].filter((one) => one !== undefined),
});

/** What discovery failed with, as a failure of the cloud's. @throws whatever is none */
function failureOf(error: unknown, { cloud }: IngestAccount, { stop, deadlines }: Ends): CloudError {
  const isAbort = (reason: unknown) => reason === error || (error as Error).name === "AbortError";
  const isLate =
    stop?.aborted !== true && deadlines.some(({ aborted, reason }) => aborted && isAbort(reason));
  return isLate ? new DeadlineError(placeOfEndpoint(cloud.endpoints.iam)) : cloudErrorOr(error);
}

/** What an account has, or why it could not be asked. */
type Discovered = Inventory | CloudError;

async function discover(from: IngestAccount, ends: Ends): Promise<Discovered> {
  const signals = [ends.stop, ...ends.deadlines].filter((one) => one !== undefined);
  try {
    return await discoverTargets(from.cloud, {
      enterpriseProjects: from.enterpriseProjects,
      ...(signals.length > 0 && { signal: AbortSignal.any(signals) }),
    });
  } catch (error) {
    return failureOf(error, from, ends);
  }
}

/** @param known gives what the account had on its last night on record, under its name of tonight */
async function expectOfAccount(
  from: IngestAccount,
  found: Discovered,
  { projects = {}, known: lastKnown }: { projects: Projects | undefined; known: () => Promise<Target[]> },
): Promise<AccountExpectation> {
  const { account } = from.cloud;
  if (found instanceof Error) return expectUnasked(await lastKnown(), from, found);
  const { inventory, configuredOut } = withoutConfiguredOut(found, projects);
  const { incomplete, leftOut } = inventory;
  const known = isInDoubt(inventory) ? await lastKnown() : [];
  const unshown = knownUnread(account, inventory, known);
  const targets = [
    ...inventory.targets.map((target) => expected(from, target, null)),
    ...inventory.regionless.map((target) =>
      expected(from, target, new RegionError(target.projectId, target.region)),
    ),
    ...unshown.map(({ target, hopeless }) => expected(from, target, hopeless)),
  ];
  const pins = unseenPins(from, inventory, targets);
  const nothing =
    targets.length + pins.length + configuredOut.length === 0
      ? "IAM lists no enabled project in a known region. Check what its user may see."
      : null;
  const stillListed = unshown
    .map(({ target }) => target)
    .filter(({ projectId }) => leftOut.some((one) => one.detail !== null && one.projectId === projectId));
  return {
    pins,
    targets,
    sightings: [...sightingsOf(inventory, stillListed), ...configuredOut],
    isAsked: incomplete === null,
    problems: [incomplete?.message ?? null, leftOutProblem(leftOut), nothing].filter((one) => one !== null),
  };
}

/** What makes a target the one it is. */
export const identityOf = ({ account, region, projectId, enterpriseProjectId }: Target): string =>
  [account, region, projectId, enterpriseProjectId].join("\u0000");

/** Tonight's expected targets of all accounts, which are asked side by side. */
export async function expectTargets(onRecord: OnRecord, job: IngestJob): Promise<Expectation> {
  let done = 0;
  const discovered = await Promise.all(
    job.accounts.map(async (account) => {
      const found = await discover(account, endsOf(job));
      done += 1;
      job.onProgress?.({ step: "discover", done, total: job.accounts.length });
      const domainId = found instanceof Error ? null : found.domainId;
      return { account, found, name: account.cloud.account, domainId };
    }),
  );
  // what is on record of an account is looked up once it is known who it is: its name may be new tonight
  const accounts = discovered.map(({ name, domainId }) => ({ name, domainId }));
  const keys = await onRecord.identify(accounts);
  const keyOf = (name: string): string => keys.get(name) ?? name;
  const each = await Promise.all(
    discovered.map(async ({ account, found, name }) => {
      const known = async () =>
        (await onRecord.lastKnown(keyOf(name))).map((target) => ({ ...target, account: name }));
      return { name, ...(await expectOfAccount(account, found, { projects: job.projects, known })) };
    }),
  );
  const claims = each.flatMap(({ targets }) =>
    targets.map((target) => ({
      target,
      accountKey: keyOf(target.account),
      isHopeless: target.hopeless !== null,
    })),
  );
  const askers = oneAccountEach(claims, await onRecord.holders());
  const isAnothers = (target: Target): boolean =>
    (askers.get(placeOf(target)) ?? target.account) !== target.account;
  const found = each.flatMap((one) => [...one.targets.filter((target) => !isAnothers(target)), ...one.pins]);
  const targets = labelTargets(found, job.projects ?? {}).filter(job.only ?? (() => true));
  return {
    // whatever the configuration names twice is one target
    targets: [...new Map(targets.map((target) => [identityOf(target), target])).values()],
    sightings: each
      .flatMap(({ sightings }) => sightings)
      .map((one) =>
        one.state === "expected" && isAnothers(one) ? { ...one, state: "seen_by_another_account" } : one,
      ),
    accounts,
    asked: each.filter(({ isAsked }) => isAsked).map(({ name }) => name),
    problems: each.flatMap(({ name, problems }) =>
      problems.map((problem) => `Account "${name}": ${problem}`),
    ),
  };
}
