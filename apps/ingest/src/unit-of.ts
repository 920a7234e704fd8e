import { matchesProject } from "@nightledger/store";
import type { IngestAccount } from "./job.ts";

/** The business unit of a project: of the first rule that fits it, else the account's own; null is none. */
export function unitOf(
  { unit, units = [] }: Pick<IngestAccount, "unit" | "units">,
  project: { projectName: string; projectId: string },
): string | null {
  const rule = units.find(({ projects }) => matchesProject(projects, project));
  return rule?.unit ?? unit ?? null;
}
