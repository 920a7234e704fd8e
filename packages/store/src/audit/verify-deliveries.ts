import { sql } from "kysely";
import type { LedgerFinding } from "../seal/ledger-finding.ts";
import type { TablesOnly } from "../seal/lines.ts";
import { APPENDED, type AppendedTable } from "./appended-tables.ts";
import { parseMarks } from "./marks.ts";

/** So many deliveries are named; more say no more. */
const MOST = 100;

const differs = (left: string, right: string) =>
  sql<boolean>`${sql.ref(left)} IS DISTINCT FROM ${sql.ref(right)}`;

/** Deliveries whose row is not what their last step says. Steps of an older ledger say less. */
async function* unlikeTheirSteps(db: TablesOnly): AsyncGenerator<LedgerFinding> {
  const lastSteps = db
    .selectFrom("delivery_event")
    .select((eb) => ["delivery_id", eb.fn.max("id").as("last")])
    .groupBy("delivery_id")
    .as("l");
  const rows = await db
    .selectFrom("delivery as d")
    .leftJoin(lastSteps, "l.delivery_id", "d.id")
    .leftJoin("delivery_event as e", "e.id", "l.last")
    .select(["d.id", "e.id as step"])
    .where((eb) =>
      eb.or([
        eb("e.id", "is", null),
        differs("d.state", "e.state"),
        differs("d.answer", "e.answer"),
        differs("d.updated_at", "e.at"),
        eb.and([
          eb("e.attempts", "is not", null),
          eb.or([
            differs("d.attempts", "e.attempts"),
            differs("d.message_id", "e.message_id"),
            differs("d.next_try_at", "e.next_try_at"),
          ]),
        ]),
      ]),
    )
    .orderBy("d.id")
    .limit(MOST)
    .execute();
  yield* rows.map(
    ({ id, step }): LedgerFinding => ({
      kind: "altered",
      table: "delivery",
      key: `delivery ${id}`,
      runId: null,
      detail:
        step === null ? "None of its steps is there." : "What became of it is not what its last step says.",
    }),
  );
}

const NAMES: Record<AppendedTable, string> = {
  delivery: "deliveries",
  delivery_event: "steps of deliveries",
  retraction_effect: "changes by retractions",
};

/** What was put on record since the last seal: in the making, or of a process that died before it could seal. */
async function* notSealedYet(db: TablesOnly): AsyncGenerator<LedgerFinding> {
  const newest = await db
    .selectFrom("ledger_seal")
    .select(["marks", "run_id"])
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  if (newest === undefined) return;
  const { rows } = parseMarks(newest.marks);
  for (const table of APPENDED) {
    const { waiting } = await db
      .selectFrom(table as "delivery")
      .select((eb) => eb.fn.countAll<number>().as("waiting"))
      .where("id", ">", rows[table] ?? 0)
      .executeTakeFirstOrThrow();
    if (waiting === 0) continue;
    const detail = "They came after the last seal: the next delivery or run seals them.";
    yield { kind: "pending", table, key: `${waiting} ${NAMES[table]}`, runId: newest.run_id, detail };
  }
}

/** Deliveries against their steps, and what of them is not sealed yet. */
export async function* verifyDeliveries(db: TablesOnly): AsyncGenerator<LedgerFinding> {
  yield* unlikeTheirSteps(db);
  yield* notSealedYet(db);
}
