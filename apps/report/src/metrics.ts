import type { Category, Reader, Severity } from "@nightledger/store";
import { NoDataError } from "./errors.ts";

type Db = Pick<Reader["db"], "selectFrom">;

/** The order in which people see them: the dearest first. */
export const CATEGORY_ORDER: readonly Category[] = [
  "alarm",
  "baseline",
  "vulnerability",
  "asset",
  "protection",
  "image",
];
export const SEVERITY_ORDER: readonly Severity[] = ["critical", "high", "medium", "low", "unknown"];

const TARGET = [
  "target_id",
  "account",
  "region",
  "project_id",
  "project_name",
  "enterprise_project_id",
] as const;

const daysBefore = (dataDate: string, days: number): string =>
  new Date(Date.parse(`${dataDate}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);

/** The data date of a report: the one asked for, or the newest. @throws NoDataError */
export async function findDataDate(db: Db, wanted: string | undefined): Promise<string> {
  const { newest } = await db
    .selectFrom("coverage_daily")
    .select((eb) => eb.fn.max("data_date").as("newest"))
    .executeTakeFirstOrThrow();
  const dataDate = wanted ?? newest;
  if (dataDate === null || newest === null) throw new NoDataError(wanted, newest);
  const found = await db
    .selectFrom("coverage_daily")
    .select("data_date")
    .where("data_date", "=", dataDate)
    .executeTakeFirst();
  if (found === undefined) throw new NoDataError(wanted, newest);
  return dataDate;
}

/** What every night of the ledger says of one figure; the nights without an answer are there, with null. */
const nightsOf = (db: Db, dataDate: string, count: number) =>
  db
    .selectFrom("coverage_daily as c")
    // the range is said of both, or all nights of the portfolio would be added up first
    .leftJoin("portfolio_daily as p", (join) =>
      join
        .onRef("p.data_date", "=", "c.data_date")
        .on("p.data_date", ">", daysBefore(dataDate, count))
        .on("p.data_date", "<=", dataDate),
    )
    .select(["c.data_date", "c.expected", "c.fresh", "c.missing", "p.score", "p.total_risk_num"])
    .where("c.data_date", ">", daysBefore(dataDate, count))
    .where("c.data_date", "<=", dataDate)
    .orderBy("c.data_date")
    .execute();

const categoryNights = (db: Db, dataDate: string, count: number) =>
  db
    .selectFrom("portfolio_category_daily")
    .select(["data_date", "category", "deduct_score", "cap", "total_risk_num"])
    .where("data_date", ">", daysBefore(dataDate, count))
    .where("data_date", "<=", dataDate)
    .orderBy("data_date")
    .execute();

const missingOn = (db: Db, dataDate: string) =>
  db
    .selectFrom("coverage_target_daily as m")
    .select([
      "m.target_id",
      "m.account",
      "m.region",
      "m.project_name",
      "m.failure_kind",
      "m.detail",
      "m.attempts",
      "m.carried_from",
      "m.carried_score",
      "m.carried_total_risk_num",
    ])
    .where("m.data_date", "=", dataDate)
    .where("m.outcome", "=", "missing")
    .orderBy("m.account")
    .orderBy("m.project_name")
    .execute();

/** Targets with a snapshot on the night, the lowest score first and the unknown ones last. */
const projectsOn = (db: Db, dataDate: string) =>
  db
    .selectFrom("risk_daily as r")
    .innerJoin("risk_change_daily as c", (join) =>
      join.onRef("c.target_id", "=", "r.target_id").onRef("c.data_date", "=", "r.data_date"),
    )
    .select(TARGET.map((column) => `r.${column}` as const))
    .select(["r.score", "r.deducted", "r.total_risk_num", "r.run_id"])
    .select(["c.previous_date", "c.score_change", "c.total_risk_num_change"])
    .where("r.data_date", "=", dataDate)
    .orderBy("r.score", (order) => order.asc().nullsLast())
    .orderBy("r.total_risk_num", (order) => order.desc().nullsLast())
    .orderBy("r.account")
    .orderBy("r.project_name")
    .execute();

const categoriesOn = (db: Db, dataDate: string) =>
  db
    .selectFrom("category_daily")
    .selectAll()
    .where("data_date", "=", dataDate)
    .orderBy("deduct_score", (order) => order.desc().nullsLast())
    .orderBy("total_risk_num", (order) => order.desc().nullsLast())
    .orderBy("account")
    .orderBy("project_name")
    .execute();

const policiesOn = (db: Db, dataDate: string) =>
  db
    .selectFrom("policy_daily")
    .selectAll()
    .where("data_date", "=", dataDate)
    .orderBy("account")
    .orderBy("project_name")
    .orderBy("policy_name")
    .execute();

const runsOf = (db: Db, dataDate: string) =>
  db
    .selectFrom("run_history")
    .select(["run_id", "started_at", "finished_at", "status", "expected", "fetched", "missing"])
    .where("data_date", "=", dataDate)
    .where("kind", "=", "ingest")
    .orderBy("run_id")
    .execute();

/**
 * Every figure of a report, as the views have it: nothing is computed here.
 * Rows have the views' columns and units (docs/ledger.md).
 */
export async function readFigures(db: Db, dataDate: string, trendNights: number) {
  return {
    dataDate,
    firstNight: daysBefore(dataDate, trendNights - 1),
    coverage: await db
      .selectFrom("coverage_daily")
      .selectAll()
      .where("data_date", "=", dataDate)
      .executeTakeFirstOrThrow(),
    portfolio: await db
      .selectFrom("portfolio_daily")
      .selectAll()
      .where("data_date", "=", dataDate)
      .executeTakeFirst(),
    change: await db
      .selectFrom("portfolio_change_daily")
      .selectAll()
      .where("data_date", "=", dataDate)
      .executeTakeFirst(),
    nights: await nightsOf(db, dataDate, trendNights),
    missing: await missingOn(db, dataDate),
    projects: await projectsOn(db, dataDate),
    categories: await categoriesOn(db, dataDate),
    severities: await db.selectFrom("severity_daily").selectAll().where("data_date", "=", dataDate).execute(),
    counters: await db
      .selectFrom("counter_daily")
      .selectAll()
      .where("data_date", "=", dataDate)
      .orderBy("counter")
      .execute(),
    policies: await policiesOn(db, dataDate),
    portfolioCategories: await db
      .selectFrom("portfolio_category_daily")
      .selectAll()
      .where("data_date", "=", dataDate)
      .execute(),
    portfolioSeverities: await db
      .selectFrom("portfolio_severity_daily")
      .selectAll()
      .where("data_date", "=", dataDate)
      .execute(),
    portfolioCounters: await db
      .selectFrom("portfolio_counter_daily")
      .selectAll()
      .where("data_date", "=", dataDate)
      .orderBy("counter")
      .execute(),
    categoryNights: await categoryNights(db, dataDate, trendNights),
    runs: await runsOf(db, dataDate),
  };
}

export type Figures = Awaited<ReturnType<typeof readFigures>>;
