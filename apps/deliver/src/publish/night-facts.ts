import type { Reader } from "@nightledger/store";

/** What decides whether a report is sent as it is. */
export interface NightFacts {
  expected: number;
  fresh: number;
  /** The night that change is measured from; null on the first. */
  since: string | null;
  /** Whether something changed that somebody should know of. What cannot be told counts as a change. */
  isMaterial(points: number): boolean;
}

/** Statements of a night that are no news in themselves: states, and moves that are measured apart. */
const QUIET: ReadonlySet<string> = new Set([
  "score_up",
  "score_down",
  "score_unchanged",
  "nothing_moved",
  "grows_unseen",
  "unprotected",
]);

async function factsOfAll(db: Reader["db"], dataDate: string): Promise<NightFacts> {
  const coverage = await db
    .selectFrom("coverage_daily")
    .select(["expected", "fresh"])
    .where("data_date", "=", dataDate)
    .executeTakeFirst();
  const said = await db
    .selectFrom("headline_daily")
    .select(["statement", "previous_date", "change"])
    .where("data_date", "=", dataDate)
    .orderBy("rank")
    .execute();
  const score = said.find(({ statement }) => QUIET.has(statement) && statement !== "unprotected");
  const isLoud = said.length === 0 || said.some(({ statement }) => !QUIET.has(statement));
  const { change = null } = said.find(({ statement }) => /^score_|^nothing_moved$/.test(statement)) ?? {};
  return {
    expected: coverage?.expected ?? 0,
    fresh: coverage?.fresh ?? 0,
    since: score?.previous_date ?? null,
    isMaterial: (points) => isLoud || change === null || Math.abs(change) >= points,
  };
}

async function factsOfTarget(db: Reader["db"], dataDate: string, targetId: number): Promise<NightFacts> {
  const outcome = await db
    .selectFrom("coverage_target_daily")
    .select("outcome")
    .where("data_date", "=", dataDate)
    .where("target_id", "=", targetId)
    .executeTakeFirst();
  const moved = await db
    .selectFrom("risk_change_daily")
    .select(["previous_date", "score_change"])
    .where("data_date", "=", dataDate)
    .where("target_id", "=", targetId)
    .executeTakeFirst();
  const change = moved?.score_change ?? null;
  return {
    expected: outcome === undefined ? 0 : 1,
    fresh: outcome?.outcome === "fresh" ? 1 : 0,
    since: moved?.previous_date ?? null,
    isMaterial: (points) => change === null || Math.abs(change) >= points,
  };
}

/** What a night was like, for all targets that `db` shows or for one of them. */
export const nightFacts = (
  db: Reader["db"],
  dataDate: string,
  targetId: number | null,
): Promise<NightFacts> =>
  targetId === null ? factsOfAll(db, dataDate) : factsOfTarget(db, dataDate, targetId);
