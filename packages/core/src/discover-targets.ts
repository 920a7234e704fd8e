import type { Cloud } from "./cloud.ts";
import { listEnterpriseProjects } from "./discovery/list-enterprise-projects.ts";
import { listProjects } from "./discovery/list-projects.ts";
import {
  type ListedProject,
  readEnterpriseProject,
  readProject,
  type Unreadable,
  type UnreadableEntry,
} from "./discovery/read-project.ts";
import { ALL } from "./discovery/whole-account.ts";
import type { CloudError } from "./errors.ts";
import { regionOf } from "./regions.ts";
import type { ALL_ENTERPRISE_PROJECTS, Target } from "./target.ts";
import { storable } from "./text.ts";

/**
 * Which enterprise projects a project is asked for: all in one answer (the default), each that the caller is
 * granted, or those of a list.
 */
export type EnterpriseProjects = typeof ALL_ENTERPRISE_PROJECTS | "each" | readonly string[];

/** What would be a target, but for a reason. */
export interface LeftOut extends Target {
  reason: "disabled" | Unreadable;
  /** What is wrong with an entry that cannot be read; null where the reason says all. */
  detail: string | null;
}

/** What an account has tonight. Its domain and the built-in project of object storage are neither. */
export interface Inventory {
  targets: Target[];
  /** Enabled, but of a region that is not known: there is nowhere to ask. */
  regionless: Target[];
  leftOut: LeftOut[];
  /** Why there may be more than this; null is: it is all. */
  incomplete: CloudError | null;
  /** The id of the account's domain, by its projects; null where none names it. */
  domainId: string | null;
}

/** One entry for each id: of several the first that is enabled, else the first that can be read. */
function eachOnce(
  entries: readonly (ListedProject | UnreadableEntry)[],
): (ListedProject | UnreadableEntry)[] {
  const worth = (entry: ListedProject | UnreadableEntry): number =>
    "reason" in entry ? 0 : entry.enabled === false ? 1 : 2;
  const best = new Map<string, ListedProject | UnreadableEntry>();
  for (const entry of entries) {
    const other = best.get(entry.id);
    if (other === undefined || worth(entry) > worth(other)) best.set(entry.id, entry);
  }
  return [...best.values()];
}

const isTargetless = (entry: ListedProject | UnreadableEntry): boolean =>
  "reason" in entry ? entry.name === "MOS" : entry.is_domain === true || entry.name === "MOS";

interface Filters {
  ids: string[];
  unread: UnreadableEntry[];
  incomplete: CloudError | null;
}

/** The `enterprise_project_id`s that each project is asked with, once each. */
async function filtersOf(
  cloud: Cloud,
  wanted: EnterpriseProjects,
  options: { domainId: string | undefined; signal: AbortSignal | undefined },
): Promise<Filters> {
  if (wanted !== "each") {
    return {
      ids: [...new Set(typeof wanted === "string" ? [wanted] : wanted)],
      unread: [],
      incomplete: null,
    };
  }
  const { entries, incomplete } = await listEnterpriseProjects(cloud, options);
  const read = entries.map(readEnterpriseProject);
  const ids = new Set(read.filter((each) => typeof each === "string"));
  return { ids: [...ids], unread: read.filter((each) => typeof each !== "string"), incomplete };
}

/**
 * What an account has tonight: its enabled projects, by the enterprise projects asked for. An entry that cannot be read
 * is left out, and no other with it.
 *
 * @throws CloudError where nothing can be listed
 */
export async function discoverTargets(
  cloud: Cloud,
  options: { enterpriseProjects: EnterpriseProjects; signal?: AbortSignal },
): Promise<Inventory> {
  const { signal } = options;
  const { entries, incomplete } = await listProjects(cloud, signal);
  const projects = eachOnce(entries.map(readProject));
  const [domainId] = projects.flatMap((each) =>
    "domain_id" in each && typeof each.domain_id === "string" ? [each.domain_id] : [],
  );
  const filters = await filtersOf(cloud, options.enterpriseProjects, { domainId, signal });

  const inventory: Inventory = {
    targets: [],
    regionless: [],
    leftOut: [],
    incomplete: incomplete ?? filters.incomplete,
    domainId: domainId === undefined ? null : storable(domainId),
  };
  const targetOf = (id: string, name: string | null, enterpriseProjectId: string): Target => ({
    account: cloud.account,
    region: name === null ? ALL : regionOf(storable(name)),
    projectId: id,
    projectName: storable(name ?? id),
    enterpriseProjectId,
  });
  for (const project of projects) {
    if (isTargetless(project)) continue;
    const targets = filters.ids.map((filter) => targetOf(project.id, project.name, filter));
    const leaveOut = (reason: LeftOut["reason"], detail: string | null = null) =>
      inventory.leftOut.push(...targets.map((target) => ({ ...target, reason, detail })));
    if ("reason" in project) leaveOut(project.reason, project.detail);
    else if (project.enabled === false) leaveOut("disabled");
    else if (Object.hasOwn(cloud.regions, regionOf(project.name))) inventory.targets.push(...targets);
    else inventory.regionless.push(...targets);
  }
  for (const { id, reason, detail } of filters.unread) {
    inventory.leftOut.push({ ...targetOf(ALL, null, id), reason, detail });
  }
  return inventory;
}
