/**
 * Who a report is for: a filter on targets. All conditions that are given must hold; of each, one name must fit.
 * Without a condition it is everyone.
 */
export interface AudienceFilter {
  /** Business units as they are on the night. */
  units?: readonly string[] | undefined;
  accounts?: readonly string[] | undefined;
  regions?: readonly string[] | undefined;
  /** Patterns of project names or ids, `*` standing for any text. */
  projects?: readonly string[] | undefined;
}

export const CONDITIONS = [
  "units",
  "accounts",
  "regions",
  "projects",
] as const satisfies readonly (keyof AudienceFilter)[];
