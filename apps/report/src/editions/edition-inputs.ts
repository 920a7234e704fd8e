import type { Reader } from "@nightledger/store";
import { sha256, templateHash } from "../content-hash.ts";
import type { ReportDefinition } from "../report-definition.ts";
import { codeHash } from "./code-hash.ts";

/** What a dataset may ask for that changes while no run does: deliveries, storage, the time of day, chance. */
const UNSTEADY = /\b(latest_risk|delivery_\w+|payload_storage|now|current_\w+|random\w*)\b/i;

const isUnsteady = ({ datasets }: ReportDefinition): boolean =>
  [...datasets.data, ...datasets.workbook].some(({ sql }) => UNSTEADY.test(sql));

/**
 * Every run of the ledger and how it ended: no fact changes but in a run (ingest, replay, retraction …), which has a row
 * before it writes anything. Null while one is under way, since its facts still come.
 */
async function runsOf(db: Reader["db"]): Promise<unknown[] | null> {
  const runs = await db
    .selectFrom("run_history")
    .select(["run_id", "kind", "data_date", "started_at", "finished_at", "status", "retracted"])
    .orderBy("run_id")
    .execute();
  return runs.some(({ status }) => status === "running") ? null : runs;
}

/** What decides how an edition comes out, beside the ledger and the report's folders. */
export interface EditionOrder {
  dataDate: string;
  locale: string;
  /** The audience's name, title and filter, as the configuration has them; null is everybody. */
  audience: unknown;
}

/**
 * SHA-256 of all that the editions of a report and night are made from: the ledger's runs, the report's folders and
 * settings, the theme, the order and the code. Null where that says too little: then an edition is made, and compared.
 */
export async function editionInputs(
  db: Reader["db"],
  definition: ReportDefinition,
  { dataDate, locale, audience }: EditionOrder,
): Promise<string | null> {
  if (isUnsteady(definition)) return null;
  const runs = await runsOf(db);
  if (runs === null) return null;
  const order = [definition.name, dataDate, locale, audience];
  return sha256(JSON.stringify([order, runs, templateHash(definition), codeHash()]));
}
