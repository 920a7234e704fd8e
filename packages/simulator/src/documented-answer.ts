import type { RiskListAnswer } from "./answer.ts";

const policy = (text: string) => ({
  policy_id: text,
  policy_name: text,
  os_type: text,
  host_num: 1,
  rule_name: text,
});

/** The example response of ListSecurityRisk's own page, content, order of keys and all. */
export const DOCUMENTED_ANSWER: RiskListAnswer = {
  asset_risk: {
    existed_danger_port_host_num: 0,
    deduct_score: 0,
    policy_list: [policy("xxxx")],
    total_risk_num: 0,
  },
  baseline_risk: {
    risk_list: [
      { severity: "High", effected_host_num: 1, risk_num: 1 },
      { severity: "Low", effected_host_num: 1, risk_num: 1 },
      { severity: "Medium", effected_host_num: 11, risk_num: 18 },
    ],
    deduct_score: 20,
    policy_list: [policy("xxx")],
    existed_pwd_host_num: 16,
    un_scanned_baseline_host_num: 3,
    total_risk_num: 39,
  },
  vul_risk: {
    risk_list: [
      { severity: "High", effected_host_num: 34, risk_num: 500 },
      { severity: "Medium", effected_host_num: 36, risk_num: 3569 },
      { severity: "Low", effected_host_num: 35, risk_num: 658 },
    ],
    deduct_score: 20,
    un_scanned_host_num: 2,
    total_risk_num: 4729,
  },
  alarm_risk: {
    risk_list: [
      { severity: "Critical", effected_host_num: 35, risk_num: 27 },
      { severity: "High", effected_host_num: 35, risk_num: 4103 },
      { severity: "Medium", effected_host_num: 35, risk_num: 75 },
      { severity: "Low", effected_host_num: 35, risk_num: 936 },
    ],
    deduct_score: 30,
    policy_list: [policy("xxx")],
    total_risk_num: 5145,
  },
  image_risk: {
    risk_list: [
      { severity: "High", image_num: 507 },
      { severity: "Medium", image_num: 120 },
      { severity: "Low", image_num: 0 },
    ],
    deduct_score: 10,
    un_scanned_image_num: 5,
    total_risk_num: 632,
  },
  security_protect_risk: {
    un_open_protection_host_num: 118,
    deduct_score: 10,
    total_risk_num: 118,
  },
  total_risk_num: 10663,
};
