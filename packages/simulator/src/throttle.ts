import { gatewayRefusal, type Refusal } from "./http-answer.ts";

/** So many calls in a sliding window. */
export interface Limit {
  calls: number;
  windowMs: number;
}

export interface ThrottleOptions {
  /** Per API and user, and per API and source address; null is no limit at all. Default 5 in 60 s. */
  limit?: Limit | null;
  /** `APIGW.0308` of the shared gateway (default) or `APIG.0308` of newer ones. */
  throttleCode?: "APIGW.0308" | "APIG.0308";
  /** Refusals tell when to come back. Default false: the gateway's header page does not list it. */
  retryAfter?: boolean;
  /** Refused calls use up the window, too, as users report of some services. Default false. */
  countRefused?: boolean;
}

/** HSS, "API Throttling": 5 calls a minute per user and per source address, for each API. */
export const DOCUMENTED_LIMIT: Limit = { calls: 5, windowMs: 60_000 };
/** The same page: what all callers of an API have together in one window. */
const CALLS_PER_API = 600;

/** `5/60s`, `5/1s`, `off`. @throws RangeError */
export function parseLimit(text: string): Limit | null {
  if (text === "off") return null;
  const [, calls, window, unit] = /^(\d+)\/(\d+)(ms|s)$/.exec(text) ?? [];
  const limit = { calls: Number(calls), windowMs: Number(window) * (unit === "ms" ? 1 : 1000) };
  if (!(limit.calls > 0 && limit.windowMs > 0))
    throw new RangeError(`"${text}" is no limit, such as 5/60s or off`);
  return limit;
}

function windowText(windowMs: number): string {
  if (windowMs % 60_000 === 0) return `${windowMs / 60_000} minute`;
  return windowMs % 1000 === 0 ? `${windowMs / 1000} second` : `${windowMs} millisecond`;
}

/** The gateway's counters: sliding windows of calls per API and user, source address, and all together. */
export class Throttle {
  readonly #options: ThrottleOptions;
  readonly limit: Limit | null;
  readonly #calls = new Map<string, number[]>();

  constructor(options: ThrottleOptions) {
    this.#options = options;
    this.limit = options.limit === undefined ? DOCUMENTED_LIMIT : options.limit;
  }

  /** Counts a call. @throws Refusal 429 when one of its windows is full */
  pass(api: string, user: string, address: string, now = performance.now()): void {
    if (this.limit === null) return;
    const { calls, windowMs } = this.limit;
    const windows = [
      { dimension: "user", key: `${api} user ${user}`, most: calls },
      { dimension: "ip", key: `${api} ip ${address}`, most: calls },
      { dimension: "api", key: `${api} api`, most: CALLS_PER_API },
    ].map((window) => ({ ...window, times: this.#recent(window.key, now - windowMs) }));
    const full = windows.find(({ times, most }) => times.length >= most);
    if (full === undefined || this.#options.countRefused === true) {
      for (const { times } of windows) times.push(now);
    }
    if (full !== undefined) throw this.#refusal(full.dimension, full.most, windowMs);
  }

  #recent(key: string, since: number): number[] {
    let times = this.#calls.get(key);
    if (times === undefined) {
      times = [];
      this.#calls.set(key, times);
    }
    const first = times.findIndex((time) => time > since);
    times.splice(0, first === -1 ? times.length : first);
    return times;
  }

  #refusal(dimension: string, most: number, windowMs: number): Refusal {
    const refusal = gatewayRefusal(
      429,
      this.#options.throttleCode ?? "APIGW.0308",
      `The throttling threshold has been reached: policy ${dimension} over ratelimit,limit:${most},time:${windowText(windowMs)}`,
    );
    if (this.#options.retryAfter === true) {
      refusal.answer.headers = { "Retry-After": String(Math.ceil(windowMs / 1000)) };
    }
    return refusal;
  }
}
