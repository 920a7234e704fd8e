import type { LedgerFinding } from "../seal/ledger-finding.ts";
import type { TablesOnly } from "../seal/lines.ts";
import { type StateChange, type StateLine, stateLines, unpackChange } from "./state-lines.ts";
import { STATE, STATE_TABLES, type StateTableName } from "./state-tables.ts";

/** So many rows of a table are named; more say no more. */
const MOST = 100;

/** Rows by their table and key. */
type Rows = Map<string, StateLine>;

const isStateTable = (name: unknown): name is StateTableName =>
  typeof name === "string" && Object.hasOwn(STATE_TABLES, name);

/** The table of a row and the values of its key. */
function keyOf(line: StateLine): string {
  const [table, ...values]: unknown[] = JSON.parse(line);
  if (!isStateTable(table)) throw new Error(`there is no table ${String(table)}`);
  const { key } = STATE_TABLES[table];
  return `${table} ${key.map((column, index) => `${column} ${String(values[index])}`).join(", ")}`;
}

function finding(key: string, runId: number | null, detail: string): LedgerFinding {
  const [table = "", ...rest] = key.split(" ");
  return { kind: "altered", table, key: rest.join(" "), runId, detail };
}

/** One run's changes on top of those before. */
function* apply(rows: Rows, runId: number, { gone, added }: StateChange): Generator<LedgerFinding> {
  for (const line of gone) {
    const key = keyOf(line);
    if (rows.get(key) !== line) {
      yield finding(key, runId, `Run ${runId} found it otherwise than the runs before had left it.`);
    }
    rows.delete(key);
  }
  for (const line of added) rows.set(keyOf(line), line);
}

function* applyPacked(rows: Rows, change: { id: number; run_id: number; deflated: Buffer }) {
  try {
    yield* apply(rows, change.run_id, unpackChange(change.deflated));
  } catch (error) {
    const detail = `It cannot be read (${(error as Error).message}).`;
    yield finding(`state_change row ${change.id}`, change.run_id, detail);
  }
}

/** Changes of a run that ended without them: no seal covers them. */
async function* strayChanges(db: TablesOnly): AsyncGenerator<LedgerFinding> {
  const rows = await db
    .selectFrom("state_change as c")
    .leftJoin("run as r", (join) => join.onRef("r.id", "=", "c.run_id").on("r.status", "=", "running"))
    .leftJoin("ledger_seal as s", (join) => join.onRef("s.run_id", "=", "c.run_id").on("s.kind", "=", "run"))
    .select(["c.id", "c.run_id"])
    .where("r.id", "is", null)
    .where("s.id", "is", null)
    .limit(MOST)
    .execute();
  yield* rows.map(({ id, run_id }) =>
    finding(`state_change row ${id}`, run_id, "Its run ended without it: no seal covers it."),
  );
}

function* compare(
  table: StateTableName,
  expected: Rows,
  lines: readonly StateLine[],
): Generator<LedgerFinding> {
  const present: Rows = new Map(lines.toSorted().map((line) => [keyOf(line), line]));
  for (const [key, line] of present) {
    const put = expected.get(key);
    if (put === undefined) yield finding(key, null, "No run put it there.");
    else if (put !== line) yield finding(key, null, "It is not as the runs left it.");
  }
  for (const key of expected.keys()) {
    if (key.startsWith(`${table} `) && !present.has(key))
      yield finding(key, null, "A run put it there, and it is gone.");
  }
}

const older: LedgerFinding = {
  kind: "unsealed",
  table: "exception_period",
  key: "names, business units and exceptions",
  runId: null,
  detail: "They are older than their seals are: the next night takes them up as they are.",
};

/** Tables whose rows change against what the runs put down of each change. */
export async function* verifyState(
  db: TablesOnly,
  pause: () => Promise<void>,
): AsyncGenerator<LedgerFinding> {
  const changes = await db.selectFrom("state_change").selectAll().orderBy("id").execute();
  const expected: Rows = new Map();
  for (const change of changes) yield* applyPacked(expected, change);
  yield* strayChanges(db);
  for (const table of STATE) {
    await pause();
    const lines = await stateLines(db, table);
    if (changes.length === 0 && lines.length > 0) {
      yield older;
      return;
    }
    yield* [...compare(table, expected, lines)].slice(0, MOST);
  }
}
