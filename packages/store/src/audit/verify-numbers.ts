import { type Kysely, sql } from "kysely";
import type { LedgerFinding } from "../seal/ledger-finding.ts";
import type { TablesOnly } from "../seal/lines.ts";
import type { Schema } from "../tables.ts";

/** So many rows of a kind are named; more say no more. */
const MOST = 100;

/** Tables whose rows are numbered from 1 on, by their number. */
const NUMBERED = {
  run: "id",
  run_seal: "run_id",
  ledger_seal: "id",
  target: "id",
  payload: "id",
  payload_block: "id",
  risk_list: "id",
  severity_word: "id",
  counter_name: "id",
  policy_text: "id",
  scope_change: "id",
  revision: "id",
  exception_period: "id",
  delivery: "id",
  delivery_event: "id",
  state_change: "id",
  retraction: "id",
  retraction_effect: "id",
  retracted_revision: "id",
  retracted_scope_change: "id",
} as const;

/** Rows below the first number: whoever goes through the numbers would pass them over. */
export async function* verifyNumbers(db: TablesOnly): AsyncGenerator<LedgerFinding> {
  for (const [table, id] of Object.entries(NUMBERED)) {
    const { rows } = await sql<{ id: number }>`
      SELECT ${sql.ref(id)} AS id FROM ${sql.table(table)} WHERE ${sql.ref(id)} < 1 LIMIT ${MOST}`.execute(
      db as unknown as Kysely<Schema>,
    );
    yield* rows.map(
      (row): LedgerFinding => ({
        kind: "altered",
        table,
        key: `row ${row.id}`,
        runId: null,
        detail: "Rows are numbered from 1 on.",
      }),
    );
  }
}
