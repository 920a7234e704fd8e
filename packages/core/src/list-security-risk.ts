import { call } from "./call.ts";
import { type Cloud, hssEndpoint } from "./cloud.ts";
import { listSecurityRiskAnswer } from "./contract.ts";
import { CloudError } from "./errors.ts";
import { requestTo } from "./http/endpoint.ts";
import { type ReadRiskList, readRiskList } from "./read-risk-list.ts";
import type { Target } from "./target.ts";

/** What a target answered tonight. */
export interface FetchedRiskList extends ReadRiskList {
  /** The answer as it came, to be kept. */
  payload: Buffer;
  attempts: number;
  /** How long it waited for its turns, which are paced by the quota. Milliseconds. */
  waitedMs: number;
}

/** `GET /v5/{project_id}/overview/security/risk/list` for one target. @throws CloudError */
export async function listSecurityRisk(
  cloud: Cloud,
  target: Target,
  options: { rank?: number; signal?: AbortSignal } = {},
): Promise<FetchedRiskList> {
  const path = `/v5/${encodeURIComponent(target.projectId)}/overview/security/risk/list`;
  const query = new URLSearchParams({ enterprise_project_id: target.enterpriseProjectId });
  const { body, attempts, waitedMs } = await call(cloud, {
    operation: "ListSecurityRisk",
    documented: Object.keys(listSecurityRiskAnswer.shape),
    ...requestTo(hssEndpoint(cloud, target.region), `${path}?${query}`),
    scope: { projectId: target.projectId },
    headers: { "X-Project-Id": target.projectId },
    ...options,
  });
  try {
    return { payload: body, ...readRiskList(body), attempts, waitedMs };
  } catch (error) {
    if (error instanceof CloudError) Object.assign(error, { attempts, waitedMs });
    throw error;
  }
}
