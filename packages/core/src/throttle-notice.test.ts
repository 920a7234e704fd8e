import { expect, test } from "vitest";
import { readThrottleNotice } from "./throttle-notice.ts";

test.each([
  [
    "The throttling threshold has been reached: policy user over ratelimit,limit:200,time:5 minute",
    "user",
    { calls: 200, windowMs: 300_000 },
  ],
  ["policy ip over ratelimit,limit:5,time:1 second", "ip", { calls: 5, windowMs: 1000 }],
  ["policy api over ratelimit, limit: 600, time: 1 minutes", "api", { calls: 600, windowMs: 60_000 }],
  ["Too many requests", null, null],
  ["policy user over ratelimit,limit:0,time:1 minute", "user", null],
  [null, null, null],
])("%s", (message, dimension, quota) => {
  expect(readThrottleNotice(message)).toEqual({ dimension, quota });
});
