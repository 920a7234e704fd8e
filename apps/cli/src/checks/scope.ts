import type { Inventory, LeftOut, Target } from "@nightledger/core";
import { placeOf } from "@nightledger/store";
import type { Finding } from "./finding.ts";

/** So many of a kind are named. */
const MOST_NAMED = 5;

function some(names: Iterable<string>): string {
  const all = [...new Set(names)];
  const rest = all.length > MOST_NAMED ? ` and ${all.length - MOST_NAMED} more` : "";
  return `${all.slice(0, MOST_NAMED).join(", ")}${rest}`;
}

const nameOf = ({ projectId, projectName }: Target): string =>
  projectName === projectId ? projectId : `${projectName} (${projectId})`;
const unreadName = (one: LeftOut): string => `${nameOf(one)}: ${one.detail}`;

/** What of an account's projects a night would not record as it should. */
export function* scopeFindings(
  account: string,
  { regionless, leftOut, incomplete }: Inventory,
): Generator<Finding> {
  const warning = (detail: string): Finding => ({
    check: "scope",
    subject: account,
    status: "warning",
    detail,
  });
  if (incomplete !== null) {
    yield warning(`It may have more than it lists, which a night records as missing. ${incomplete.message}`);
  }
  if (regionless.length > 0) {
    yield warning(
      `Enabled projects are in regions that are not known (${some(regionless.map(({ region }) => region))}), so each is missing every night: ${some(regionless.map(nameOf))}. ` +
        "Add the regions to regions with the URL of their HSS, or leave the projects out by name (projects: leaveOut).",
    );
  }
  const unread = leftOut.filter(({ detail }) => detail !== null);
  if (unread.length > 0) {
    yield warning(
      `Entries of its lists cannot be read, and are left out: ${some(unread.map(unreadName))}. Ask the provider, or leave them out by name (projects: leaveOut).`,
    );
  }
}

/** Projects that several accounts see: each counts once. */
export function* sharedFindings(inventories: readonly Inventory[]): Generator<Finding> {
  const seen = inventories.flatMap(({ targets, regionless }) => [...targets, ...regionless]);
  const shared = [...Map.groupBy(seen, placeOf).values()].filter((each) => each.length > 1);
  const byAccounts = Map.groupBy(shared, (each) => each.map(({ account }) => account).join(", "));
  for (const [accounts, places] of byAccounts) {
    const names = some(places.flatMap(([first]) => (first === undefined ? [] : [nameOf(first)])));
    yield {
      check: "scope",
      subject: accounts,
      status: "warning",
      detail:
        `These accounts see the same projects: ${names}. Each counts once, with the account that has it on record, else with the first one configured (inventory_latest has the others as seen_by_another_account). ` +
        "If that is not meant, take an account out of accounts, or give its user fewer projects.",
    };
  }
}
