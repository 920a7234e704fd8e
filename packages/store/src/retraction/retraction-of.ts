import type { Kysely } from "kysely";
import type { Schema } from "../tables.ts";

/** A retraction that stands: nobody has undone it. */
export interface StandingRetraction {
  id: number;
  runId: number;
  /** What `--only` named; null is the whole night. */
  onlyFilter: string | null;
  reason: string;
}

/** The retractions of a night that stand, the newest first. */
export async function standingRetractions(
  db: Pick<Kysely<Schema>, "selectFrom">,
  dataDate: string,
): Promise<StandingRetraction[]> {
  return await db
    .selectFrom("retraction as r")
    .leftJoin("retraction as u", "u.undoes", "r.id")
    .select(["r.id", "r.run_id as runId", "r.only_filter as onlyFilter", "r.reason"])
    .where("r.data_date", "=", dataDate)
    .where("r.undoes", "is", null)
    .where("u.id", "is", null)
    .orderBy("r.id", "desc")
    .execute();
}

/** The newest retraction of a night as a whole that stands; null where there is none. */
export async function retractionOf(
  db: Pick<Kysely<Schema>, "selectFrom">,
  dataDate: string,
): Promise<StandingRetraction | null> {
  const standing = await standingRetractions(db, dataDate);
  return standing.find(({ onlyFilter }) => onlyFilter === null) ?? null;
}
