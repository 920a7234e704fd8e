import { type Caller, checkRegion } from "./caller.ts";
import { gatewayRefusal, type HttpAnswer, hssRefusal } from "./http-answer.ts";
import type { HttpRequest } from "./http-request.ts";
import type { World } from "./world.ts";

/** `GET /v5/{project_id}/overview/security/risk/list` (ListSecurityRisk). Without a filter: the default enterprise project. */
export function listSecurityRisk(
  request: HttpRequest,
  projectId: string,
  world: World,
  caller: Caller,
  date: string,
): HttpAnswer {
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
  const body = world.riskList(project, date, enterpriseProjectId);
  if (body === null) throw hssRefusal("HSS.0001", "Invalid parameter: enterprise_project_id.");
  return { status: 200, body };
}
