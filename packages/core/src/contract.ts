import { z } from "zod";

/** 0–2147483647 as documented; a value outside is not rejected here, since an odd number beats a lost night. */
const count = z.int().nullish();
const points = z.number().nullish();
const text = z.string().nullish();

/** Table 11, RiskListInfo. "effected" is the API's own spelling. */
const riskListInfo = z.looseObject({ severity: text, risk_num: count, effected_host_num: count });
/** Table 13, risk_list of image_risk. */
const imageRiskListInfo = z.looseObject({ severity: text, image_num: count });
/** Table 8, PolicyInfo. */
const policyInfo = z.looseObject({
  policy_id: text,
  policy_name: text,
  os_type: text,
  host_num: count,
  rule_name: text,
});
const riskInfos = z.array(riskListInfo).nullish();
const policyInfos = z.array(policyInfo).nullish();
const block = { deduct_score: points, total_risk_num: count };

/** ListSecurityRisk, status 200: tables 4–13. Nothing is marked mandatory there, so absent and null pass. */
export const listSecurityRiskAnswer = z.looseObject({
  /** Table 5. */
  alarm_risk: z.looseObject({ ...block, risk_list: riskInfos, policy_list: policyInfos }).nullish(),
  /** Table 6. */
  baseline_risk: z
    .looseObject({
      ...block,
      risk_list: riskInfos,
      policy_list: policyInfos,
      existed_pwd_host_num: count,
      un_scanned_baseline_host_num: count,
    })
    .nullish(),
  /** Table 7. */
  asset_risk: z
    .looseObject({ ...block, existed_danger_port_host_num: count, policy_list: policyInfos })
    .nullish(),
  /** Table 9. */
  security_protect_risk: z.looseObject({ ...block, un_open_protection_host_num: count }).nullish(),
  /** Table 10. */
  vul_risk: z.looseObject({ ...block, risk_list: riskInfos, un_scanned_host_num: count }).nullish(),
  /** Table 12. */
  image_risk: z
    .looseObject({ ...block, risk_list: z.array(imageRiskListInfo).nullish(), un_scanned_image_num: count })
    .nullish(),
  total_risk_num: count,
});

export type ListSecurityRiskAnswer = z.infer<typeof listSecurityRiskAnswer>;

/** KeystoneListAuthProjects, status 200. */
export const listProjectsAnswer = z.looseObject({
  projects: z.array(
    z.looseObject({
      id: z.string().min(1),
      name: z.string(),
      domain_id: text,
      parent_id: text,
      enabled: z.boolean().nullish(),
      is_domain: z.boolean().nullish(),
    }),
  ),
});

/** KeystoneCreateUserTokenByPassword, KeystoneCreateAgencyToken, status 201. */
export const createTokenAnswer = z.looseObject({ token: z.looseObject({ expires_at: z.string() }) });

/** The first problems of an answer as JSON path and reason. */
export function problemsOf(error: z.ZodError): string[] {
  return error.issues.slice(0, 5).map((issue) => {
    const path = issue.path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
    return `$${path}: ${issue.message}`;
  });
}
