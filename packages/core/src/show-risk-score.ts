import { call } from "./call.ts";
import { type Cloud, hssEndpoint } from "./cloud.ts";
import { showRiskScoreAnswer } from "./contract.ts";
import { requestTo } from "./http/endpoint.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { Target } from "./target.ts";

/** The cloud's own score of a target, to hold against 100 less the deductions. Null is "not said". */
export interface OfficialScore {
  /** 0–100. */
  score: number | null;
  /** Risks, and hosts at risk. */
  riskNum: number | null;
  riskHostNum: number | null;
}

/** `GET /v5/{project_id}/overview/risk/score` (ShowRiskScore), which has a quota of its own. @throws CloudError */
export async function showRiskScore(
  cloud: Cloud,
  target: Target,
  options: { rank?: number; signal?: AbortSignal } = {},
): Promise<OfficialScore> {
  const path = `/v5/${encodeURIComponent(target.projectId)}/overview/risk/score`;
  const query = new URLSearchParams({ enterprise_project_id: target.enterpriseProjectId });
  const { body } = await call(cloud, {
    operation: "ShowRiskScore",
    documented: Object.keys(showRiskScoreAnswer.shape),
    ...requestTo(hssEndpoint(cloud, target.region), `${path}?${query}`),
    scope: { projectId: target.projectId },
    headers: { "X-Project-Id": target.projectId },
    ...options,
  });
  const { data } = parseAnswer("ShowRiskScore", showRiskScoreAnswer, body);
  return {
    score: data.score ?? null,
    riskNum: data.risk_num ?? null,
    riskHostNum: data.risk_server_num ?? null,
  };
}
