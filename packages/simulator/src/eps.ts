import type { Caller } from "./caller.ts";
import { type HttpAnswer, Refusal } from "./http-answer.ts";
import type { HttpRequest } from "./http-request.ts";

const MAX_LIMIT = 1000;

/** EPS's form: a code that is a string, in an `error`. */
const refusal = (status: number, code: string, message: string) =>
  new Refusal({ status, body: { error: { code, message } } });

function wholeNumber(request: HttpRequest, name: string, preset: number, range: [number, number]): number {
  const given = request.url.searchParams.get(name);
  const number = given === null ? preset : Number(given);
  const [least, most] = range;
  if (!Number.isInteger(number) || number < least || number > most) {
    throw refusal(400, "EPS.0004", `Invalid parameter ${name}.`);
  }
  return number;
}

/** `GET /v1.0/enterprise-projects` (ListEnterpriseProject): for a token of the account, or a signature with X-Domain-Id. */
export function listEnterpriseProjects(request: HttpRequest, caller: Caller): HttpAnswer {
  const { account, scope } = caller;
  const domainId = request.headers["x-domain-id"];
  if (scope === "project" || (scope === "signature" && domainId !== account.domainId)) {
    throw refusal(401, "EPS.0003", "The call needs a domain-scoped token or X-Domain-Id.");
  }
  const limit = wholeNumber(request, "limit", MAX_LIMIT, [1, MAX_LIMIT]);
  const offset = wholeNumber(request, "offset", 0, [0, Number.MAX_SAFE_INTEGER]);
  const status = request.url.searchParams.get("status");
  const all = status === "2" ? [] : account.enterpriseProjects;
  return {
    status: 200,
    body: {
      enterprise_projects: all.slice(offset, offset + limit).map(({ id, name }) => ({
        id,
        name,
        description: "",
        status: 1,
        created_at: "2018-05-18T06:49:06Z",
        updated_at: "2018-05-18T06:49:06Z",
        type: "prod",
        delete_flag: false,
      })),
      total_count: all.length,
    },
  };
}
