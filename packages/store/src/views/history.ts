import { deductedOf, points, scoreOf, targetOn, type ViewDefinition, wholeSum } from "./fragments.ts";

/** What is read of a risk list (its id is given), once before and once after. */
type OfRiskList = (riskListId: string) => string;

const ADMITTED_OR_REVISED = "revision v JOIN target t ON t.id = v.target_id";
const SEVERITIES = `(SELECT 'critical' AS severity UNION ALL SELECT 'high' UNION ALL SELECT 'medium'
          UNION ALL SELECT 'low' UNION ALL SELECT 'unknown') AS w`;

/** The figures that a replay reads otherwise than they were, from the two contents of each revision. */
function revisionDaily(): ViewDefinition {
  const figure = (category: string, name: string, joined: string, value: OfRiskList) =>
    `SELECT v.data_date, ${targetOn("v.data_date")}, v.run_id, ${category} AS category, ${name} AS figure,
          ${value("v.risk_list_before")} AS before, ${value("v.risk_list_after")} AS after
        FROM ${ADMITTED_OR_REVISED}${joined}`;

  const ofAnswer = (name: string, value: OfRiskList) => figure("CAST(NULL AS TEXT)", `'${name}'`, "", value);
  const ofCategory = (name: string, value: OfRiskList) =>
    figure("k.category", `'${name}'`, " CROSS JOIN category k", value);
  const ofSeverity = (column: string) =>
    figure(
      "k.category",
      `w.severity || ' ${column}'`,
      ` CROSS JOIN category k CROSS JOIN ${SEVERITIES}`,
      (id) => `(SELECT ${wholeSum(`x.${column}`)} FROM severity_risk x
            WHERE x.risk_list_id = ${id} AND x.category = k.category AND x.severity = w.severity)`,
    );
  /** Each counter that the content on one side has, and the other side's has not or has, too. */
  const counter = (side: string, condition: string) =>
    figure(
      "n.category",
      "n.counter",
      ` JOIN counter_value n ON n.risk_list_id = ${side}${condition}`,
      (id) => `(SELECT x.value FROM counter_value x
            WHERE x.risk_list_id = ${id} AND x.category = n.category AND x.counter = n.counter)`,
    );
  const onlyBefore = ` WHERE NOT EXISTS (SELECT 1 FROM counter_value x WHERE x.risk_list_id = v.risk_list_after
            AND x.category = n.category AND x.counter = n.counter)`;

  const figures = [
    ofAnswer("score", scoreOf),
    ofAnswer("deducted", deductedOf),
    ofAnswer("total_risk_num", (id) => `(SELECT x.total_risk_num FROM risk_list x WHERE x.id = ${id})`),
    ofCategory(
      "deduct_score",
      (id) => `(SELECT ${points("x.deduct_score")} FROM category_risk x
            WHERE x.risk_list_id = ${id} AND x.category = k.category)`,
    ),
    ofCategory(
      "total_risk_num",
      (id) => `(SELECT x.total_risk_num FROM category_risk x
            WHERE x.risk_list_id = ${id} AND x.category = k.category)`,
    ),
    ofCategory(
      "policies",
      (id) => `(SELECT CASE WHEN COUNT(*) > 0 THEN COUNT(x.position) END FROM category_risk y
            LEFT JOIN policy_item x ON x.risk_list_id = y.risk_list_id AND x.category = y.category
            WHERE y.risk_list_id = ${id} AND y.category = k.category AND y.present = 1)`,
    ),
    ofSeverity("risk_num"),
    ofSeverity("affected_num"),
    counter("v.risk_list_after", ""),
    counter("v.risk_list_before", onlyBefore),
  ];
  return [
    "revision_daily",
    `SELECT * FROM (
        ${figures.join("\n        UNION ALL\n        ")}
      ) AS figures
      WHERE before IS DISTINCT FROM after`,
  ];
}

/** What was read again, and how raw answers are kept. */
export const HISTORY_VIEWS: readonly ViewDefinition[] = [
  revisionDaily(),
  [
    "payload_storage",
    `SELECT 'deflated' AS form, COUNT(*) AS payloads, COALESCE(SUM(LENGTH(p.deflated)), 0) AS stored_bytes
      FROM payload p WHERE NOT EXISTS (SELECT 1 FROM packed_payload k WHERE k.payload_id = p.id)
      UNION ALL
      SELECT 'packed' AS form, (SELECT COUNT(*) FROM packed_payload) AS payloads,
        COALESCE(SUM(LENGTH(b.packed)), 0) AS stored_bytes
      FROM payload_block b`,
  ],
];
