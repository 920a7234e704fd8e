import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { BODY_FAULTS, changedBody } from "./body-faults.ts";
import { identify } from "./caller.ts";
import { listEnterpriseProjects } from "./eps.ts";
import { type FaultProfile, type FaultRule, Faults, type Operation } from "./faults.ts";
import { listSecurityRisk, showRiskScore } from "./hss.ts";
import { gatewayRefusal, type HttpAnswer, Refusal } from "./http-answer.ts";
import { type HttpRequest, jsonBody, readRequest } from "./http-request.ts";
import { createToken, listProjects } from "./iam.ts";
import { Keys } from "./keys.ts";
import { type Limit, Throttle, type ThrottleOptions } from "./throttle.ts";
import { type TokenOptions, Tokens } from "./tokens.ts";
import { strike } from "./wire-faults.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

export interface SimulatorOptions extends WorldOptions, ThrottleOptions, TokenOptions {
  /** 0 takes a free one. */
  port?: number;
  /** A loopback address. */
  host?: string;
  /** `YYYY-MM-DD`: the day it is there at first; the reference date. */
  date?: string;
  /** Which calls are struck by which faults. */
  faults?: FaultProfile;
  /** How far its clock is ahead. Milliseconds; default 0. */
  clockOffsetMs?: number;
}

/** A request that was answered. */
export interface AnsweredRequest {
  method: string;
  /** With its query. */
  path: string;
  /** The name of the account that called, null when it was not recognized. */
  account: string | null;
  /** 0 when nothing was sent. */
  status: number;
  /** The fault that struck it. */
  fault: string | null;
  remoteAddress: string;
  headers: Record<string, string>;
}

/** A running simulator. */
export interface Simulator {
  url: string;
  world: World;
  /** The throttling it applies. */
  limit: Limit | null;
  /** Makes it another day there. */
  setDate(date: string): void;
  /** All that was answered since the start or `clearRequests`, the simulator's own addresses apart. */
  requests: readonly AnsweredRequest[];
  clearRequests(): void;
  /** Every token given out so far is worth nothing from now on, as after a change of permissions. */
  revokeTokens(): void;
  /** An access key is switched off. */
  disableKey(ak: string): void;
  /** A project is no longer listed, as after its user lost access to it. */
  hideProject(projectId: string): void;
  /** Other faults from now on; calls are counted anew. */
  setFaults(profile: FaultProfile): void;
  close(): Promise<void>;
}

const OWN_ADDRESSES = "/_simulator/";
const MAX_REQUESTS_KEPT = 100_000;

/** An answer, and the fault that strikes it. */
interface Reply {
  answer: HttpAnswer;
  rule: FaultRule | null;
}

const ROUTES: readonly (readonly [method: string, path: RegExp, operation: Operation])[] = [
  ["POST", /^\/v3\/auth\/tokens$/, "KeystoneCreateUserToken"],
  ["GET", /^\/v3\/auth\/projects$/, "KeystoneListAuthProjects"],
  ["GET", /^\/v1\.0\/enterprise-projects$/, "ListEnterpriseProject"],
  ["GET", /^\/v5\/([^/]+)\/overview\/security\/risk\/list$/, "ListSecurityRisk"],
  ["GET", /^\/v5\/([^/]+)\/overview\/risk\/score$/, "ShowRiskScore"],
];

function routeOf({ method, url }: HttpRequest): { operation: Operation; projectId: string | null } | null {
  for (const [wanted, path, operation] of ROUTES) {
    const found = method === wanted ? path.exec(url.pathname) : null;
    if (found !== null) return { operation, projectId: found[1] ?? null };
  }
  return null;
}

/** Starts IAM, EPS and HSS of a seeded world on one loopback port. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = createWorld(options);
  const tokens = new Tokens(options);
  const keys = new Keys(world);
  const { faults: rules, countRefused, retryAfter, throttleCode } = options.faults ?? {};
  const throttle = new Throttle({
    ...(countRefused !== undefined && { countRefused }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(throttleCode !== undefined && { throttleCode }),
    ...options,
  });
  let faults = new Faults({ ...options.faults, faults: rules ?? [] });
  const hidden = new Set<string>();
  const clock = () => Date.now() + (options.clockOffsetMs ?? 0);
  const requests: AnsweredRequest[] = [];
  let date = options.date ?? world.referenceDate;

  function ownAddress(request: HttpRequest): HttpAnswer {
    const route = `${request.method} ${request.url.pathname.slice(OWN_ADDRESSES.length)}`;
    if (route === "GET requests") return { status: 200, body: requests };
    if (route === "GET world") {
      return { status: 200, body: { date, accounts: world.accounts, projects: world.projects } };
    }
    if (route === "POST date") {
      const wanted = (jsonBody(request) as { date?: unknown } | null)?.date;
      if (typeof wanted !== "string" || !/^\d{4}-\d\d-\d\d$/.test(wanted)) {
        throw gatewayRefusal(400, "APIGW.0201", "date is YYYY-MM-DD");
      }
      date = wanted;
      return { status: 200, body: { date } };
    }
    if (route === "POST faults") {
      try {
        faults = new Faults(jsonBody(request) as FaultProfile);
      } catch (error) {
        throw gatewayRefusal(400, "APIGW.0201", (error as Error).message);
      }
      return { status: 200, body: {} };
    }
    throw gatewayRefusal(404, "APIGW.0101", "The API does not exist");
  }

  /** What would be sent, and the fault that strikes it. */
  function cloud(request: HttpRequest, noted: AnsweredRequest): Reply {
    const route = routeOf(request);
    if (route === null) {
      throw gatewayRefusal(
        404,
        "APIGW.0101",
        "The API does not exist or has not been published in the environment",
      );
    }
    const { operation, projectId } = route;
    if (operation === "KeystoneCreateUserToken") {
      return {
        answer: createToken(request, world, tokens),
        rule: faults.next({ operation, project: null, account: "" }),
      };
    }
    const caller = identify(request, keys, tokens, clock());
    noted.account = caller.account.name;
    if (projectId !== null) throttle.pass(operation, caller.account.name, noted.remoteAddress);
    const rule = faults.next({ operation, project: numbered(projectId), account: caller.account.name });
    const question = { request, projectId: projectId ?? "", world, caller, date };
    const answers: Record<typeof operation, () => HttpAnswer> = {
      KeystoneListAuthProjects: () => listProjects(world, caller, date, (id) => hidden.has(id)),
      ListEnterpriseProject: () => listEnterpriseProjects(request, caller),
      ListSecurityRisk: () => listSecurityRisk(question),
      ShowRiskScore: () => showRiskScore(question),
    };
    return { answer: answers[operation](), rule };
  }

  function numbered(projectId: string | null) {
    const index = world.projects.findIndex(({ id }) => id === projectId);
    const project = world.projects[index];
    return project === undefined ? null : { number: index + 1, id: project.id, name: project.name };
  }

  function refused(error: unknown, requestId: string): HttpAnswer {
    if (!(error instanceof Refusal)) throw error;
    const body = error.answer.body as Record<string, unknown>;
    const isGateway = /^APIGW?\./.test(String(body.error_code));
    return { ...error.answer, body: isGateway ? { ...body, request_id: requestId } : body };
  }

  function note(incoming: IncomingMessage): AnsweredRequest {
    const noted: AnsweredRequest = {
      method: incoming.method ?? "",
      path: incoming.url ?? "/",
      account: null,
      status: 0,
      fault: null,
      remoteAddress: incoming.socket.remoteAddress ?? "",
      headers: Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      ),
    };
    if (!noted.path.startsWith(OWN_ADDRESSES)) {
      if (requests.length === MAX_REQUESTS_KEPT) requests.shift();
      requests.push(noted);
    }
    return noted;
  }

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const requestId = randomBytes(16).toString("hex");
    const noted = note(incoming);
    let reply: Reply;
    try {
      const request = await readRequest(incoming);
      reply = request.url.pathname.startsWith(OWN_ADDRESSES)
        ? { answer: ownAddress(request), rule: null }
        : cloud(request, noted);
    } catch (error) {
      reply = { answer: refused(error, requestId), rule: null };
    }
    const { answer: given, rule } = reply;
    const changed = rule !== null && BODY_FAULTS.includes(rule.fault);
    const sent = {
      status: given.status,
      headers: {
        Date: new Date(clock()).toUTCString(),
        "Content-Type": "application/json",
        "X-Request-Id": requestId,
        ...(noted.path.startsWith("/v3/") && { "X-IAM-Trace-Id": `token_ap-southeast-3_null_${requestId}` }),
        ...given.headers,
      },
      body: JSON.stringify(changed ? changedBody(rule.fault, given.body) : given.body),
    };
    noted.fault = rule?.fault ?? null;
    noted.status = sent.status;
    if (rule !== null && !changed) {
      await strike(rule.fault, outgoing, sent, rule);
      noted.status = outgoing.headersSent ? outgoing.statusCode : 0;
    } else {
      outgoing.writeHead(sent.status, sent.headers);
      outgoing.end(sent.body);
    }
  }

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error as Error));
  });
  const host = options.host ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${host}:${port}`,
    world,
    limit: throttle.limit,
    setDate(wanted) {
      date = wanted;
    },
    requests,
    clearRequests() {
      requests.length = 0;
    },
    revokeTokens: () => tokens.revoke(),
    disableKey: (ak) => keys.disable(ak),
    hideProject: (projectId) => hidden.add(projectId),
    setFaults(profile) {
      faults = new Faults(profile);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
