import type { Target } from "../target.ts";

/** Stands for every one of a kind where no single one is meant. No region, project or filter is called so. */
export const ALL = "*";

/** Stands for an account whose targets nobody knows: not one target, but all of them, however many. */
export const wholeAccount = (account: string): Target => ({
  account,
  region: ALL,
  projectId: ALL,
  projectName: ALL,
  enterpriseProjectId: ALL,
});

/** Whether a target stands for a whole account. */
export const isWholeAccount = ({ projectId }: Pick<Target, "projectId">): boolean => projectId === ALL;
