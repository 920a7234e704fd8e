import type { FailureKind } from "@nightledger/core";

/** What to do about each kind of failure, in the words of docs/failure-kinds.md. */
const CURES: Readonly<Record<FailureKind, string>> = {
  not_attempted: "run nightledger ingest again: it resumes",
  not_run: "nothing brings the night back; see why the scheduler did not run",
  retracted: "nothing, if the reason is right; nightledger retract --date D --undo puts it back",
  not_discovered: "grant the user access to the project, or unpin it",
  region:
    "add the region to regions with the URL of its HSS, or leave the project out by name (projects.ID.leaveOut)",
  network: "read the detail, which names the hop; check the endpoint, DNS, network.proxy and firewall",
  timeout: "check the network; raise request.timeoutMs",
  throttled: "find what else uses the same user or address; correct request.quota",
  credential: "check accounts[].credential and the clock",
  permission: 'grant the user "HSS ReadOnlyAccess" on the project',
  address_refused:
    "have the address that calls leave from (egress, or the proxy's) allowed in IAM's access control",
  frozen: "settle the account, or close the project",
  not_available: "leave the region's projects out, or correct its endpoint",
  not_found: "check endpoint and region",
  rejected: "read the detail; report it if it is ours",
  cloud: "wait; ask the provider if it stays",
  too_large: "see what answers there; raise the limit if it is right",
  contract: "report it with the detail's JSON path",
  clock: "set the clock, let NTP keep it in time, and run the same command again",
  crashed: "see the workers' logs for what ended them; report it",
};

/** What to do about a kind of failure; null of a kind that a later version has put on record. */
export const failureCure = (kind: string): string | null =>
  Object.hasOwn(CURES, kind) ? CURES[kind as FailureKind] : null;
