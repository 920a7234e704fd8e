import { call } from "./call.ts";
import type { Cloud } from "./cloud.ts";
import { listEnterpriseProjectsAnswer, listProjectsAnswer } from "./contract.ts";
import { parseAnswer } from "./parse-answer.ts";
import { regionOf } from "./regions.ts";
import { ALL_ENTERPRISE_PROJECTS, type Target } from "./target.ts";
import { storable } from "./text.ts";

/**
 * Which enterprise projects a project is asked for: all in one answer (the default), each that the caller is
 * granted, or those of a list.
 */
export type EnterpriseProjects = typeof ALL_ENTERPRISE_PROJECTS | "each" | readonly string[];

/** What would be a target, but for a reason. */
export interface LeftOut extends Target {
  reason: "disabled" | "unknown_region";
}

/** What an account has tonight. Its domain and the built-in project of object storage are neither. */
export interface Inventory {
  targets: Target[];
  leftOut: LeftOut[];
  /** The id of the account's domain, by its projects; null where none names it. */
  domainId: string | null;
}

/** The most that a page holds (EPS, ListEnterpriseProject). */
const PAGE = 1000;

/** The projects that the caller sees (IAM, KeystoneListAuthProjects): one answer, never paged. */
async function listProjects(cloud: Cloud, signal: AbortSignal | undefined) {
  const { body } = await call(cloud, {
    operation: "KeystoneListAuthProjects",
    url: new URL("/v3/auth/projects", cloud.endpoints.iam),
    scope: "domain",
    ...(signal && { signal }),
  });
  return parseAnswer("KeystoneListAuthProjects", listProjectsAnswer, body).data.projects;
}

/** All enterprise projects that the caller is granted, enabled or not (EPS, ListEnterpriseProject), page by page. */
async function listEnterpriseProjects(
  cloud: Cloud,
  domainId: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const ids = new Set<string>();
  for (let offset = 0; ; ) {
    const url = new URL("/v1.0/enterprise-projects", cloud.endpoints.eps);
    url.searchParams.set("limit", String(PAGE));
    url.searchParams.set("offset", String(offset));
    const { body } = await call(cloud, {
      operation: "ListEnterpriseProject",
      url,
      scope: "domain",
      headers: domainId === undefined ? {} : { "X-Domain-Id": domainId },
      ...(signal && { signal }),
    });
    const { data } = parseAnswer("ListEnterpriseProject", listEnterpriseProjectsAnswer, body);
    for (const { id } of data.enterprise_projects) ids.add(id);
    offset += data.enterprise_projects.length;
    if (data.enterprise_projects.length === 0 || offset >= data.total_count) return [...ids];
  }
}

/**
 * What an account has tonight: its projects in known regions, by the enterprise projects asked for.
 *
 * @throws CloudError
 */
export async function discoverTargets(
  cloud: Cloud,
  options: { enterpriseProjects: EnterpriseProjects; signal?: AbortSignal },
): Promise<Inventory> {
  const { enterpriseProjects: wanted, signal } = options;
  const projects = await listProjects(cloud, signal);
  const domainId = projects.find(({ domain_id }) => typeof domain_id === "string")?.domain_id ?? undefined;
  const enterpriseProjectIds =
    wanted === "each"
      ? await listEnterpriseProjects(cloud, domainId, signal)
      : wanted === ALL_ENTERPRISE_PROJECTS
        ? [wanted]
        : wanted;

  const inventory: Inventory = {
    targets: [],
    leftOut: [],
    domainId: domainId === undefined ? null : storable(domainId),
  };
  for (const { id, name, enabled, is_domain } of projects) {
    if (is_domain === true || name === "MOS") continue;
    const region = regionOf(name);
    const targets = enterpriseProjectIds.map((enterpriseProjectId) => ({
      account: cloud.account,
      region,
      projectId: id,
      projectName: storable(name),
      enterpriseProjectId,
    }));
    const leaveOut = (reason: LeftOut["reason"]) =>
      inventory.leftOut.push(...targets.map((target) => ({ ...target, reason })));
    if (!Object.hasOwn(cloud.regions, region)) leaveOut("unknown_region");
    else if (enabled === false) leaveOut("disabled");
    else inventory.targets.push(...targets);
  }
  return inventory;
}
