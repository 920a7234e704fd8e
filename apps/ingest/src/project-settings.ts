import type { ExpectedTarget } from "./expect-targets.ts";

/** What the configuration says of one project, by its id. */
export interface ProjectSettings {
  /** What reports call it. */
  alias?: string | undefined;
  /** Who answers for it. */
  owner?: { name?: string | undefined; address?: string | undefined } | undefined;
  /** Its business unit, whatever the patterns of its account say. */
  unit?: string | undefined;
  /** Why it is no target; left out, it is one. */
  leaveOut?: string | undefined;
}

/** What is said of projects, by their ids. */
export type Projects = Readonly<Record<string, ProjectSettings>>;

export const settingsOf = (projects: Projects, projectId: string): ProjectSettings =>
  Object.hasOwn(projects, projectId) ? (projects[projectId] ?? {}) : {};

/** Targets without those that the configuration leaves out, each with what it says of them. */
export const labelTargets = (targets: readonly ExpectedTarget[], projects: Projects): ExpectedTarget[] =>
  targets.flatMap((target) => {
    const { alias, owner, unit, leaveOut } = settingsOf(projects, target.projectId);
    if (leaveOut !== undefined) return [];
    const label = {
      alias: alias ?? null,
      owner: owner === undefined ? null : { name: owner.name ?? null, address: owner.address ?? null },
    };
    return [{ ...target, ...label, unit: unit ?? target.unit }];
  });
