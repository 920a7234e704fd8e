import { isWholeAccount, type LeftOut } from "@nightledger/core";

/** So many entries are named; the ledger has all. */
const MOST_NAMED = 5;

/** What left entries out that cannot be read, in a sentence; null where none is. */
export function leftOutProblem(leftOut: readonly LeftOut[]): string | null {
  const unread = leftOut.filter(({ detail }) => detail !== null);
  const named = new Map(
    unread.map((one) => {
      const what = isWholeAccount(one)
        ? `enterprise project ${one.enterpriseProjectId}`
        : `project ${one.projectId}`;
      return [what, `${what} (${one.detail})`];
    }),
  );
  if (named.size === 0) return null;
  const first = [...named.values()].slice(0, MOST_NAMED).join(", ");
  const rest = named.size > MOST_NAMED ? ` and ${named.size - MOST_NAMED} more` : "";
  return `The cloud's lists have entries that cannot be read, and they are left out: ${first}${rest}. Ask the provider, or leave them out by name (projects: leaveOut).`;
}
