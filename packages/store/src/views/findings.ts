import { itemized, lastSnapshot, points, shown, targetOn, wholeSum } from "./fragments.ts";

/** A finding is looked for from the snapshot on, so that one night's question reads one night. */
const of = (table: string, alias: string, where = "") =>
  `FROM snapshot s JOIN ${table} ${alias} ON ${alias}.risk_list_id = s.risk_list_id${where && ` WHERE ${where}`}`;
const KEY = "s.data_date, s.target_id";

/** Every count of an answer, with the name it has there. */
const COUNTS = `
        SELECT ${KEY}, NULL AS category, 'total_risk_num' AS item, r.total_risk_num AS value, 0 AS place
          FROM snapshot s JOIN risk_list r ON r.id = s.risk_list_id
        UNION ALL SELECT ${KEY}, c.category, 'total_risk_num', c.total_risk_num, 0
          ${of("category_risk", "c", "c.present = 1")}
        UNION ALL SELECT ${KEY}, v.category, v.severity || ' risks', v.risk_num, v.position ${of("severity_risk", "v")}
        UNION ALL SELECT ${KEY}, v.category, v.severity || ' hosts', v.affected_num, v.position
          ${of("severity_risk", "v", "v.affected_unit = 'host'")}
        UNION ALL SELECT ${KEY}, n.category, n.counter, n.value, 0 ${of("counter_value", "n")}
        UNION ALL SELECT ${KEY}, p.category, 'policy hosts', p.host_num, p.position ${of("policy", "p")}`;

/** All that a category lists of what it counts, as far as it is known: less than this it cannot count. */
const listed = (alias: string) => `(SELECT COALESCE(SUM(v.risk_num), 0) FROM severity_risk v
              WHERE v.risk_list_id = ${alias}.risk_list_id AND v.category = ${alias}.category)
            + (SELECT COALESCE(SUM(n.value), 0) FROM counter_value n
              WHERE n.risk_list_id = ${alias}.risk_list_id AND n.category = ${alias}.category)`;

/** Findings that depend on an answer's content alone. */
const CONTENT_FINDINGS = `
        SELECT data_date, target_id, category, 'number_out_of_range' AS rule, item || ' = ' || value AS detail, place
          FROM (${COUNTS}) AS counted WHERE value < 0 OR value > 2147483647
        UNION ALL SELECT data_date, target_id, category, 'figure_absent', item, place
          FROM (${COUNTS}) AS counted WHERE value IS NULL
        UNION ALL SELECT ${KEY}, c.category, 'figure_absent', 'deduct_score', 0
          ${of("category_risk", "c", "c.present = 1 AND c.deduct_score IS NULL")}
        UNION ALL SELECT ${KEY}, c.category, 'block_absent', 'the answer says nothing of it', 0
          ${of("category_risk", "c", "c.present = 0")}
        UNION ALL SELECT ${KEY}, c.category, 'deduction_out_of_range',
            'deduct_score = ' || ${shown("c.deduct_score", 9)} || ', at most ' || k.cap, 0
          ${of("category_risk", "c")} JOIN category k ON k.category = c.category
          WHERE c.deduct_score < 0 OR c.deduct_score > k.cap
        UNION ALL SELECT ${KEY}, c.category, 'float_noise', 'deduct_score = ' || ${shown("c.deduct_score", 9)}, 0
          ${of("category_risk", "c", `c.deduct_score <> ${points("c.deduct_score")}`)}
        UNION ALL SELECT ${KEY}, NULL, 'total_mismatch',
            'total_risk_num = ' || r.total_risk_num || ', its categories add up to '
              || ${wholeSum("c.total_risk_num")}, 0
          FROM snapshot s JOIN risk_list r ON r.id = s.risk_list_id
          JOIN category_risk c ON c.risk_list_id = s.risk_list_id
          GROUP BY s.data_date, s.target_id, r.total_risk_num
          HAVING r.total_risk_num <> ${wholeSum("c.total_risk_num")}
        UNION ALL SELECT data_date, target_id, category, 'listed_beyond_total',
            'total_risk_num = ' || total_risk_num || ', lists ' || listed, 0
          FROM (
            SELECT ${KEY}, c.category, c.total_risk_num, ${listed("c")} AS listed ${of("category_risk", "c", "c.present = 1")}
          ) AS summed WHERE listed > total_risk_num
        UNION ALL SELECT ${KEY}, x.category, x.rule, x.detail, x.position ${of("text_finding", "x")}
        UNION ALL SELECT ${KEY}, v.category, 'severity_repeated', v.severity || ' × ' || COUNT(*), 0
          ${of("severity_risk", "v", "v.severity <> 'unknown'")}
          GROUP BY s.data_date, s.target_id, v.category, v.severity HAVING COUNT(*) > 1
        UNION ALL SELECT ${KEY}, v.category, 'severity_unknown',
            COALESCE('"' || SUBSTR(v.severity_raw, 1, 40) || '"', 'no severity'), v.position
          ${of("severity_risk", "v", "v.severity = 'unknown'")}
        UNION ALL SELECT ${KEY}, v.category, 'list_too_long', 'risk_list has ' || COUNT(*) || ', at most 4', 0
          ${of("severity_risk", "v")} GROUP BY s.data_date, s.target_id, v.category HAVING COUNT(*) > 4
        UNION ALL SELECT ${KEY}, p.category, 'list_too_long', 'policy_list has ' || COUNT(*) || ', at most 32', 0
          ${of("policy", "p")} GROUP BY s.data_date, s.target_id, p.category HAVING COUNT(*) > 32`;

const residual = (alias: string) => `${alias}.total_risk_num - (${itemized(alias)})`;

/** What answers depart from, by their content alone or held against the target's answer before. */
export const FINDINGS = `SELECT f.data_date, ${targetOn("f.data_date")}, f.category, f.rule, f.detail, f.place
      FROM (${CONTENT_FINDINGS}
      ) AS f JOIN target t ON t.id = f.target_id
      UNION ALL
      SELECT s.data_date, ${targetOn("s.data_date")}, a.category, 'residual_changed' AS rule,
        'unattributed ' || (${residual("b")}) || ' before, ' || (${residual("a")}) || ' now' AS detail,
        0 AS place
      FROM (
        SELECT this.target_id, this.data_date, this.risk_list_id,
          ${lastSnapshot("risk_list_id")} AS risk_list_before
        FROM snapshot this
      ) AS s
      JOIN target t ON t.id = s.target_id
      JOIN category_risk a ON a.risk_list_id = s.risk_list_id
      JOIN category_risk b ON b.risk_list_id = s.risk_list_before AND b.category = a.category
      WHERE s.risk_list_before <> s.risk_list_id AND ${residual("a")} <> ${residual("b")}`;
