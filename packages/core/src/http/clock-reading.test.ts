import { expect, test } from "vitest";
import { clockReading } from "./clock-reading.ts";

const NOON = Date.parse("2026-11-24T12:00:00Z");
const CALL = { startedAt: NOON + 300, endedAt: NOON + 700 };

const aheadOf = (headers: Record<string, string>, statusCode = 200) =>
  clockReading({ statusCode, headers }, "https://iam.example.com", CALL)?.aheadMs ?? null;

test.each([
  ["within the call", "Tue, 24 Nov 2026 12:00:00 GMT", 0],
  ["five minutes ahead", "Tue, 24 Nov 2026 12:05:00 GMT", 299_300],
  ["five minutes behind", "Tue, 24 Nov 2026 11:55:00 GMT", -299_300],
  ["no date", "yesterday", null],
])("a Date that is %s", (_, date, ahead) => {
  expect(aheadOf({ date })).toBe(ahead);
});

test.each([
  [200, 0],
  [401, 0],
  [404, 0],
  [302, null],
  [407, null],
  [502, null],
])("HTTP %i is the cloud's own answer, or anybody's", (status, ahead) => {
  expect(aheadOf({ date: "Tue, 24 Nov 2026 12:00:00 GMT" }, status)).toBe(ahead);
});

test("an answer of a cache, or one without a Date, says nothing", () => {
  expect(aheadOf({ date: "Tue, 24 Nov 2026 12:00:00 GMT", age: "0" })).toBe(null);
  expect(aheadOf({})).toBe(null);
});
