import type { CloudError } from "../errors.ts";

/** What pages of a list gave. */
export interface Listing {
  entries: unknown[];
  /** Why there may be more than these entries; null is: they are all. */
  incomplete: CloudError | null;
}
