import { type Selectable, sql, type Transaction } from "kysely";
import type { Schema, Tables } from "../tables.ts";
import type { InventoryState } from "../views.ts";
import type { Effects } from "./effects.ts";
import { moveOut } from "./moved-tables.ts";
import type { NextRun } from "./next-run.ts";
import type { RetractedNight } from "./repair-calendar.ts";

type Change = Selectable<Tables["scope_change"]>;
type Entry = Selectable<Tables["inventory"]>;

const IDENTITY = ["account", "region", "project_id", "enterprise_project_id"] as const;
const keyOf = (row: Pick<Change, (typeof IDENTITY)[number]>): string =>
  IDENTITY.map((column) => row[column]).join("\u0000");

/** States that a change names as its reason; any other reason of a loss means that discovery showed it no more. */
const SHOWN_STATES: ReadonlySet<string> = new Set<InventoryState>(["disabled", "unknown_region"]);

/** How an entry stood after a change; null is: nobody had seen it. */
function stateAfter(change: Pick<Change, "change" | "reason"> | undefined): InventoryState | null {
  if (change === undefined) return null;
  if (change.change === "new") return "expected";
  return SHOWN_STATES.has(change.reason) ? (change.reason as InventoryState) : "gone";
}

/** One entry's changes in the order in which they were seen: before the retracted night, on it, and after. */
interface History {
  before: Change[];
  retracted: Change[];
  after: Change[];
}

/** What takes the place of a change that the next run noted; null where there was nothing to note. */
function amended(history: History, next: Change): Pick<Change, "change" | "reason"> | null {
  const was = stateAfter(history.before.at(-1));
  const is = stateAfter(next);
  if (was === is || (was === null && is === "gone")) return null;
  if (was !== null || is !== "expected") return { change: next.change, reason: next.reason };
  return { change: "new", reason: "first_seen" };
}

async function historyOf(
  tx: Transaction<Schema>,
  retractionId: number,
  entry: Pick<Change, (typeof IDENTITY)[number]>,
): Promise<History> {
  const identity = Object.fromEntries(IDENTITY.map((column) => [column, entry[column]]));
  const retracted = await tx
    .selectFrom("retracted_scope_change")
    .selectAll()
    .where("retraction_id", "=", retractionId)
    .where((eb) => eb.and(identity))
    .orderBy("id")
    .execute();
  const others = await tx
    .selectFrom("scope_change")
    .selectAll()
    .where((eb) => eb.and(identity))
    .orderBy("id")
    .execute();
  const first = retracted[0]?.id ?? 0;
  return {
    before: others.filter(({ id }) => id < first),
    retracted: retracted.map(({ retraction_id, ...change }) => change),
    after: others.filter(({ id }) => id > first),
  };
}

/** Gives the next run what the retracted ones had noted in its stead. */
async function handOn(
  tx: Transaction<Schema>,
  night: RetractedNight,
  { history, next }: { history: History; next: NextRun },
): Promise<void> {
  const last = history.retracted.at(-1);
  if (last === undefined) return;
  const [following] = history.after;
  const noted = following?.run_id === next.id ? following : undefined;
  const change = amended(history, noted ?? last);
  if (noted !== undefined && change?.change === noted.change && change.reason === noted.reason) return;
  if (noted !== undefined) {
    await moveOut(tx, "scope_change", {
      retractionId: night.retractionId,
      where: sql`id = ${noted.id}`,
    });
  }
  if (change === null) return;
  const { id, ...entry } = noted ?? last;
  await tx
    .insertInto("scope_change")
    .values({ ...entry, ...change, data_date: next.dataDate, run_id: night.runId })
    .execute();
}

/** An entry of the inventory as its changes leave it. */
async function settle(
  tx: Transaction<Schema>,
  effects: Effects,
  entry: Pick<Change, (typeof IDENTITY)[number]>,
): Promise<void> {
  const identity = Object.fromEntries(IDENTITY.map((column) => [column, entry[column]]));
  const inventory = await tx
    .selectFrom("inventory")
    .selectAll()
    .where((eb) => eb.and(identity))
    .executeTakeFirst();
  // by their nights: what was handed on has a later number than what followed it
  const last = await tx
    .selectFrom("scope_change")
    .selectAll()
    .where((eb) => eb.and(identity))
    .orderBy("data_date", "desc")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  const state = stateAfter(last);
  const row = (one: Entry) => ({ ...one });
  const now =
    last === undefined || state === null
      ? null
      : {
          account: last.account,
          region: last.region,
          project_id: last.project_id,
          enterprise_project_id: last.enterprise_project_id,
          project_name: last.project_name,
          state,
          since: last.data_date,
        };
  await effects.change("inventory", inventory === undefined ? null : row(inventory), now);
}

/** Takes a change out, and notes another in its place, as of the run that retracts. */
async function replaceChange(
  tx: Transaction<Schema>,
  { retractionId, runId }: RetractedNight,
  change: Change,
  reason: string,
): Promise<void> {
  const { id, ...entry } = change;
  if (change.run_id === runId) {
    await tx.updateTable("scope_change").set({ reason }).where("id", "=", id).execute();
    return;
  }
  await moveOut(tx, "scope_change", { retractionId, where: sql`id = ${id}` });
  await tx
    .insertInto("scope_change")
    .values({ ...entry, reason, run_id: runId })
    .execute();
}

/** Where the retracted runs were the first to see an account, the next one is: what it shows comes with the account. */
async function addAccounts(
  tx: Transaction<Schema>,
  night: RetractedNight,
  { accounts, next }: { accounts: ReadonlySet<string>; next: NextRun },
): Promise<void> {
  for (const account of accounts) {
    const known = await tx
      .selectFrom("scope_change")
      .select("id")
      .where("account", "=", account)
      .where("run_id", "<", next.id)
      .limit(1)
      .executeTakeFirst();
    if (known !== undefined) continue;
    const shown = await tx
      .selectFrom("scope_change")
      .selectAll()
      .where("account", "=", account)
      .where("data_date", "=", next.dataDate)
      .where("run_id", "in", [next.id, night.runId])
      .where("reason", "=", "first_seen")
      .orderBy("id")
      .execute();
    for (const change of shown) await replaceChange(tx, night, change, "account_added");
  }
}

/**
 * Takes what discovery noted on the night out of the scope's history. What the next run saw as well, it notes now; what
 * it only set right is no change any more.
 */
export async function repairScope(
  tx: Transaction<Schema>,
  effects: Effects,
  night: RetractedNight,
  next: NextRun | null,
): Promise<void> {
  const { retractionId, dataDate } = night;
  await moveOut(tx, "scope_change", { retractionId, where: sql`data_date = ${dataDate}` });
  const moved = await tx
    .selectFrom("retracted_scope_change")
    .select([...IDENTITY])
    .distinct()
    .where("retraction_id", "=", retractionId)
    .orderBy("account")
    .orderBy("project_id")
    .execute();
  for (const entry of new Map(moved.map((one) => [keyOf(one), one])).values()) {
    const history = await historyOf(tx, retractionId, entry);
    if (next !== null) await handOn(tx, night, { history, next });
    await settle(tx, effects, entry);
  }
  if (next === null) return;
  await addAccounts(tx, night, { accounts: new Set(moved.map(({ account }) => account)), next });
}
