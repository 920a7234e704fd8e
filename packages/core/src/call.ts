import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";
import { request } from "undici";
import type { Scope } from "./authorizer.ts";
import type { Cloud } from "./cloud.ts";
import { concealing } from "./conceal.ts";
import { errorOf } from "./error-answer.ts";
import { CloudError, CredentialError, ThrottledError, TimeoutError } from "./errors.ts";
import { clockReading } from "./http/clock-reading.ts";
import { requireSendable } from "./http/sendable-headers.ts";
import { type Egress, lane } from "./network.ts";
import type { Lanes, Turn } from "./pace.ts";
import { readBounded, transportError, unpacked } from "./transport.ts";

/** One call to be made, whatever it takes. */
export interface Call {
  /** The operation's name in the API reference; it has a quota of its own. */
  operation: string;
  /** Default GET. Only a call that may be repeated without harm goes through here. */
  method?: "GET" | "POST";
  url: URL;
  /** What the cloud sees of it behind a reverse proxy, and what is signed; default `url`. */
  signedUrl?: URL;
  /** Where the cloud counts it; default the origin of `url`. */
  place?: string;
  headers?: Record<string, string>;
  body?: string;
  /** What it has to be authorized for; null where it authorizes itself. */
  scope: Scope | null;
  /** Among calls that wait for their quota the lowest goes first; default 0. */
  rank?: number;
  signal?: AbortSignal;
}

/** A good answer as it came, and how many calls it took. */
export interface Answer {
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  attempts: number;
  /** How long it waited for its turns, which are paced by the quota. Milliseconds. */
  waitedMs: number;
}

const placeOfCall = ({ place, url }: Call): string => place ?? url.origin;

type Answered = Omit<Answer, "attempts" | "waitedMs">;

/** Is told how a call fares on its way. */
interface OnWay {
  /** The cloud has counted it. */
  answered(): void;
  /** So many bytes of a body came. */
  received(bytes: number): void;
}

/** Made once, through one way out. */
async function callOnce(cloud: Cloud, call: Call, egress: Egress, onWay: OnWay): Promise<Answered> {
  const { method = "GET", url, signedUrl = url, scope, signal } = call;
  const { timeoutMs, maxBodyBytes } = cloud.limits;
  const bare = {
    method,
    url: signedUrl,
    headers: { host: signedUrl.host, ...call.headers },
    body: call.body ?? "",
  };
  // connect, headers and body each have timeoutMs; a body that trickles is stopped by this
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new TimeoutError(url.origin, 3 * timeoutMs)), 3 * timeoutMs);
  const stop = () => deadline.abort(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  const startedAt = Date.now();
  try {
    const signed = scope === null ? bare.headers : cloud.authorizer.headers(bare, scope);
    // a reverse proxy is called by its own name, and puts the signed one in its place
    const headers = { ...signed, host: url.host };
    requireSendable(headers, cloud.account);
    const answer = await request(url, {
      method,
      headers: { accept: "application/json", ...headers },
      ...(call.body !== undefined && { body: call.body }),
      dispatcher: egress.dispatcher,
      signal: deadline.signal,
    });
    onWay.answered();
    const clock = clockReading(answer, url.origin, { startedAt, endedAt: Date.now() });
    if (clock !== null) for (const watch of cloud.network.clockWatchers) watch(clock);
    const bytes = unpacked(answer.body, answer.headers["content-encoding"]);
    const body = await readBounded(bytes, url.origin, maxBodyBytes);
    onWay.received(body.length);
    if (answer.statusCode === 200 || answer.statusCode === 201) return { headers: answer.headers, body };
    const conceal = concealing(cloud.conceal, headers);
    const raw = { status: answer.statusCode, headers: answer.headers, body };
    throw errorOf({ account: cloud.account, origin: url.origin, conceal }, raw);
  } catch (error) {
    signal?.throwIfAborted();
    throw transportError(error, url.origin, timeoutMs);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** The lanes of an operation at one endpoint, and the way out that each of its address lanes stands for. */
interface Routes {
  lanes: Lanes;
  ways: ReadonlyMap<string, Egress>;
}

const known = new WeakMap<Cloud, Map<string, Routes>>();

function routesOf(cloud: Cloud, operation: string, origin: string): Routes {
  const own = known.get(cloud) ?? new Map<string, Routes>();
  known.set(cloud, own);
  const key = `${operation} ${origin}`;
  const routes = own.get(key) ?? newRoutes(cloud, operation, origin);
  own.set(key, routes);
  return routes;
}

function newRoutes({ account, network }: Cloud, operation: string, origin: string): Routes {
  const ways = new Map(
    network.egresses.map((egress) => [lane.address(operation, origin, egress.address), egress]),
  );
  const all = [
    lane.everything,
    lane.key(account),
    lane.operation(operation, origin),
    lane.user(operation, origin, account),
  ];
  return { lanes: { all, oneOf: [...ways.keys()] }, ways };
}

/** What a refusal says of a quota is believed, and the lane it names is closed until there is room again. */
function learn(cloud: Cloud, call: Call, egress: Egress, error: ThrottledError): void {
  const { operation } = call;
  const place = placeOfCall(call);
  const lanes: Record<string, string> = {
    user: lane.user(operation, place, cloud.account),
    ip: lane.address(operation, place, egress.address),
    api: lane.operation(operation, place),
  };
  const { dimension, quota } = error.notice;
  const named = lanes[dimension ?? ""];
  for (const name of named === undefined ? Object.values(lanes) : [named]) {
    cloud.network.pace.learn(name, named === undefined ? null : quota, error.waitMs);
  }
}

/** How a call fares. */
interface Course {
  attempts: number;
  waitedMs: number;
  /** Whether the last refusal of its authorization may be mended by a new one. */
  renewable: boolean;
}

/** Waits for the turn of a call. */
async function turnOf(cloud: Cloud, call: Call, lanes: Lanes, course: Course): Promise<Turn> {
  const { pace, watchers } = cloud.network;
  const { rank = 0, signal } = call;
  for (const watcher of watchers) watcher.waits();
  const begun = performance.now();
  try {
    return await pace.take(lanes, rank, signal);
  } finally {
    course.waitedMs += performance.now() - begun;
    for (const watcher of watchers) watcher.waited();
  }
}

async function callInTurn(cloud: Cloud, call: Call, course: Course): Promise<Answered> {
  const { operation, scope, signal } = call;
  if (scope !== null) await cloud.authorizer.prepare(cloud, scope, signal);
  const { lanes, ways } = routesOf(cloud, operation, placeOfCall(call));
  const { budget, watchers } = cloud.network;
  const turn = await turnOf(cloud, call, lanes, course);
  const egress = ways.get(turn.through);
  if (egress === undefined) throw new RangeError(`There is no way out called ${turn.through}.`);
  let answeredAt: number | undefined;
  let received = 0;
  const onWay = {
    answered: () => {
      answeredAt = performance.now();
    },
    received: (bytes: number) => {
      received = bytes;
    },
  };
  for (const watcher of watchers) watcher.begins(operation);
  try {
    budget.called();
    course.attempts += 1;
    return await callOnce(cloud, call, egress, onWay);
  } catch (error) {
    // both before the turn is given back, so that the next call already knows
    if (error instanceof ThrottledError) learn(cloud, call, egress, error);
    if (error instanceof CredentialError && scope !== null) {
      course.renewable = cloud.authorizer.refused(scope, error);
    }
    throw error;
  } finally {
    for (const watcher of watchers) watcher.ends(received);
    turn.done(answeredAt);
  }
}

/** The longest wait of full jitter: the more tries, the wider apart. */
const MAX_WAIT_MS = 30_000;
/** A call that is throttled again and again competes with somebody else's; it is left when so often refused. */
const MAX_THROTTLES = 10;

/**
 * A call in its turn, tried again while the failure says that it may pass: network errors, 408, 429, 500, 502, 503
 * and 504, never another 4xx, but once after a 401 that a new token may mend. Redirects are not followed.
 *
 * @throws CloudError, which tells its attempts
 */
export async function call(cloud: Cloud, call: Call): Promise<Answer> {
  const { signal } = call;
  const course: Course = { attempts: 0, waitedMs: 0, renewable: false };
  let failures = 0;
  let throttles = 0;
  let renewed = false;

  async function mayTryAgain(error: unknown): Promise<boolean> {
    if (error instanceof CredentialError && course.renewable && !renewed) {
      renewed = true;
      return true;
    }
    if (!(error instanceof CloudError && error.retryable)) return false;
    if (error instanceof ThrottledError) {
      // the wait is the lane's: it was closed by what the refusal taught
      throttles += 1;
      return throttles <= MAX_THROTTLES;
    }
    failures += 1;
    if (failures > cloud.limits.retries || !cloud.network.budget.spend()) return false;
    const longest = Math.min(MAX_WAIT_MS, cloud.limits.retryMinMs * 2 ** (failures - 1));
    await sleep(Math.random() * longest, undefined, signal ? { signal } : {});
    return true;
  }

  try {
    const answer = await pRetry(() => callInTurn(cloud, call, course), {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 0,
      ...(signal && { signal }),
      shouldRetry: ({ error }) => mayTryAgain(error),
    });
    return { ...answer, attempts: course.attempts, waitedMs: course.waitedMs };
  } catch (error) {
    if (error instanceof CloudError) {
      error.attempts = course.attempts;
      error.waitedMs = course.waitedMs;
    }
    throw error;
  }
}
