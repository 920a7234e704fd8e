import type { Kysely } from "kysely";
import type { Schema } from "./tables.ts";

/** An answer on record for a night: that of a snapshot, or one that is kept in quarantine. */
export interface StoredAnswer {
  targetId: number;
  account: string;
  region: string;
  projectId: string;
  projectName: string;
  enterpriseProjectId: string;
  dataDate: string;
  payloadId: number;
  /** The address of the content it is read as; null is quarantine. */
  contentHash: Buffer | null;
}

/** The nights from one date to another that have answers on record, the oldest first. */
export async function answeredNights(
  db: Kysely<Schema>,
  { from, to }: { from?: string | undefined; to?: string | undefined } = {},
): Promise<string[]> {
  const nights = await db
    .selectFrom("night")
    .select("data_date")
    .where((eb) =>
      eb.or([
        eb.exists(
          eb.selectFrom("snapshot").select("run_id").whereRef("snapshot.data_date", "=", "night.data_date"),
        ),
        eb.exists(
          eb
            .selectFrom("gap")
            .select("run_id")
            .whereRef("gap.data_date", "=", "night.data_date")
            .where("payload_id", "is not", null),
        ),
      ]),
    )
    .$if(from !== undefined, (query) => query.where("data_date", ">=", from ?? ""))
    .$if(to !== undefined, (query) => query.where("data_date", "<=", to ?? ""))
    .orderBy("data_date")
    .execute();
  return nights.map(({ data_date }) => data_date);
}

/** The answers of a night, by target. */
export async function storedAnswers(db: Kysely<Schema>, dataDate: string): Promise<StoredAnswer[]> {
  const target = [
    "target_id as targetId",
    "account",
    "region",
    "project_id as projectId",
    "project_name as projectName",
    "enterprise_project_id as enterpriseProjectId",
    "data_date as dataDate",
  ] as const;
  const loaded = await db
    .selectFrom("snapshot")
    .innerJoin("target", "target.id", "target_id")
    .innerJoin("risk_list", "risk_list.id", "risk_list_id")
    .select(target)
    .select(["payload_id as payloadId", "risk_list.hash as contentHash"])
    .where("data_date", "=", dataDate)
    .execute();
  const quarantined = await db
    .selectFrom("gap")
    .innerJoin("target", "target.id", "target_id")
    .select(target)
    .select("payload_id as payloadId")
    .where("data_date", "=", dataDate)
    .where("failure_kind", "=", "contract")
    .execute();
  const kept = quarantined.flatMap(({ payloadId, ...answer }) =>
    payloadId === null ? [] : [{ ...answer, payloadId, contentHash: null }],
  );
  return [...loaded, ...kept].sort((a, b) => a.targetId - b.targetId);
}
