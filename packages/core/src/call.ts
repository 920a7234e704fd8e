import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";
import { request } from "undici";
import type { Scope } from "./authorizer.ts";
import type { Cloud } from "./cloud.ts";
import { concealing } from "./conceal.ts";
import { errorOf, isRefusal } from "./error-answer.ts";
import { CloudError, CredentialError, NetworkError, ThrottledError, TimeoutError } from "./errors.ts";
import { clockReading } from "./http/clock-reading.ts";
import { decodedBody, isCut } from "./http/content-coding.ts";
import { longestTryMs, MAX_BACKOFF_MS } from "./http/longest-call.ts";
import { LONGEST_PAUSE_MS } from "./http/retry-after.ts";
import { requireSendable } from "./http/sendable-headers.ts";
import { withinWallClock } from "./http/wall-clock.ts";
import { DOCUMENTED_QUOTA, type Egress, lane } from "./network.ts";
import type { Lanes, Turn } from "./pace.ts";
import { readBounded, transportError } from "./transport.ts";

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
  /** The members of a good answer, by its contract: an error code is no error beside them. Default none. */
  documented?: readonly string[];
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

/** Made once, through one way out, and left when it takes longer than a call can. */
async function callOnce(cloud: Cloud, call: Call, egress: Egress, onWay: OnWay): Promise<Answered> {
  const { origin } = call.url;
  const limitMs = longestTryMs(cloud.limits);
  const late = () => new TimeoutError(origin, limitMs);
  try {
    return await withinWallClock({ limitMs, late, signal: call.signal }, (signal) =>
      exchange(cloud, { ...call, signal }, egress, onWay),
    );
  } catch (error) {
    call.signal?.throwIfAborted();
    throw transportError(error, origin, cloud.limits.timeoutMs);
  }
}

/** Statuses that say all there is to do: a body that does not come changes nothing. */
const saysEnough = (status: number): boolean => status === 401 || status === 429 || status >= 500;

/** A body that is not waited for as long as a good one; what of it does not come is left out. */
async function readInTime(
  { limits: { timeoutMs: limitMs } }: Cloud,
  body: { destroy(): unknown },
  read: () => Promise<Buffer>,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  try {
    return await withinWallClock({ limitMs, late: () => new Error("late"), signal }, read);
  } catch (error) {
    body.destroy();
    if (signal?.aborted === true) throw error;
    return Buffer.alloc(0);
  }
}

async function exchange(cloud: Cloud, call: Call, egress: Egress, onWay: OnWay): Promise<Answered> {
  const { operation, method = "GET", url, signedUrl = url, scope, signal } = call;
  const { origin } = url;
  const maxBytes = cloud.limits.maxBodyBytes;
  const bare = {
    method,
    url: signedUrl,
    headers: { host: signedUrl.host, ...call.headers },
    body: call.body ?? "",
  };
  const startedAt = Date.now();
  const signed = scope === null ? bare.headers : cloud.authorizer.headers(bare, scope);
  // a reverse proxy is called by its own name, and puts the signed one in its place
  const headers = { ...signed, host: url.host };
  requireSendable(headers, cloud.account);
  const answer = await request(url, {
    method,
    headers: { accept: "application/json", ...headers },
    ...(call.body !== undefined && { body: call.body }),
    dispatcher: egress.dispatcher,
    ...(signal && { signal }),
  });
  onWay.answered();
  const clock = clockReading(answer, origin, { startedAt, endedAt: Date.now() });
  if (clock !== null) for (const watch of cloud.network.clockWatchers) watch(clock);
  const status = answer.statusCode;
  const read = async (): Promise<Buffer> => {
    const coded = await readBounded(answer.body, origin, maxBytes);
    return await decodedBody({ operation, origin, headers: answer.headers, body: coded, maxBytes });
  };
  const body = saysEnough(status) ? await readInTime(cloud, answer.body, read, signal) : await read();
  onWay.received(body.length);
  const isGood = status === 200 || status === 201;
  if (isGood && isCut(answer.headers, body)) {
    throw new NetworkError(origin, new Error("the connection ended in the middle of the answer"));
  }
  if (isGood && !isRefusal(body, call.documented ?? [])) return { headers: answer.headers, body };
  const conceal = concealing(cloud.conceal, headers);
  throw errorOf({ account: cloud.account, origin, conceal }, { status, headers: answer.headers, body });
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

/**
 * What a refusal says of a quota is believed, and the lane it names is closed until there is room again. What would
 * take longer than a night may wait is not believed: the lane keeps the pace that is documented.
 */
function learn(cloud: Cloud, call: Call, egress: Egress, error: ThrottledError): void {
  const { operation } = call;
  const place = placeOfCall(call);
  const lanes: Record<string, string> = {
    user: lane.user(operation, place, cloud.account),
    ip: lane.address(operation, place, egress.address),
    api: lane.operation(operation, place),
  };
  const { dimension } = error.notice;
  const quota = (error.notice.quota?.windowMs ?? 0) > LONGEST_PAUSE_MS ? null : error.notice.quota;
  const closedMs = error.waitMs > LONGEST_PAUSE_MS ? DOCUMENTED_QUOTA.windowMs : error.waitMs;
  const named = lanes[dimension ?? ""];
  for (const name of named === undefined ? Object.values(lanes) : [named]) {
    cloud.network.pace.learn(name, named === undefined ? null : quota, closedMs);
  }
  for (const watcher of cloud.network.watchers) watcher.closed?.(closedMs);
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

/** A call that is throttled again and again competes with somebody else's; it is left when so often refused, or long. */
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
  let throttledMs = 0;
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
      throttledMs += error.waitMs;
      return throttles <= MAX_THROTTLES && throttledMs <= LONGEST_PAUSE_MS;
    }
    failures += 1;
    if (failures > cloud.limits.retries || !cloud.network.budget.spend()) return false;
    const longest = Math.min(MAX_BACKOFF_MS, cloud.limits.retryMinMs * 2 ** (failures - 1));
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
