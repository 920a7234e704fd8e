import type { Inventory, Target } from "@nightledger/core";
import type { Sighting } from "@nightledger/store";
import { type Projects, settingsOf } from "../project-settings.ts";

/** What an account has without the projects that the configuration leaves out, and those apart. */
export interface WithoutConfiguredOut {
  inventory: Inventory;
  configuredOut: Sighting[];
}

/**
 * Takes the projects out that the configuration leaves out: also one whose region is not known, or whose entry cannot
 * be read. A disabled one stays what it is.
 */
export function withoutConfiguredOut(inventory: Inventory, projects: Projects): WithoutConfiguredOut {
  const reasonOf = ({ projectId }: Target) => settingsOf(projects, projectId).leaveOut;
  const isWanted = (target: Target) => reasonOf(target) === undefined;
  const leftOut = inventory.leftOut.filter((one) => one.detail === null || isWanted(one));
  const out = [
    ...inventory.targets,
    ...inventory.regionless,
    ...inventory.leftOut.filter((one) => !leftOut.includes(one)),
  ].filter((target) => !isWanted(target));
  return {
    inventory: {
      ...inventory,
      targets: inventory.targets.filter(isWanted),
      regionless: inventory.regionless.filter(isWanted),
      leftOut,
    },
    configuredOut: out.map((target) => ({
      account: target.account,
      region: target.region,
      projectId: target.projectId,
      projectName: target.projectName,
      enterpriseProjectId: target.enterpriseProjectId,
      state: "configured_out",
      detail: reasonOf(target) ?? null,
    })),
  };
}
