import {
  accountOn,
  growsUnseen,
  onBothNights,
  points,
  previousDate,
  projectOn,
  scoreOf,
  type ViewDefinition,
} from "./fragments.ts";

/** What statements are made of; those that a statement has no use for are null. */
const FIGURES = {
  previous_date: "TEXT",
  category: "TEXT",
  target_id: "BIGINT",
  change: "NUMERIC",
  category_change: "NUMERIC",
  score: "NUMERIC",
  previous_score: "NUMERIC",
  targets: "NUMERIC",
  of_targets: "NUMERIC",
  num: "NUMERIC",
  hosts: "NUMERIC",
} as const;
type Figures = Partial<Record<keyof typeof FIGURES, string>>;
const NAMES = Object.keys(FIGURES) as (keyof typeof FIGURES)[];

interface Statement {
  /** An expression that gives the statement's key. */
  key: string;
  /** Those with smaller ones come first. */
  order: number;
  /** Whether it tells of something that moved. */
  moved: 0 | 1;
  figures: Figures;
  /** Where the figures are read from. */
  from: string;
}

const select = ({ key, order, moved, figures, from }: Statement) => {
  const cells = NAMES.map((name) => `${figures[name] ?? `CAST(NULL AS ${FIGURES[name]})`} AS ${name}`);
  return `
          SELECT f.data_date, ${key} AS statement, ${order} AS place, ${moved} AS moved,
            ${cells.join(", ")}
          FROM ${from}`;
};

/** A change of the score that one decimal would not show is none. */
const SHOWN = 0.05;

/** The score's change, like for like, and the category that moved it most. */
const SCORE = `(
            SELECT told.*, ROW_NUMBER() OVER (PARTITION BY data_date ORDER BY is_category DESC,
              CASE WHEN real_change < 0 THEN change ELSE -change END, step_order) AS nth
            FROM (
              SELECT data_date, previous_date, step, step_order, change, k.position IS NOT NULL AS is_category,
                SUM(CASE WHEN k.position IS NOT NULL THEN change END) OVER night AS real_change,
                MAX(CASE WHEN step = 'score' THEN to_score END) OVER night AS score,
                MAX(CASE WHEN step = 'previous_score' THEN to_score END) OVER night AS previous_score
              FROM score_waterfall_daily LEFT JOIN category k ON k.category = step
              WINDOW night AS (PARTITION BY data_date)
            ) AS told
          ) AS f WHERE nth = 1`;
const SCORE_KEY = `CASE WHEN f.previous_date IS NULL THEN 'first_night'
            WHEN f.real_change IS NULL THEN 'not_comparable' WHEN ABS(f.real_change) < ${SHOWN} THEN 'score_unchanged'
            WHEN f.real_change < 0 THEN 'score_down' ELSE 'score_up' END`;
const IF_MOVED = (column: string) => `CASE WHEN ABS(f.real_change) >= ${SHOWN} THEN f.${column} END`;

/** Policies that were switched off, those of one target next to each other. */
const POLICIES_OFF = `(
            SELECT told.*, SUM(first) OVER night AS targets, COUNT(*) OVER night AS num,
              CASE WHEN COUNT(host_num) OVER night = COUNT(*) OVER night THEN SUM(host_num) OVER night END AS hosts,
              ROW_NUMBER() OVER night AS nth
            FROM (
              SELECT data_date, host_num, CASE WHEN ROW_NUMBER() OVER (PARTITION BY data_date, target_id) = 1
                THEN 1 ELSE 0 END AS first
              FROM policy_event WHERE event = 'off'
            ) AS told WINDOW night AS (PARTITION BY data_date)
          ) AS f WHERE nth = 1`;

/** The category whose risks grew most where it is at its cap. */
const GROWTH = `(
            SELECT grown.*, ROW_NUMBER() OVER (PARTITION BY data_date ORDER BY num DESC, position) AS nth
            FROM (
              SELECT a.data_date, b.data_date AS previous_date, now.category, k.position, COUNT(*) AS targets,
                SUM(now.total_risk_num - before.total_risk_num) AS num
              FROM ${onBothNights("snapshot")}
              JOIN category_risk now ON now.risk_list_id = a.risk_list_id
              JOIN category_risk before ON before.risk_list_id = b.risk_list_id AND before.category = now.category
              JOIN category k ON k.category = now.category
              WHERE a.risk_list_id <> b.risk_list_id AND ${points("now.deduct_score")} >= k.cap
                AND ${growsUnseen("now.total_risk_num", "before.total_risk_num", points("now.deduct_score"), points("before.deduct_score"))}
              GROUP BY a.data_date, b.data_date, now.category, k.position
            ) AS grown
          ) AS f WHERE nth = 1`;

const worst = (date: string) => `(SELECT w.target_id FROM snapshot w JOIN risk_list r ON r.id = w.risk_list_id
                WHERE w.data_date = ${date} AND ${scoreOf("w.risk_list_id")} IS NOT NULL
                ORDER BY ${scoreOf("w.risk_list_id")}, r.total_risk_num DESC NULLS LAST, w.target_id LIMIT 1)`;

/** The target with the lowest score, where it was another one before. */
const WORST = `(
            SELECT n.data_date, n.previous_date, n.target_id, ${scoreOf("s.risk_list_id")} AS score
            FROM (
              SELECT data_date, previous_date, ${worst("pair.data_date")} AS target_id,
                ${worst("pair.previous_date")} AS before
              FROM (SELECT data_date, ${previousDate("c.data_date")} AS previous_date FROM night c) AS pair
            ) AS n
            JOIN snapshot s ON s.target_id = n.target_id AND s.data_date = n.data_date
            WHERE n.target_id <> n.before
          ) AS f`;

const UNPROTECTED = `(
            SELECT s.data_date, COUNT(*) AS targets, SUM(c.value) AS hosts
            FROM snapshot s JOIN counter_value c ON c.risk_list_id = s.risk_list_id AND c.category = 'protection'
              AND c.counter = 'un_open_protection_host_num'
            WHERE c.value > 0 GROUP BY s.data_date
          ) AS f`;

/** Targets that the score's change counts apart. */
const APART = `(
            SELECT data_date, previous_date, x.statement, CASE x.statement WHEN 'scope_gone' THEN gone_targets
              WHEN 'scope_new' THEN new_targets ELSE returned_targets END AS targets
            FROM portfolio_score_change_daily CROSS JOIN (SELECT 'scope_gone' AS statement
              UNION ALL SELECT 'scope_new' UNION ALL SELECT 'returned') AS x
            WHERE previous_date IS NOT NULL
          ) AS f WHERE f.targets > 0`;

/** The closed list of statements. */
const STATEMENTS: readonly Statement[] = [
  {
    ...{ key: SCORE_KEY, order: 1, moved: 0, from: SCORE },
    figures: {
      previous_date: "f.previous_date",
      category: IF_MOVED("step"),
      change: "f.real_change",
      category_change: IF_MOVED("change"),
      score: "f.score",
      previous_score: "f.previous_score",
    },
  },
  {
    key: "CASE WHEN f.fresh = 0 THEN 'no_answers' ELSE 'no_score' END",
    ...{ order: 2, moved: 0, from: "coverage_daily f" },
    figures: { targets: "f.missing", of_targets: "f.expected" },
  },
  {
    ...{ key: "'policies_off'", order: 3, moved: 1, from: POLICIES_OFF },
    figures: { targets: "f.targets", num: "f.num", hosts: "f.hosts" },
  },
  {
    ...{ key: "'grows_unseen'", order: 4, moved: 1, from: GROWTH },
    figures: {
      previous_date: "f.previous_date",
      category: "f.category",
      targets: "f.targets",
      num: "f.num",
    },
  },
  {
    ...{ key: "'missing'", order: 5, moved: 0, from: "coverage_daily f WHERE f.missing > 0 AND f.fresh > 0" },
    figures: { targets: "f.missing", of_targets: "f.expected", num: "f.carried" },
  },
  {
    ...{ key: "'new_worst'", order: 6, moved: 1, from: WORST },
    figures: { previous_date: "f.previous_date", target_id: "f.target_id", score: "f.score" },
  },
  {
    key: "'rule_suspected'",
    ...{ order: 7, moved: 0, from: "scoring_suspicion_daily f WHERE f.suspicious = 1" },
    figures: {
      previous_date: "f.previous_date",
      category: "f.category",
      targets: "f.moved_targets",
      of_targets: "f.cohort",
    },
  },
  {
    ...{ key: "'unprotected'", order: 8, moved: 0, from: UNPROTECTED },
    figures: { targets: "f.targets", hosts: "f.hosts" },
  },
  {
    ...{ key: "f.statement", order: 9, moved: 1, from: APART },
    figures: { previous_date: "f.previous_date", targets: "f.targets" },
  },
];

/** What a night says, in statements that are put into words elsewhere: the most telling first. */
export const HEADLINE_VIEWS: readonly ViewDefinition[] = [
  [
    "headline_daily",
    `SELECT s.data_date,
        ROW_NUMBER() OVER (PARTITION BY s.data_date ORDER BY s.place, s.targets DESC, s.statement, s.category) AS rank,
        CASE WHEN s.statement = 'score_unchanged' AND s.moves = 0 THEN 'nothing_moved' ELSE s.statement END AS statement,
        s.previous_date, s.category, s.target_id, ${accountOn("t.account", "s.data_date")} AS account,
        ${projectOn("s.data_date")} AS project_name, s.change, s.category_change, s.score,
        s.previous_score, s.targets, s.of_targets, s.num, s.hosts
      FROM (
        SELECT stated.*, SUM(moved) OVER night AS moves, MIN(place) OVER night AS first_place
        FROM (${STATEMENTS.map(select).join("\n          UNION ALL")}
        ) AS stated WINDOW night AS (PARTITION BY data_date)
      ) AS s LEFT JOIN target t ON t.id = s.target_id
      WHERE s.place <> 2 OR s.first_place = 2`,
  ],
];
