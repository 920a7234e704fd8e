import { growsUnseen, OBSERVED, points, previousDate, targetOn, type ViewDefinition } from "./fragments.ts";
import { keptOrMade, type RolledUp } from "./rolled-up.ts";
import { LOOK_BACK, type Property, streaks, UNKNOWN_NIGHTS } from "./streak.ts";

const SATURATED: Property = {
  join: "JOIN category_risk ec ON ec.risk_list_id = e.risk_list_id AND ec.category = o.category",
  // points at the cap are told without looking for noise in them
  holds: `(ec.deduct_score >= o.cap OR ${points("ec.deduct_score")} >= o.cap)`,
  breaks: `ec.deduct_score < o.cap AND ${points("ec.deduct_score")} < o.cap`,
};

const UNPROTECTED: Property = {
  join: `JOIN counter_value ec ON ec.risk_list_id = e.risk_list_id AND ec.category = 'protection'
            AND ec.counter = 'un_open_protection_host_num'`,
  holds: "ec.value > 0",
  breaks: "ec.value <= 0",
};

const saturatedStreaks = (snapshot: string) =>
  streaks(
    `
            SELECT s.data_date, s.target_id, n.day_number, c.category, ${points("c.deduct_score")} AS deduct_score,
              k.cap, c.total_risk_num, ${previousDate("s.data_date")} AS previous_date,
              ${points("before.deduct_score")} AS previous_deduct_score,
              before.total_risk_num AS previous_total_risk_num, ${LOOK_BACK} AS look_back
            FROM ${snapshot} s JOIN night n ON n.data_date = s.data_date
            JOIN category_risk c ON c.risk_list_id = s.risk_list_id
            JOIN category k ON k.category = c.category
            LEFT JOIN snapshot b ON b.target_id = s.target_id AND b.data_date = ${previousDate("s.data_date")}
            LEFT JOIN category_risk before ON before.risk_list_id = b.risk_list_id AND before.category = c.category
            WHERE ${points("c.deduct_score")} >= k.cap`,
    SATURATED,
    [
      "data_date",
      "target_id",
      "day_number",
      "category",
      "deduct_score",
      "cap",
      "total_risk_num",
      "previous_date",
      "previous_deduct_score",
      "previous_total_risk_num",
    ],
  );

const unprotectedStreaks = (snapshot: string) =>
  streaks(
    `
            SELECT s.data_date, s.target_id, n.day_number, c.value AS host_num, ${LOOK_BACK} AS look_back
            FROM ${snapshot} s JOIN night n ON n.data_date = s.data_date
            JOIN counter_value c ON c.risk_list_id = s.risk_list_id AND c.category = 'protection'
              AND c.counter = 'un_open_protection_host_num'
            WHERE c.value > 0`,
    UNPROTECTED,
    ["data_date", "target_id", "day_number", "host_num"],
    ", SUM(ec.value) AS host_nights",
  );

/** What is made of each target's streaks. The target's names are joined later: they change. */
export const PRESSURE_ROLLUPS = {
  saturation: {
    name: "saturation_streak",
    marks: "rollup_streak_night",
    columns: [
      ...["data_date", "target_id", "category", "deduct_score", "cap", "total_risk_num", "previous_date"],
      ...["previous_total_risk_num", "grows_unseen", "nights_saturated", "saturated_since", "nights_unknown"],
    ],
    select: ({
      snapshot,
    }) => `SELECT q.data_date, q.target_id, q.category, q.deduct_score, q.cap, q.total_risk_num,
        q.previous_date, q.previous_total_risk_num,
        CASE WHEN q.total_risk_num <= q.previous_total_risk_num OR q.deduct_score <> q.previous_deduct_score THEN 0
          WHEN ${growsUnseen("q.total_risk_num", "q.previous_total_risk_num", "q.deduct_score", "q.previous_deduct_score")}
          THEN 1 END AS grows_unseen,
        q.nights AS nights_saturated, q.since AS saturated_since, ${UNKNOWN_NIGHTS} AS nights_unknown
      FROM (${saturatedStreaks(snapshot)}
      ) AS q`,
  },
  unprotected: {
    name: "unprotected_streak",
    marks: "rollup_streak_night",
    columns: [
      ...["data_date", "target_id", "host_num", "nights_unprotected", "unprotected_since", "nights_unknown"],
      "host_nights",
    ],
    select: ({ snapshot }) => `SELECT q.data_date, q.target_id, q.host_num, q.nights AS nights_unprotected,
        q.since AS unprotected_since, ${UNKNOWN_NIGHTS} AS nights_unknown, q.host_nights
      FROM (${unprotectedStreaks(snapshot)}
      ) AS q`,
  },
} as const satisfies Record<string, RolledUp>;

/** Counters of hosts and images that nobody looks after, with what it is called when there are some. */
const BLIND_COUNTERS: readonly (readonly [counter: string, kind: string])[] = [
  ["un_scanned_host_num", "hosts_not_scanned"],
  ["un_scanned_baseline_host_num", "hosts_not_checked"],
  ["un_scanned_image_num", "images_not_scanned"],
  ["un_open_protection_host_num", "hosts_unprotected"],
];
const SCAN_COUNTERS = BLIND_COUNTERS.slice(0, 3)
  .map(([counter]) => `'${counter}'`)
  .join(", ");

/** The categories that they count for: said, too, so that no other's history is looked through. */
const SCANNED = "'vulnerability', 'baseline', 'image'";

/** Whether a risk list names findings of a category, or leaves their number open. */
const lists = (riskListId: string, category: string) => `EXISTS (SELECT 1 FROM severity_risk v
            WHERE v.risk_list_id = ${riskListId} AND v.category = ${category}
              AND (v.risk_num IS NULL OR v.risk_num > 0))`;

/** What a score does not show: growth under a cap, and what is not looked at. */
export const PRESSURE_VIEWS: readonly ViewDefinition[] = [
  [
    "saturation_pressure_daily",
    `SELECT q.data_date, ${targetOn("q.data_date")}, q.category, q.deduct_score, q.cap, q.total_risk_num, q.previous_date,
        q.previous_total_risk_num, q.total_risk_num - q.previous_total_risk_num AS total_risk_num_change,
        q.grows_unseen, q.nights_saturated, q.saturated_since, q.nights_unknown
      FROM (
      ${keptOrMade(PRESSURE_ROLLUPS.saturation)}
      ) AS q JOIN target t ON t.id = q.target_id`,
  ],
  [
    "blind_spot_daily",
    `${BLIND_COUNTERS.map(
      ([
        counter,
        kind,
      ]) => `SELECT s.data_date, ${targetOn("s.data_date")}, c.category, '${kind}' AS kind, c.value AS num
      FROM ${OBSERVED} JOIN counter_value c ON c.risk_list_id = s.risk_list_id AND c.counter = '${counter}'
      WHERE c.value > 0 OR c.value IS NULL`,
    ).join(`
      UNION ALL
      `)}
      UNION ALL
      SELECT s.data_date, ${targetOn("s.data_date")}, c.category, 'block_absent' AS kind, NULL AS num
      FROM ${OBSERVED} JOIN category_risk c ON c.risk_list_id = s.risk_list_id
      WHERE c.present = 0
      UNION ALL
      SELECT o.data_date, ${targetOn("o.data_date")}, o.category, 'never_scanned' AS kind, o.value AS num
      FROM (
        SELECT s.data_date, s.target_id, s.risk_list_id, c.category, c.value, ${LOOK_BACK} AS look_back
        FROM snapshot s JOIN night n ON n.data_date = s.data_date
        JOIN counter_value c ON c.risk_list_id = s.risk_list_id AND c.category IN (${SCANNED}) AND c.counter IN (${SCAN_COUNTERS})
        WHERE c.value > 0
      ) AS o JOIN target t ON t.id = o.target_id
      WHERE NOT ${lists("o.risk_list_id", "o.category")}
        AND NOT EXISTS (SELECT 1 FROM snapshot e
          WHERE e.target_id = o.target_id AND e.data_date < o.data_date AND e.data_date > o.look_back
            AND ${lists("e.risk_list_id", "o.category")})`,
  ],
  [
    "unprotected_daily",
    `SELECT q.data_date, ${targetOn("q.data_date")}, q.host_num, q.nights_unprotected, q.unprotected_since, q.nights_unknown,
        q.host_nights
      FROM (
      ${keptOrMade(PRESSURE_ROLLUPS.unprotected)}
      ) AS q JOIN target t ON t.id = q.target_id`,
  ],
];
