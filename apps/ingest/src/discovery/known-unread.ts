import {
  type CloudError,
  type Inventory,
  isWholeAccount,
  type Target,
  UnreadableProjectError,
  wholeAccount,
} from "@nightledger/core";

/** A target that discovery could not show, and why. */
export interface Unshown {
  target: Target;
  hopeless: CloudError;
}

/** Whether a list has entries that could not be read, or may have more than it shows. */
export const isInDoubt = ({ leftOut, incomplete }: Inventory): boolean =>
  incomplete !== null || leftOut.some(({ detail }) => detail !== null);

const keyOf = ({ region, projectId, enterpriseProjectId }: Target): string =>
  [region, projectId, enterpriseProjectId].join("\u0000");

/**
 * What is on record and tonight's list leaves in doubt is expected, and missing: an entry that cannot be read any more,
 * and where the list is incomplete all that it does not show. What an incomplete list may have beside is expected as one
 * whole account, since nobody knows how much it is.
 */
export function knownUnread(account: string, inventory: Inventory, known: readonly Target[]): Unshown[] {
  const { targets, regionless, leftOut, incomplete } = inventory;
  const shown = new Set([...targets, ...regionless].map(keyOf));
  const disabled = new Set(leftOut.filter(({ detail }) => detail === null).map(keyOf));
  const unread = new Map(
    leftOut.flatMap((one) => (one.detail === null ? [] : [[one.projectId, one.detail]])),
  );
  const unshown = known.flatMap((target): Unshown[] => {
    if (isWholeAccount(target) || shown.has(keyOf(target)) || disabled.has(keyOf(target))) return [];
    const detail = unread.get(target.projectId);
    if (detail !== undefined) {
      return [{ target, hopeless: new UnreadableProjectError(target.projectId, detail) }];
    }
    return incomplete === null ? [] : [{ target, hopeless: incomplete }];
  });
  return incomplete === null
    ? unshown
    : [...unshown, { target: wholeAccount(account), hopeless: incomplete }];
}
