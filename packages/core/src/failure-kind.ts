/**
 * Why a target is missing. A closed list: stored, counted, shown; `docs/failure-kinds.md` says what to do
 * about each.
 */
export const FAILURE_KINDS = [
  "not_attempted",
  "not_run",
  "retracted",
  "not_discovered",
  "region",
  "network",
  "timeout",
  "throttled",
  "credential",
  "permission",
  "address_refused",
  "frozen",
  "not_available",
  "not_found",
  "rejected",
  "cloud",
  "too_large",
  "contract",
  "crashed",
  "clock",
] as const;

export type FailureKind = (typeof FAILURE_KINDS)[number];
