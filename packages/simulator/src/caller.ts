import { gatewayRefusal, wrongCredential } from "./http-answer.ts";
import type { HttpRequest } from "./http-request.ts";
import type { Keys } from "./keys.ts";
import type { Tokens } from "./tokens.ts";
import { verifySignature } from "./verify-signature.ts";
import type { WorldAccount, WorldProject } from "./world.ts";

/** Whom a request comes from. */
export interface Caller {
  account: WorldAccount;
  /** `domain` may use global services, `project` the one project's; a signature may use both. */
  scope: "signature" | "domain" | "project";
  /** The project of a project-scoped token. */
  project: WorldProject | null;
  /** The only region a token of a regional IAM is good in. */
  region: string | null;
}

/** A regional token is refused anywhere else (IAM, "Regional and global endpoints"). @throws Refusal APIGW.0307 */
export function checkRegion(caller: Caller, region: string): void {
  if (caller.region !== null && caller.region !== region) {
    throw gatewayRefusal(401, "APIGW.0307", "The token must be updated.");
  }
}

/** Who calls, by signature or token; `now` is the gateway's clock, in milliseconds since 1970. @throws Refusal */
export function identify(request: HttpRequest, keys: Keys, tokens: Tokens, now: number): Caller {
  if (request.headers.authorization !== undefined) {
    return { account: verifySignature(request, keys, now), scope: "signature", project: null, region: null };
  }
  const token = request.headers["x-auth-token"];
  if (token === undefined) throw wrongCredential("x-auth-token not found");
  const { account, project, region } = tokens.check(token);
  return { account, scope: project === null ? "domain" : "project", project, region };
}
