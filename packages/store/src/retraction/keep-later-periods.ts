import { sql, type Transaction } from "kysely";
import type { PeriodTable } from "../load/save-periods.ts";
import type { Schema } from "../tables.ts";

const LAST_DATE = "9999-12-31";

type Table = PeriodTable | "unit_period";
type Value = string | number | null;

interface Period {
  from_date: string;
  to_date: string;
  run_id: number;
  [column: string]: Value;
}

const KEYS = {
  name_period: "target_id",
  label_period: "target_id",
  unit_period: "target_id",
  account_period: "account",
} as const satisfies Record<Table, string>;

/** A run that has recorded a later night since a retraction. */
interface Later {
  runId: number;
  dataDate: string;
}

/** The first night after the retracted one that was recorded since; null is none. */
async function laterNight(tx: Transaction<Schema>, runId: number, dataDate: string): Promise<Later | null> {
  const { rows } = await sql<Later>`
    SELECT r.id AS "runId", r.data_date AS "dataDate" FROM run r
    WHERE r.kind = 'ingest' AND r.id > ${runId} AND r.data_date > ${dataDate}
      AND (EXISTS (SELECT 1 FROM snapshot s WHERE s.run_id = r.id) OR EXISTS (SELECT 1 FROM gap g WHERE g.run_id = r.id))
    ORDER BY r.data_date, r.id LIMIT 1`.execute(tx);
  return rows[0] ?? null;
}

/** What a retraction changed periods of, by table. */
async function changedKeys(tx: Transaction<Schema>, retractionId: number): Promise<[Table, Value][]> {
  const effects = await tx
    .selectFrom("retraction_effect")
    .select(["table_name", "before", "after"])
    .where("retraction_id", "=", retractionId)
    .execute();
  const keys = effects.flatMap(({ table_name: table, before, after }): [Table, Value][] => {
    if (!(table in KEYS)) return [];
    const row = JSON.parse(before ?? after ?? "{}") as Period;
    return [[table as Table, row[KEYS[table as Table]] ?? null]];
  });
  return [...new Map(keys.map((key) => [key.join("\u0000"), key])).values()];
}

class Timeline {
  readonly #tx: Transaction<Schema>;
  readonly #table: Table;
  readonly #isOwn;

  constructor(tx: Transaction<Schema>, table: Table, key: Value) {
    this.#tx = tx;
    this.#table = table;
    this.#isOwn = sql`${sql.ref(KEYS[table])} = ${key}`;
  }

  async periods(): Promise<Period[]> {
    const { rows } = await sql<Period>`
      SELECT * FROM ${sql.table(this.#table)} WHERE ${this.#isOwn} ORDER BY from_date`.execute(this.#tx);
    return rows;
  }

  async replace(periods: readonly Period[]): Promise<void> {
    await sql`DELETE FROM ${sql.table(this.#table)} WHERE ${this.#isOwn}`.execute(this.#tx);
    for (const period of periods) {
      const columns = sql.join(Object.keys(period).map((column) => sql.ref(column)));
      await sql`INSERT INTO ${sql.table(this.#table)} (${columns})
        VALUES (${sql.join(Object.values(period))})`.execute(this.#tx);
    }
  }

  /** What counts where no period says anything. */
  async base(period: Period): Promise<Partial<Period>> {
    if (this.#table === "account_period") return { name: period.account as string };
    if (this.#table === "unit_period") return { unit: null };
    if (this.#table === "label_period") return { alias: null, owner_name: null, owner_address: null };
    return await this.#tx
      .selectFrom("target")
      .select("project_name")
      .where("id", "=", Number(period.target_id))
      .executeTakeFirstOrThrow();
  }
}

const isSame = (one: Period, other: Period): boolean =>
  Object.keys(one).every(
    (column) => ["from_date", "to_date", "run_id"].includes(column) || one[column] === other[column],
  );

/** Two periods that follow each other and say the same are one: nothing changed between them. */
function joined(periods: readonly Period[]): Period[] {
  const done: Period[] = [];
  for (const period of periods) {
    const last = done.at(-1);
    if (last !== undefined && last.to_date === period.from_date && isSame(last, period)) {
      done[done.length - 1] = { ...last, to_date: period.to_date };
    } else done.push(period);
  }
  return done;
}

/**
 * Undoes what a retraction did to periods, and keeps what nights recorded since then have found: from the first of these
 * nights on that counts, and before it what was there before the retraction. Without this both would count on the same
 * nights, where one night has one name.
 */
export async function keepLaterPeriods(
  tx: Transaction<Schema>,
  { id, runId, dataDate }: { id: number; runId: number; dataDate: string },
  undo: () => Promise<void>,
): Promise<void> {
  const later = await laterNight(tx, runId, dataDate);
  if (later === null) return await undo();
  const cut = later.dataDate;
  const timelines: { timeline: Timeline; since: Period[] }[] = [];
  for (const [table, key] of await changedKeys(tx, id)) {
    const timeline = new Timeline(tx, table, key);
    const since = await timeline.periods();
    timelines.push({ timeline, since });
    // as the retraction left it
    const left = since.filter((period) => period.run_id <= runId && period.from_date < cut);
    await timeline.replace(left.map((one) => (one.to_date >= cut ? { ...one, to_date: LAST_DATE } : one)));
  }
  await undo();
  for (const { timeline, since } of timelines) {
    const before = (await timeline.periods())
      .filter(({ from_date }) => from_date < cut)
      .map((one) => (one.to_date > cut ? { ...one, to_date: cut } : one));
    const last = before.at(-1);
    if (last === undefined) {
      await timeline.replace(since);
      continue;
    }
    const after = since
      .filter(({ to_date }) => to_date > cut)
      .map((one) => (one.from_date < cut ? { ...one, from_date: cut } : one));
    const next = after[0]?.from_date ?? LAST_DATE;
    const plain = {
      ...last,
      ...(await timeline.base(last)),
      from_date: cut,
      to_date: next,
      run_id: later.runId,
    };
    await timeline.replace(joined([...before, ...(next > cut ? [plain] : []), ...after]));
  }
}
