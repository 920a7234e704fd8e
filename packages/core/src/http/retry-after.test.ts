import { expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

const NOON = Date.parse("2026-11-24T12:00:00Z");

test.each([
  ["seconds", { "retry-after": "90" }, 90_000],
  ["0 seconds", { "retry-after": "0" }, 0],
  ["a date", { "retry-after": "Tue, 24 Nov 2026 12:02:00 GMT" }, 120_000],
  ["a date of RFC 850", { "retry-after": "Tuesday, 24-Nov-26 12:02:00 GMT" }, 120_000],
  ["a date of asctime, which has no zone", { "retry-after": "Tue Nov 24 12:02:00 2026" }, 120_000],
  ["a date that is past", { "retry-after": "Tue, 24 Nov 2026 11:00:00 GMT" }, 0],
  [
    "a date by the cloud's own clock",
    { "retry-after": "Tue, 24 Nov 2026 13:01:00 GMT", date: "Tue, 24 Nov 2026 13:00:00 GMT" },
    60_000,
  ],
  ["the first of two", { "retry-after": ["5", "60"] }, 5000],
  ["more digits than a number has", { "retry-after": "9".repeat(400) }, Number.POSITIVE_INFINITY],
  ["nothing", { "retry-after": "" }, null],
  ["no header", {}, null],
  ["a negative number", { "retry-after": "-5" }, null],
  ["words", { "retry-after": "soon" }, null],
  ["a number in another base", { "retry-after": "0x10" }, null],
])("Retry-After is %s", (_, headers, expected) => {
  expect(retryAfterMs(headers, NOON)).toBe(expected);
});
