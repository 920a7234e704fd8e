import { SCORING_RULE_ROWS } from "./scoring-rules.ts";
import { UNROLLED_VIEWS } from "./views/rolled-up.ts";

/**
 * Parts of risk lists whose texts are kept once, put together again. Private: the views read them like tables. The
 * joins are outer ones, since engines leave such a join out where none of its columns is asked for.
 */
export const PART_VIEWS: readonly (readonly [name: string, select: string])[] = [
  [
    "severity_risk",
    `SELECT i.risk_list_id, i.category, i.position, w.severity, w.severity_raw, i.risk_num, i.affected_num,
        w.affected_unit
      FROM severity_item i LEFT JOIN severity_word w ON w.id = i.severity_word_id`,
  ],
  [
    "counter_value",
    `SELECT i.risk_list_id, i.category, n.counter, i.value
      FROM counter_item i LEFT JOIN counter_name n ON n.id = i.counter_id`,
  ],
  [
    "policy",
    `SELECT i.risk_list_id, i.category, i.position, i.policy_text_id, t.policy_id, t.policy_name, t.os_type, i.host_num, t.rule_name
      FROM policy_item i LEFT JOIN policy_text t ON t.id = i.policy_text_id`,
  ],
  ["scoring_rule", SCORING_RULE_ROWS],
  ...UNROLLED_VIEWS,
];
