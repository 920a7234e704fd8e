import { call } from "./call.ts";
import { type Cloud, hssEndpoint } from "./cloud.ts";
import { listSecurityRiskAnswer } from "./contract.ts";
import { CloudError } from "./errors.ts";
import { normalize } from "./normalize.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { RiskList } from "./risk-list.ts";
import type { Target } from "./target.ts";

/** What a target answered tonight. */
export interface FetchedRiskList {
  /** The answer as it came, to be kept. */
  payload: Buffer;
  riskList: RiskList;
  /** JSON paths of fields that are not documented. */
  unknownFields: string[];
  attempts: number;
}

/** `GET /v5/{project_id}/overview/security/risk/list` for one target. @throws CloudError */
export async function listSecurityRisk(
  cloud: Cloud,
  target: Target,
  options: { rank?: number; signal?: AbortSignal } = {},
): Promise<FetchedRiskList> {
  const path = `/v5/${encodeURIComponent(target.projectId)}/overview/security/risk/list`;
  const url = new URL(path, hssEndpoint(cloud, target.region));
  url.searchParams.set("enterprise_project_id", target.enterpriseProjectId);
  const { body, attempts } = await call(cloud, {
    operation: "ListSecurityRisk",
    url,
    scope: { projectId: target.projectId },
    headers: { "X-Project-Id": target.projectId },
    ...options,
  });
  try {
    const { data, unknownFields } = parseAnswer("ListSecurityRisk", listSecurityRiskAnswer, body);
    return { payload: body, riskList: normalize(data), unknownFields, attempts };
  } catch (error) {
    if (error instanceof CloudError) error.attempts = attempts;
    throw error;
  }
}
