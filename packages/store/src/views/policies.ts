import { lastSnapshot, OBSERVED, targetOn, type ViewDefinition, wholeSum } from "./fragments.ts";
import { keptOrMade, type RolledUp } from "./rolled-up.ts";
import { LOOK_BACK, type Property, streaks, UNKNOWN_NIGHTS } from "./streak.ts";

/** What makes two entries of policy lists the same policy; null where the answer names neither id nor name. */
const keyOf = (policy: string) =>
  `COALESCE(${policy}.policy_id, ${policy}.policy_name) || '/' || COALESCE(${policy}.os_type, '')`;

/** The first entry of each policy in a list: a list that names one twice has it once. */
const FIRST = (policy: string) => `${keyOf(policy)} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM policy twin
            WHERE twin.risk_list_id = ${policy}.risk_list_id AND twin.category = ${policy}.category
              AND twin.position < ${policy}.position AND ${keyOf("twin")} = ${keyOf(policy)})`;

/** The place of a policy (`o`) in an earlier list (`e`): nearly always under the same words, so those are tried first. */
const PLACE = `COALESCE(
              (SELECT MIN(x.position) FROM policy_item x WHERE x.risk_list_id = e.risk_list_id
                AND x.category = o.category AND x.policy_text_id = o.policy_text_id),
              (SELECT MIN(x.position) FROM policy x WHERE x.risk_list_id = e.risk_list_id
                AND x.category = o.category AND ${keyOf("x")} = o.policy_key))`;

const OFF: Property = {
  join: `JOIN policy_item ep ON ep.risk_list_id = e.risk_list_id AND ep.category = o.category
            AND ep.position = ${PLACE}`,
  holds: "1 = 1",
  breaksJoin: "",
  breaks: `${PLACE} IS NULL AND EXISTS (SELECT 1 FROM category_risk ec
              WHERE ec.risk_list_id = e.risk_list_id AND ec.category = o.category AND ec.present = 1)`,
};

const offStreaks = (snapshot: string) =>
  streaks(
    `
            SELECT s.data_date, s.target_id, n.day_number, p.category, p.policy_id, p.policy_name, p.os_type,
              p.host_num, p.policy_text_id, ${keyOf("p")} AS policy_key, ${LOOK_BACK} AS look_back
            FROM ${snapshot} s JOIN night n ON n.data_date = s.data_date
            JOIN policy p ON p.risk_list_id = s.risk_list_id
            WHERE ${FIRST("p")}`,
    OFF,
    [
      "data_date",
      "target_id",
      "day_number",
      "category",
      "policy_key",
      "policy_id",
      "policy_name",
      "os_type",
      "host_num",
    ],
    `, ${wholeSum("ep.host_num")} AS host_nights`,
  );

/** What is made of each target's streaks. The target's names are joined later: they change. */
export const POLICY_ROLLUP = {
  name: "policy_off_streak",
  marks: "rollup_streak_night",
  columns: [
    ...["data_date", "target_id", "category", "policy_id", "policy_name", "os_type", "host_num"],
    ...["nights_off", "off_since", "nights_unknown", "host_nights"],
  ],
  select: ({
    snapshot,
  }) => `SELECT q.data_date, q.target_id, q.category, q.policy_id, q.policy_name, q.os_type,
        q.host_num, q.nights AS nights_off, q.since AS off_since, ${UNKNOWN_NIGHTS} AS nights_unknown, q.host_nights
      FROM (${offStreaks(snapshot)}
      ) AS q`,
} as const satisfies RolledUp;

/** One way between a snapshot and the target's last one before: policies in the list of `has`, not in that of `lacks`. */
const switched = (event: "off" | "on", has: string, lacks: string, snapshot = "snapshot") => `
      SELECT s.data_date, ${targetOn("s.data_date")}, s.previous_date, p.category, '${event}' AS event, p.policy_id, p.policy_name,
        p.os_type, p.host_num
      FROM (
        SELECT this.target_id, this.data_date, this.risk_list_id, ${lastSnapshot("data_date")} AS previous_date,
          ${lastSnapshot("risk_list_id")} AS previous_list_id
        FROM ${snapshot} this
      ) AS s
      JOIN target t ON t.id = s.target_id
      JOIN policy p ON p.risk_list_id = s.${has}
      JOIN category_risk c ON c.risk_list_id = s.${lacks} AND c.category = p.category AND c.present = 1
      WHERE s.risk_list_id <> s.previous_list_id AND ${FIRST("p")}
        AND NOT EXISTS (SELECT 1 FROM policy q WHERE q.risk_list_id = s.${lacks} AND q.category = p.category
          AND ${keyOf("q")} = ${keyOf("p")})`;

const switchedOff = (snapshot?: string) => switched("off", "risk_list_id", "previous_list_id", snapshot);

/** What was switched off since the night before, a row for each category. */
export const SWITCHED_OFF_ROLLUP = {
  name: "policies_switched_off",
  marks: "rollup_night",
  columns: ["data_date", "category", "targets", "host_num"],
  select: ({
    snapshot,
  }) => `SELECT data_date, category, COUNT(DISTINCT target_id) AS targets, ${wholeSum("host_num")} AS host_num
      FROM (${switchedOff(snapshot)}) AS off GROUP BY data_date, category`,
} as const satisfies RolledUp;

/** The policies that are not enabled, and when that changed. */
export const POLICY_VIEWS: readonly ViewDefinition[] = [
  [
    "policy_daily",
    `SELECT s.data_date, ${targetOn("s.data_date")}, p.category, p.policy_id, p.policy_name, p.os_type, p.host_num, p.rule_name,
        p.position AS place
      FROM ${OBSERVED} JOIN policy p ON p.risk_list_id = s.risk_list_id`,
  ],
  [
    "policy_event",
    `${switchedOff().trim()}
      UNION ALL${switched("on", "previous_list_id", "risk_list_id")}`,
  ],
  [
    "policy_off_daily",
    `SELECT q.data_date, ${targetOn("q.data_date")}, q.category, q.policy_id, q.policy_name, q.os_type, q.host_num, q.nights_off,
        q.off_since, q.nights_unknown, q.host_nights
      FROM (
      ${keptOrMade(POLICY_ROLLUP)}
      ) AS q JOIN target t ON t.id = q.target_id`,
  ],
];
