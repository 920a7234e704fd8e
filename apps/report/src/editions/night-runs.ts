import type { Reader } from "@nightledger/store";

/** The runs that fetched a night. */
export async function nightRuns(db: Reader["db"], dataDate: string): Promise<number[]> {
  const runs = await db
    .selectFrom("run_history")
    .select("run_id")
    .where("data_date", "=", dataDate)
    .where("kind", "=", "ingest")
    .orderBy("run_id")
    .execute();
  return runs.map(({ run_id }) => run_id);
}
