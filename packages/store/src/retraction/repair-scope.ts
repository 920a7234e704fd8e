import { sql, type Transaction } from "kysely";
import type { Schema } from "../tables.ts";
import { moveOut } from "./moved-tables.ts";
import type { NextRun } from "./next-run.ts";
import type { RetractedNight } from "./repair-calendar.ts";
import {
  type EntryIdentity,
  entriesMovedBy,
  entryOf,
  type ScopeChange,
  settleInventory,
  stateAfter,
} from "./settle-inventory.ts";

type Change = ScopeChange;

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
  entry: EntryIdentity,
): Promise<History> {
  const identity = entryOf(entry);
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
  // it takes the place of the one that it follows from: an entry's changes lie in the order of their numbers
  await tx
    .insertInto("scope_change")
    .values({ ...(noted ?? last), ...change, data_date: next.dataDate, run_id: night.runId })
    .execute();
}

/** Takes a change out, and notes another in its place, as of the run that retracts. */
async function replaceChange(
  tx: Transaction<Schema>,
  { retractionId, runId }: RetractedNight,
  change: Change,
  reason: string,
): Promise<void> {
  const { id } = change;
  if (change.run_id === runId) {
    await tx.updateTable("scope_change").set({ reason }).where("id", "=", id).execute();
    return;
  }
  await moveOut(tx, "scope_change", { retractionId, where: sql`id = ${id}` });
  await tx
    .insertInto("scope_change")
    .values({ ...change, reason, run_id: runId })
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
  night: RetractedNight,
  next: NextRun | null,
): Promise<void> {
  const { retractionId, dataDate } = night;
  await moveOut(tx, "scope_change", { retractionId, where: sql`data_date = ${dataDate}` });
  const entries = await entriesMovedBy(tx, [retractionId]);
  for (const entry of entries) {
    const history = await historyOf(tx, retractionId, entry);
    if (next !== null) await handOn(tx, night, { history, next });
    await settleInventory(tx, entry);
  }
  if (next === null) return;
  await addAccounts(tx, night, { accounts: new Set(entries.map(({ account }) => account)), next });
}
