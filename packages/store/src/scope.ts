import type { Insertable, Transaction } from "kysely";
import type { Batch } from "./batch.ts";
import type { Ledger } from "./open.ts";
import { requireUnderWay } from "./seal/require-under-way.ts";
import type { Schema, Tables } from "./tables.ts";
import type { TargetIdentity } from "./target-identity.ts";
import type { InventoryState, SightingChange } from "./views.ts";

/** What discovery sees tonight. */
export interface Sighting extends TargetIdentity {
  state: Exclude<InventoryState, "gone">;
  /** Of an expected one: its region is not known, so that it is missing. */
  regionless?: boolean;
  /** The configuration's reason, where it leaves the project out. */
  detail?: string | null;
}

/** What one discovery says, to be held against the one before. Accounts are named by their keys. */
export interface Discovery {
  runId: number;
  dataDate: string;
  /** Accounts that could be asked; what is known of others stays as it is. */
  asked: readonly string[];
  /** All configured accounts, asked or not. */
  configured: readonly string[];
  /** Whether one of them may be an account on record under a new name: then none is taken for removed. */
  isUnsure?: boolean;
  /** All that discovery showed, whether it is asked for or not. */
  sightings: readonly Sighting[];
}

interface Known {
  account: string;
  project_id: string;
  enterprise_project_id: string;
  project_name: string;
  region: string;
  state: InventoryState;
  detail: string | null;
}

const keyOf = (entry: {
  account: string;
  region: string;
  project_id: string;
  enterprise_project_id: string;
}) => [entry.account, entry.region, entry.project_id, entry.enterprise_project_id].join("\u0000");

/** Why an entry came into the scope that stood otherwise before. */
const REASONS = {
  gone: "listed_again",
  disabled: "enabled",
  unknown_region: "region_known",
  id_unreadable: "readable_again",
  name_unreadable: "readable_again",
  enabled_unreadable: "readable_again",
  entry_unreadable: "readable_again",
  seen_by_another_account: "taken_over",
  configured_out: "put_back",
} as const satisfies Record<Exclude<InventoryState, "expected">, string>;

/** What it means that an entry stands as `now` and stood as `before`; null is no change. */
function changeOf(
  before: InventoryState | null,
  { state: now, regionless }: Pick<Sighting, "state" | "regionless">,
  accountIsNew: boolean,
): { change: SightingChange; reason: string } | null {
  if (before === now) return null;
  if (now !== "expected") return { change: before === "expected" ? "gone" : "left_out", reason: now };
  if (before === null) return { change: "new", reason: accountIsNew ? "account_added" : "first_seen" };
  if (before === "unknown_region" && regionless === true) return { change: "new", reason: "region_expected" };
  return before === "expected" ? null : { change: "new", reason: REASONS[before] };
}

/** Why an entry that was known is not seen any more. */
function whyGone(entry: Known, tonight: ReadonlySet<string>, configured: readonly string[]): string {
  if (!configured.includes(entry.account)) return "account_removed";
  return tonight.has(`${entry.account}\u0000${entry.project_id}`) ? "not_configured" : "not_listed";
}

/** How many came into the scope and how many left it. */
export interface ScopeChanges {
  new: number;
  gone: number;
}

/** Holds tonight's discovery against what was known: what is new, what is gone, and why. */
export async function recordScope(ledger: Ledger, discovery: Discovery): Promise<ScopeChanges> {
  return await ledger.db.transaction().execute(async (tx) => {
    await requireUnderWay(tx, [discovery.runId]);
    return await compareScope(tx, ledger.batchOf(tx), discovery);
  });
}

async function compareScope(
  db: Transaction<Schema>,
  batch: Batch,
  discovery: Discovery,
): Promise<ScopeChanges> {
  const { runId, dataDate, asked, configured, isUnsure = false, sightings } = discovery;
  const known = await db.selectFrom("inventory").selectAll().execute();
  const knownByKey = new Map(known.map((entry) => [keyOf(entry), entry]));
  const knownAccounts = new Set(known.map(({ account }) => account));
  const tonight = new Set(sightings.map(({ account, projectId }) => `${account}\u0000${projectId}`));
  const seen = new Set<string>();
  const counts: Record<SightingChange, number> = { new: 0, gone: 0, left_out: 0 };

  const changes: Insertable<Tables["scope_change"]>[] = [];
  const added: Insertable<Tables["inventory"]>[] = [];
  const changed: Known[] = [];

  function note(entry: Known, found: { change: SightingChange; reason: string }): void {
    const { state, ...scope } = entry;
    counts[found.change] += 1;
    changes.push({ ...scope, ...found, data_date: dataDate, run_id: runId });
    if (knownByKey.has(keyOf(entry))) changed.push(entry);
    else added.push({ ...scope, state, since: dataDate });
  }

  /** A project that stays left out for another reason than before is noted, too. */
  const isReworded = (entry: Known, before: Known | undefined) =>
    entry.state === "configured_out" && before?.state === entry.state && before.detail !== entry.detail;

  for (const sighting of sightings) {
    const entry: Known = {
      account: sighting.account,
      region: sighting.region,
      project_id: sighting.projectId,
      enterprise_project_id: sighting.enterpriseProjectId,
      project_name: sighting.projectName,
      state: sighting.state,
      detail: sighting.detail ?? null,
    };
    seen.add(keyOf(entry));
    const before = knownByKey.get(keyOf(entry));
    const found = changeOf(before?.state ?? null, sighting, !knownAccounts.has(sighting.account));
    if (found !== null) note(entry, found);
    else if (isReworded(entry, before)) note(entry, { change: "left_out", reason: entry.state });
  }
  for (const { since, ...entry } of known) {
    const lost = asked.includes(entry.account) || (!isUnsure && !configured.includes(entry.account));
    if (!lost || seen.has(keyOf(entry)) || entry.state === "gone") continue;
    note(
      { ...entry, state: "gone", detail: null },
      { change: "gone", reason: whyGone(entry, tonight, configured) },
    );
  }
  await batch.insert("scope_change", changes);
  await batch.insert("inventory", added);
  for (const entry of changed) {
    const { account, region, project_id, enterprise_project_id, project_name, state, detail } = entry;
    await db
      .updateTable("inventory")
      .set({ state, since: dataDate, project_name, detail })
      .where((eb) => eb.and({ account, region, project_id, enterprise_project_id }))
      .execute();
  }
  return { new: counts.new, gone: counts.gone };
}
