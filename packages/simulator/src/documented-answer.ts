import type { RiskListAnswer } from "./answer.ts";

/** The example counts 5145 alarms and lists 5141. */
const UNATTRIBUTED_ALARMS = 4;

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

const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/**
 * The documented example with its counts brought to a share, 1 being all. The deductions stay, since most
 * stand at their cap; so does what its alarms count more than they list.
 */
export function documentedAnswer(share: number): RiskListAnswer {
  const scaled: RiskListAnswer = JSON.parse(JSON.stringify(DOCUMENTED_ANSWER), (key, value) =>
    key.endsWith("_num") && key !== "total_risk_num" && key !== "host_num"
      ? Math.round(value * share)
      : value,
  );
  const { alarm_risk: alarm, baseline_risk: baseline, vul_risk: vul, image_risk: image } = scaled;
  const { security_protect_risk: protection, asset_risk: asset } = scaled;
  const listed = (list: { risk_num: number }[]) => total(list.map(({ risk_num }) => risk_num));
  alarm.total_risk_num = listed(alarm.risk_list) + UNATTRIBUTED_ALARMS;
  baseline.total_risk_num =
    listed(baseline.risk_list) + baseline.existed_pwd_host_num + baseline.un_scanned_baseline_host_num;
  vul.total_risk_num = listed(vul.risk_list) + vul.un_scanned_host_num;
  image.total_risk_num =
    total(image.risk_list.map(({ image_num }) => image_num)) + image.un_scanned_image_num;
  protection.total_risk_num = protection.un_open_protection_host_num;
  scaled.total_risk_num = total(
    [alarm, baseline, vul, image, protection, asset].map(({ total_risk_num }) => total_risk_num),
  );
  return scaled;
}
