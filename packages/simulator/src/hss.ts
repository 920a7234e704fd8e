import type { RiskListAnswer } from "./answer.ts";
import { type Caller, checkRegion } from "./caller.ts";
import { gatewayRefusal, type HttpAnswer, hssRefusal } from "./http-answer.ts";
import type { HttpRequest } from "./http-request.ts";
import type { World } from "./world.ts";

/** What an HSS call asks for: one project, on one day, by one enterprise project or all. */
export interface HssQuestion {
  request: HttpRequest;
  projectId: string;
  world: World;
  caller: Caller;
  date: string;
}

/** The content behind every answer about a project. Without a filter: the default enterprise project. @throws Refusal */
function riskListOf({ request, projectId, world, caller, date }: HssQuestion): RiskListAnswer {
  const project = world.projects.find(({ id }) => id === projectId);
  const foreign = project?.account !== caller.account || (caller.project ?? project) !== project;
  const named = request.headers["x-project-id"] ?? projectId;
  if (project === undefined || foreign || named !== projectId || caller.scope === "domain") {
    throw hssRefusal("HSS.0013", "Insufficient permissions.");
  }
  checkRegion(caller, project.region);
  if (!world.existsOn(project, date)) throw hssRefusal("HSS.0011", "The resource is not found.");
  if (!world.isOpenOn(project, date)) throw gatewayRefusal(403, "APIGW.0310", "The project is unavailable.");

  const enterpriseProjectId = request.url.searchParams.get("enterprise_project_id") ?? "0";
  const riskList = world.riskList(project, date, enterpriseProjectId);
  if (riskList === null) throw hssRefusal("HSS.0001", "Invalid parameter: enterprise_project_id.");
  return riskList;
}

/** `GET /v5/{project_id}/overview/security/risk/list` (ListSecurityRisk). */
export const listSecurityRisk = (question: HssQuestion): HttpAnswer => ({
  status: 200,
  body: riskListOf(question),
});

/** `GET /v5/{project_id}/overview/risk/score` (ShowRiskScore): whole points. */
export function showRiskScore(question: HssQuestion): HttpAnswer {
  const { total_risk_num, ...blocks } = riskListOf(question);
  const deducted = Object.values(blocks).reduce((sum, { deduct_score }) => sum + deduct_score, 0);
  const hosts = blocks.security_protect_risk.un_open_protection_host_num;
  return {
    status: 200,
    body: { score: Math.round(100 - deducted), risk_num: total_risk_num, risk_server_num: hosts },
  };
}
