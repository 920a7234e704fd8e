import { expect, test } from "vitest";
import { Formats } from "./formats.ts";

test("a change has a sign, but for one that rounds to nothing", () => {
  const { pointsChange, numberChange } = new Formats("en");
  expect([0.06, -12.83, 0.04, -0.04, 0, null].map(pointsChange)).toEqual([
    "+0.1",
    "−12.8",
    "±0",
    "±0",
    "±0",
    "—",
  ]);
  expect([1230, -1, 0].map(numberChange)).toEqual(["+1,230", "−1", "±0"]);
});
