import { call } from "./call.ts";
import type { Cloud } from "./cloud.ts";
import { listProjectsAnswer } from "./contract.ts";
import { parseAnswer } from "./parse-answer.ts";
import regions from "./regions.json" with { type: "json" };
import type { Target } from "./target.ts";

/** A project that is no target, and why. */
export interface LeftOut {
  projectId: string;
  projectName: string;
  reason: "domain" | "object_storage" | "disabled" | "unknown_region";
}

export interface Inventory {
  targets: Target[];
  leftOut: LeftOut[];
}

const KNOWN_REGIONS = new Set(regions);

/** A project is named after its region, a sub-project `{region}_{name}`. */
const regionOf = (projectName: string): string => projectName.split("_", 1)[0] ?? "";

/**
 * Tonight's targets of an account: its enabled projects in known regions (IAM, KeystoneListAuthProjects).
 *
 * @throws CloudError
 */
export async function discoverTargets(
  cloud: Cloud,
  options: { enterpriseProjectId: string; signal?: AbortSignal },
): Promise<Inventory> {
  const url = new URL("/v3/auth/projects", cloud.endpoints.iam);
  const { body } = await call(cloud, {
    operation: "KeystoneListAuthProjects",
    url,
    scope: "domain",
    ...(options.signal && { signal: options.signal }),
  });
  const { projects } = parseAnswer("KeystoneListAuthProjects", listProjectsAnswer, body);

  const inventory: Inventory = { targets: [], leftOut: [] };
  for (const project of projects) {
    const region = regionOf(project.name);
    const leaveOut = (reason: LeftOut["reason"]) =>
      inventory.leftOut.push({ projectId: project.id, projectName: project.name, reason });
    if (project.is_domain === true) leaveOut("domain");
    else if (project.name === "MOS") leaveOut("object_storage");
    else if (!KNOWN_REGIONS.has(region)) leaveOut("unknown_region");
    else if (project.enabled === false) leaveOut("disabled");
    else {
      inventory.targets.push({
        account: cloud.account,
        region,
        projectId: project.id,
        projectName: project.name,
        enterpriseProjectId: options.enterpriseProjectId,
      });
    }
  }
  return inventory;
}
