import { isLeftOutState } from "../load/left-out-states.ts";
import type { LedgerFinding } from "../seal/ledger-finding.ts";
import type { TablesOnly } from "../seal/lines.ts";
import type { InventoryState } from "../views.ts";

/** So many entries are named; more say no more. */
const MOST = 100;

interface Identity {
  account: string;
  region: string;
  project_id: string;
  enterprise_project_id: string;
}

const keyOf = ({ account, region, project_id, enterprise_project_id }: Identity): string =>
  [account, region, project_id, enterprise_project_id].join(" ");

/** How an entry stands after a change. */
function stateAfter({ change, reason }: { change: string; reason: string }): InventoryState {
  if (change === "new") return "expected";
  return isLeftOutState(reason) ? reason : "gone";
}

/** The last change of each entry, as the entry has to say it. */
async function entriesOfChanges(db: TablesOnly): Promise<Map<string, string>> {
  const entries = new Map<string, string>();
  const changes = await db.selectFrom("scope_change").selectAll().orderBy("id").execute();
  for (const row of changes) {
    entries.set(keyOf(row), JSON.stringify([row.project_name, stateAfter(row), row.data_date, row.detail]));
  }
  return entries;
}

const altered = (key: string, detail: string): LedgerFinding => ({
  kind: "altered",
  table: "inventory",
  key,
  runId: null,
  detail,
});

/** What is in scope against the changes of scope, which the runs sealed. */
export async function* verifyInventory(db: TablesOnly): AsyncGenerator<LedgerFinding> {
  const expected = await entriesOfChanges(db);
  const findings: LedgerFinding[] = [];
  for (const row of await db.selectFrom("inventory").selectAll().execute()) {
    const key = keyOf(row);
    const said = JSON.stringify([row.project_name, row.state, row.since, row.detail]);
    if (expected.get(key) !== said)
      findings.push(altered(key, "It is not what its last change of scope says."));
    expected.delete(key);
  }
  for (const key of expected.keys()) findings.push(altered(key, "It has changes of scope, and is gone."));
  yield* findings.slice(0, MOST);
}
