import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { identify } from "./caller.ts";
import { listEnterpriseProjects } from "./eps.ts";
import { listSecurityRisk } from "./hss.ts";
import { gatewayRefusal, type HttpAnswer, Refusal } from "./http-answer.ts";
import { type HttpRequest, jsonBody, readRequest } from "./http-request.ts";
import { createToken, listProjects } from "./iam.ts";
import { Keys } from "./keys.ts";
import { type Limit, Throttle, type ThrottleOptions } from "./throttle.ts";
import { type TokenOptions, Tokens } from "./tokens.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

export interface SimulatorOptions extends WorldOptions, ThrottleOptions, TokenOptions {
  /** 0 takes a free one. */
  port?: number;
  /** A loopback address. */
  host?: string;
  /** `YYYY-MM-DD`: the day it is there at first; the reference date. */
  date?: string;
}

/** A request that was answered. */
export interface AnsweredRequest {
  method: string;
  /** With its query. */
  path: string;
  /** The name of the account that called, null when it was not recognized. */
  account: string | null;
  status: number;
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
  close(): Promise<void>;
}

const RISK_LIST = /^\/v5\/([^/]+)\/overview\/security\/risk\/list$/;
const OWN_ADDRESSES = "/_simulator/";
const MAX_REQUESTS_KEPT = 100_000;

/** Starts IAM, EPS and HSS of a seeded world on one loopback port. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = createWorld(options);
  const tokens = new Tokens(options);
  const keys = new Keys(world);
  const throttle = new Throttle(options);
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
    throw gatewayRefusal(404, "APIGW.0101", "The API does not exist");
  }

  function cloud(
    request: HttpRequest,
    remoteAddress: string,
    recognized: (account: string) => void,
  ): HttpAnswer {
    const { method } = request;
    const path = request.url.pathname;
    if (method === "POST" && path === "/v3/auth/tokens") return createToken(request, world, tokens);

    const projectId = RISK_LIST.exec(path)?.[1];
    const known =
      projectId !== undefined || path === "/v3/auth/projects" || path === "/v1.0/enterprise-projects";
    if (method !== "GET" || !known) {
      throw gatewayRefusal(
        404,
        "APIGW.0101",
        "The API does not exist or has not been published in the environment",
      );
    }
    const caller = identify(request, keys, tokens);
    recognized(caller.account.name);
    if (projectId !== undefined) {
      throttle.pass("ListSecurityRisk", caller.account.name, remoteAddress);
      return listSecurityRisk(request, projectId, world, caller, date);
    }
    if (path === "/v3/auth/projects") return listProjects(world, caller, date);
    return listEnterpriseProjects(request, caller);
  }

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const requestId = randomBytes(16).toString("hex");
    const remoteAddress = incoming.socket.remoteAddress ?? "";
    let request: HttpRequest | null = null;
    let account: string | null = null;
    let given: HttpAnswer;
    try {
      request = await readRequest(incoming);
      given = request.url.pathname.startsWith(OWN_ADDRESSES)
        ? ownAddress(request)
        : cloud(request, remoteAddress, (name) => {
            account = name;
          });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const body = error.answer.body as Record<string, unknown>;
      given = {
        ...error.answer,
        body: /^APIGW?\./.test(String(body.error_code)) ? { ...body, request_id: requestId } : body,
      };
    }
    const path = incoming.url ?? "/";
    if (!path.startsWith(OWN_ADDRESSES)) {
      if (requests.length === MAX_REQUESTS_KEPT) requests.shift();
      requests.push({
        method: incoming.method ?? "",
        path,
        account,
        status: given.status,
        remoteAddress,
        headers: request?.headers ?? {},
      });
    }
    outgoing.writeHead(given.status, {
      "Content-Type": "application/json",
      "X-Request-Id": requestId,
      ...(path.startsWith("/v3/") && { "X-IAM-Trace-Id": `token_ap-southeast-3_null_${requestId}` }),
      ...given.headers,
    });
    outgoing.end(JSON.stringify(given.body));
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
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
