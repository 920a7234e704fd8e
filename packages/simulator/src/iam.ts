import type { Caller } from "./caller.ts";
import { type HttpAnswer, iamRefusal } from "./http-answer.ts";
import { type HttpRequest, jsonBody } from "./http-request.ts";
import type { Tokens } from "./tokens.ts";
import type { World, WorldAccount, WorldProject } from "./world.ts";

interface TokenRequest {
  auth?: {
    identity?: {
      methods?: string[];
      assume_role?: { domain_name?: string; domain_id?: string; agency_name?: string };
      password?: { user?: { name?: string; password?: string; domain?: { name?: string } } };
    };
    scope?: { project?: { id?: string; name?: string }; domain?: { id?: string; name?: string } };
  };
}

/** `2026-11-24T02:00:00.000000Z`: IAM writes microseconds. */
const iamTime = (ms: number): string => new Date(ms).toISOString().replace("Z", "000Z");

function scopeOf(body: TokenRequest, account: WorldAccount, world: World): WorldProject | null {
  const wanted = body.auth?.scope?.project;
  if (wanted === undefined) return null;
  const project = world.projects.find(
    (candidate) =>
      candidate.account === account && (candidate.id === wanted.id || candidate.name === wanted.name),
  );
  if (project === undefined) throw iamRefusal(404, "Not Found", "Could not find project.");
  return project;
}

type Identity = NonNullable<NonNullable<TokenRequest["auth"]>["identity"]>;

function byPassword(identity: Identity, world: World): WorldAccount {
  const user = identity.password?.user;
  if (user === undefined) throw iamRefusal(400, "Bad Request", "The request body is invalid");
  const account = world.accounts.find(
    ({ name, userName, password }) =>
      name === user.domain?.name && userName === user.name && password === user.password,
  );
  if (account === undefined) throw iamRefusal(401, "Unauthorized", "The username or password is wrong.");
  return account;
}

/** The account whose agency a user of another account assumes. */
function byAgency(identity: Identity, request: HttpRequest, world: World, tokens: Tokens): WorldAccount {
  const delegated = tokens.check(request.headers["x-auth-token"] ?? "").account;
  const wanted = identity.assume_role;
  const account = world.accounts.find(
    ({ name, domainId }) => name === wanted?.domain_name || domainId === wanted?.domain_id,
  );
  if (account === undefined || account === delegated || account.agencyName !== wanted?.agency_name) {
    throw iamRefusal(403, "Forbidden", "You are not authorized to perform the requested action.");
  }
  return account;
}

/**
 * `POST /v3/auth/tokens`: password or agency, project or domain scope (KeystoneCreateUserTokenByPassword,
 * KeystoneCreateAgencyToken).
 */
export function createToken(request: HttpRequest, world: World, tokens: Tokens): HttpAnswer {
  const body = (jsonBody(request) ?? {}) as TokenRequest;
  const identity = body.auth?.identity;
  const [method, ...others] = identity?.methods ?? [];
  if (identity === undefined || others.length > 0 || !["password", "assume_role"].includes(method ?? "")) {
    throw iamRefusal(400, "Bad Request", "The request body is invalid");
  }
  const account =
    method === "password" ? byPassword(identity, world) : byAgency(identity, request, world, tokens);
  const project = scopeOf(body, account, world);
  const { token, grant } = tokens.issue(account, project);
  const domain = { id: account.domainId, name: account.name };
  return {
    status: 201,
    headers: { "X-Subject-Token": token },
    body: {
      token: {
        methods: [method],
        issued_at: iamTime(Date.now()),
        expires_at: iamTime(grant.expiresAt),
        user: { domain, id: account.domainId, name: account.userName, password_expires_at: "" },
        roles: [{ id: "0", name: "te_agency" }],
        ...(project === null ? { domain } : { project: { id: project.id, name: project.name, domain } }),
      },
    },
  };
}

/** `GET /v3/auth/projects` (KeystoneListAuthProjects): closed projects are there, disabled, and so is `MOS`. */
export function listProjects(
  world: World,
  caller: Caller,
  date: string,
  isHidden: (projectId: string) => boolean,
): HttpAnswer {
  const { account } = caller;
  const own = world.projects.filter(
    (project) => project.account === account && world.existsOn(project, date) && !isHidden(project.id),
  );
  const entry = (id: string, name: string, enabled: boolean) => ({
    id,
    name,
    domain_id: account.domainId,
    parent_id: account.domainId,
    enabled,
    is_domain: false,
    description: "",
    links: { self: `https://iam.myhuaweicloud.com/v3/projects/${id}` },
  });
  const objectStorage = entry(`${account.domainId.slice(0, 31)}0`, "MOS", true);
  return {
    status: 200,
    body: {
      links: { self: "https://iam.myhuaweicloud.com/v3/auth/projects", previous: null, next: null },
      projects: [
        ...own.map((project) => entry(project.id, project.name, world.isOpenOn(project, date))),
        objectStorage,
      ],
    },
  };
}
