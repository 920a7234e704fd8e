import { z } from "zod";

/**
 * 0–2147483647 as documented. A value outside is not rejected, since an odd number beats a lost night; one beyond
 * 2^53 is, since it could not be kept exactly.
 */
const count = z.int().nullish();
const points = z.number().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER).nullish();
const text = z.string().nullish();

/** Table 11, RiskListInfo. "effected" is the API's own spelling. */
const riskListInfo = z.strictObject({ severity: text, risk_num: count, effected_host_num: count });
/** Table 13, risk_list of image_risk. */
const imageRiskListInfo = z.strictObject({ severity: text, image_num: count });
/** Table 8, PolicyInfo. */
const policyInfo = z.strictObject({
  policy_id: text,
  policy_name: text,
  os_type: text,
  host_num: count,
  rule_name: text,
});
const riskInfos = z.array(riskListInfo).nullish();
const policyInfos = z.array(policyInfo).nullish();
const block = { deduct_score: points, total_risk_num: count };

/**
 * ListSecurityRisk, status 200: tables 4–13. Nothing is marked mandatory there, so absent and null pass. Strict, so
 * that a field which is not documented is told; it is no reason to refuse the answer.
 */
export const listSecurityRiskAnswer = z.strictObject({
  /** Table 5. */
  alarm_risk: z.strictObject({ ...block, risk_list: riskInfos, policy_list: policyInfos }).nullish(),
  /** Table 6. */
  baseline_risk: z
    .strictObject({
      ...block,
      risk_list: riskInfos,
      policy_list: policyInfos,
      existed_pwd_host_num: count,
      un_scanned_baseline_host_num: count,
    })
    .nullish(),
  /** Table 7. */
  asset_risk: z
    .strictObject({ ...block, existed_danger_port_host_num: count, policy_list: policyInfos })
    .nullish(),
  /** Table 9. */
  security_protect_risk: z.strictObject({ ...block, un_open_protection_host_num: count }).nullish(),
  /** Table 10. */
  vul_risk: z.strictObject({ ...block, risk_list: riskInfos, un_scanned_host_num: count }).nullish(),
  /** Table 12. */
  image_risk: z
    .strictObject({ ...block, risk_list: z.array(imageRiskListInfo).nullish(), un_scanned_image_num: count })
    .nullish(),
  total_risk_num: count,
});

/** ShowRiskScore, status 200 (API reference, "Querying the Security Score"). */
export const showRiskScoreAnswer = z.looseObject({
  score: count,
  risk_num: count,
  risk_server_num: count,
});

export type ListSecurityRiskAnswer = z.infer<typeof listSecurityRiskAnswer>;

/** KeystoneListAuthProjects, status 200. Each entry is read by itself: one that is odd takes no other with it. */
export const listProjectsAnswer = z.looseObject({
  projects: z.array(z.unknown()),
  links: z.unknown().optional(),
});

/** ListEnterpriseProject, status 200: a page of them, each read by itself. */
export const listEnterpriseProjectsAnswer = z.looseObject({
  enterprise_projects: z.array(z.unknown()),
  total_count: z.unknown().optional(),
});

/** KeystoneCreateUserTokenByPassword, KeystoneCreateAgencyToken, status 201. */
export const createTokenAnswer = z.looseObject({ token: z.looseObject({ expires_at: z.string() }) });
