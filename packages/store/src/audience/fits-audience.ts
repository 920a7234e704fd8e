import { matchesProject } from "../matches-project.ts";
import { type AudienceFilter, CONDITIONS } from "./audience-filter.ts";

/** What a filter looks at. */
export interface Candidate {
  account: string;
  region: string;
  project_id: string;
  project_name: string;
  /** On the night. */
  unit: string | null;
}

/** Whether one name of a condition fits. */
export const CONDITION_FITS: Record<
  keyof AudienceFilter,
  (names: readonly string[], one: Candidate) => boolean
> = {
  units: (names, { unit }) => unit !== null && names.includes(unit),
  accounts: (names, { account }) => names.includes(account),
  regions: (names, { region }) => names.includes(region),
  projects: (names, one) =>
    matchesProject(names, { projectName: one.project_name, projectId: one.project_id }),
};

/** Whether all conditions of a filter hold; one without a condition fits everyone. */
export const fitsAudience = (filter: AudienceFilter, one: Candidate): boolean =>
  CONDITIONS.every((condition) => {
    const names = filter[condition];
    return names === undefined || CONDITION_FITS[condition](names, one);
  });
