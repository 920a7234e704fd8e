import { expect, test } from "vitest";
import { closestTime, dayIn, instantOf, nextTime } from "./clock.ts";

const iso = (date: Date) => date.toISOString();

test.each([
  ["Asia/Kathmandu", "2026-11-24T18:14:59Z", "2026-11-24"],
  ["Asia/Kathmandu", "2026-11-24T18:15:00Z", "2026-11-25"],
  ["Asia/Singapore", "2026-11-24T15:59:59Z", "2026-11-24"],
  ["Asia/Singapore", "2026-11-24T16:01:00Z", "2026-11-25"],
  // clocks go forward and back: the day is 23 hours long, or 25
  ["Europe/Berlin", "2026-03-28T22:59:59Z", "2026-03-28"],
  ["Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29"],
  ["Europe/Berlin", "2026-03-29T21:59:59Z", "2026-03-29"],
  ["Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-30"],
  ["Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25"],
  ["Europe/Berlin", "2026-10-25T22:59:59Z", "2026-10-25"],
  ["Europe/Berlin", "2026-10-25T23:00:00Z", "2026-10-26"],
  ["America/New_York", "2026-11-01T04:01:00Z", "2026-11-01"],
  ["America/New_York", "2026-11-02T04:59:00Z", "2026-11-01"],
  ["Pacific/Auckland", "2028-02-28T11:01:00Z", "2028-02-29"],
  ["UTC", "2028-02-29T23:59:59Z", "2028-02-29"],
  ["UTC", "2028-03-01T00:01:00Z", "2028-03-01"],
  ["UTC", "2027-02-28T23:59:59Z", "2027-02-28"],
])("in %s it is, at %s, the day %s", (timeZone, now, day) => {
  expect(dayIn(timeZone, new Date(now))).toBe(day);
});

test.each([
  ["Europe/Berlin", "2026-03-29", "07:00", "2026-03-29T05:00:00.000Z"],
  ["Europe/Berlin", "2026-03-28", "07:00", "2026-03-28T06:00:00.000Z"],
  ["Europe/Berlin", "2026-10-25", "07:00", "2026-10-25T06:00:00.000Z"],
  // never comes: an hour later
  ["Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30:00.000Z"],
  // comes twice: the first
  ["Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30:00.000Z"],
  ["America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00.000Z"],
  ["Asia/Kathmandu", "2026-11-24", "07:00", "2026-11-24T01:15:00.000Z"],
  ["Australia/Lord_Howe", "2026-10-04", "07:00", "2026-10-03T20:00:00.000Z"],
  ["UTC", "2028-02-29", "00:00", "2028-02-29T00:00:00.000Z"],
])("in %s, %s, it is %s at %s", (timeZone, day, clock, instant) => {
  expect(iso(instantOf(day, clock, timeZone))).toBe(instant);
});

test("a deadline in the night that loses an hour comes an hour sooner", () => {
  expect(iso(nextTime("07:00", "Europe/Berlin", new Date("2026-03-28T22:00:00Z")))).toBe(
    "2026-03-29T05:00:00.000Z",
  );
  expect(iso(nextTime("07:00", "Europe/Berlin", new Date("2026-10-24T21:00:00Z")))).toBe(
    "2026-10-25T06:00:00.000Z",
  );
});

test("the next time is today's until its minute is over", () => {
  expect(iso(nextTime("07:00", "UTC", new Date("2026-11-24T07:00:59Z")))).toBe("2026-11-24T07:00:00.000Z");
  expect(iso(nextTime("07:00", "UTC", new Date("2026-11-24T07:01:00Z")))).toBe("2026-11-25T07:00:00.000Z");
});

test("the closest time has just been, or will soon be", () => {
  const closest = (now: string) => iso(closestTime("07:00", "UTC", new Date(now)));
  expect(closest("2026-11-24T08:30:00Z")).toBe("2026-11-24T07:00:00.000Z");
  expect(closest("2026-11-24T01:00:00Z")).toBe("2026-11-24T07:00:00.000Z");
  expect(closest("2026-11-24T22:00:00Z")).toBe("2026-11-25T07:00:00.000Z");
});
