import type { Quota } from "./pace.ts";

/** What a 429 says of itself. */
export interface ThrottleNotice {
  /** Whose quota is used up: `user`, `ip`, `api` or `app`; null when it is not said. */
  dimension: string | null;
  /** The quota; null when it is not said. */
  quota: Quota | null;
}

const UNIT_MS: Record<string, number> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/**
 * Reads the gateway's words, such as `policy user over ratelimit,limit:5,time:1 minute` (APIGW.0308; seen in
 * public issues of Huawei's own provider).
 */
export function readThrottleNotice(message: string | null): ThrottleNotice {
  const said = message ?? "";
  const dimension = /policy (\w+) over ratelimit/i.exec(said)?.[1]?.toLowerCase() ?? null;
  const [, calls, count, unit = ""] = /limit:\s*(\d+),\s*time:\s*(\d+)\s*([a-z]+?)s?\b/i.exec(said) ?? [];
  const windowMs = Number(count) * (UNIT_MS[unit.toLowerCase()] ?? Number.NaN);
  const known = Number(calls) > 0 && windowMs > 0;
  return { dimension, quota: known ? { calls: Number(calls), windowMs } : null };
}
