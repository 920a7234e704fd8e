import { wrongCredential } from "./http-answer.ts";
import type { HttpRequest } from "./http-request.ts";
import type { Tokens } from "./tokens.ts";
import { verifySignature } from "./verify-signature.ts";
import type { World, WorldAccount, WorldProject } from "./world.ts";

/** Whom a request comes from. */
export interface Caller {
  account: WorldAccount;
  /** `domain` may use global services, `project` the one project's; a signature may use both. */
  scope: "signature" | "domain" | "project";
  /** The project of a project-scoped token. */
  project: WorldProject | null;
}

/** @throws Refusal */
export function identify(request: HttpRequest, world: World, tokens: Tokens): Caller {
  if (request.headers.authorization !== undefined) {
    return { account: verifySignature(request, world), scope: "signature", project: null };
  }
  const token = request.headers["x-auth-token"];
  if (token === undefined) throw wrongCredential("x-auth-token not found");
  const { account, project } = tokens.check(token);
  return { account, scope: project === null ? "domain" : "project", project };
}
