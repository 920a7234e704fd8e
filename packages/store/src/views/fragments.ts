import type { Views } from "../views.ts";

/** Pieces of SQL that several views are made of: plain SQL that SQLite and PostgreSQL both take. */

/** A view's name and the SELECT that it stands for. */
export type ViewDefinition = readonly [name: keyof Views, select: string];

/** What an account (as tables name it) is called on a night. Few were ever renamed, so what is sought is seldom there. */
export const accountOn = (account: string, date: string) => `COALESCE((SELECT p.name FROM account_period p
            WHERE p.account = ${account} AND p.from_date <= ${date} AND p.to_date > ${date}), ${account})`;
/** What a target's project (`target` as `t`) is called on a night. */
export const projectOn = (date: string) => `COALESCE((SELECT p.project_name FROM name_period p
            WHERE p.target_id = t.id AND p.from_date <= ${date} AND p.to_date > ${date}), t.project_name)`;
/** The columns that name a target (`target` as `t`), with the names that it has on a night. */
export const targetOn = (
  date: string,
) => `t.id AS target_id, ${accountOn("t.account", date)} AS account, t.region,
        t.project_id, ${projectOn(date)} AS project_name, t.enterprise_project_id`;
/** A night after all others. */
export const NOW = "'9999-12-30'";
/** The business unit that a target belongs to on a night; null is none. */
export const unitOn = (targetId: string, date: string) => `(SELECT p.unit FROM unit_period p
            WHERE p.target_id = ${targetId} AND p.from_date <= ${date} AND p.to_date > ${date})`;
/** Snapshots with their targets. */
export const OBSERVED = "snapshot s JOIN target t ON t.id = s.target_id";

/** A sum that is unknown as soon as one of its parts is; the parts are the rows in which `of` is not null. */
export const wholeSum = (expression: string, of = "*") =>
  `CASE WHEN COUNT(${expression}) = COUNT(${of}) THEN SUM(${expression}) END`;
/** With digits of its own: DuckDB, which reads the file's views, takes a plain NUMERIC for one of three. */
export const rounded = (expression: string, digits: number) =>
  `ROUND(CAST(${expression} AS DECIMAL(38, 10)), ${digits})`;
export const mean = (expression: string, digits: number) => rounded(`AVG(${expression})`, digits);

/**
 * Points are float32 multiples of 0.1 at the cloud, so 19.9 may come as 19.899999618530273. Noise of that size is
 * not shown; what came is kept.
 */
export const points = (column: string) => {
  const tenths = rounded(column, 1);
  return `CASE WHEN ABS(${column} - ${tenths}) < 0.00001 THEN ${tenths} ELSE ${column} END`;
};

/** The sum of a risk list's six deductions; null where one is missing. */
export const deductedOf = (riskListId: string) => `(SELECT CASE WHEN COUNT(d.deduct_score) = 6
            THEN ${rounded(`SUM(${points("d.deduct_score")})`, 4)} END
          FROM category_risk d WHERE d.risk_list_id = ${riskListId})`;
/** 100 less the deductions of a risk list. */
export const scoreOf = (riskListId: string) => rounded(`100 - ${deductedOf(riskListId)}`, 4);

/** Whether a target was expected on a night and gave nothing. */
export const missingOn = (targetId: string, date: string) =>
  `EXISTS (SELECT 1 FROM gap g WHERE g.target_id = ${targetId} AND g.data_date = ${date})`;

/** The last night before `date` that has a snapshot: one seek. */
export const previousDate = (date: string) =>
  `(SELECT MAX(earlier.data_date) FROM snapshot earlier WHERE earlier.data_date < ${date})`;

/** A column of the last snapshot that the target of `this` (a snapshot or a gap) has before it. */
export const lastSnapshot = (column: string) => `(SELECT earlier.${column} FROM snapshot earlier
            WHERE earlier.target_id = this.target_id AND earlier.data_date < this.data_date
            ORDER BY earlier.data_date DESC LIMIT 1)`;

/** Targets that have a snapshot on a night (`a`) and on the last earlier night that has any (`b`). */
export const onBothNights = (snapshot: string) => `${snapshot} a JOIN snapshot b
          ON b.target_id = a.target_id AND b.data_date = ${previousDate("a.data_date")}`;
export const ON_BOTH_NIGHTS = onBothNights("snapshot");

/** All that the answer itemizes of a category (`category_risk` as the alias): severities and counters. */
export const itemized = (alias: string) => `CASE WHEN ${alias}.present = 1 THEN
            (SELECT CASE WHEN COUNT(v.risk_num) = COUNT(*) THEN COALESCE(SUM(v.risk_num), 0) END
              FROM severity_risk v WHERE v.risk_list_id = ${alias}.risk_list_id AND v.category = ${alias}.category)
            + (SELECT CASE WHEN COUNT(n.value) = COUNT(*) THEN COALESCE(SUM(n.value), 0) END
              FROM counter_value n WHERE n.risk_list_id = ${alias}.risk_list_id AND n.category = ${alias}.category)
          END`;

/** A number as text, without the zeros at its end, which each engine writes its own way. */
export const shown = (expression: string, digits: number) =>
  `RTRIM(RTRIM(CAST(${rounded(expression, digits)} AS TEXT), '0'), '.')`;

/** Whether a category's risks grew while its points stood still. */
export const growsUnseen = (num: string, numBefore: string, taken: string, takenBefore: string) =>
  `${num} > ${numBefore} AND ${taken} = ${takenBefore}`;
