import { expect, test } from "vitest";
import { parseSize } from "./parse-size.ts";

test.each([
  ["512MiB", 536_870_912],
  ["1GiB", 1_073_741_824],
  ["1024GiB", 1_099_511_627_776],
])("reads %s as %d bytes", (given, bytes) => {
  expect(parseSize("--memory", given)).toBe(bytes);
});

test.each(["1", "1gb", "0GiB", "-1GiB", "1.5GiB", "1025GiB", "1e3MiB", "", "99999999MiB"])(
  "refuses %j",
  (given) => {
    expect(() => parseSize("--memory", given)).toThrow(
      `--memory takes a size, such as 512MiB or 2GiB, not "${given}".`,
    );
  },
);

test("refuses less than the least", () => {
  expect(() => parseSize("--memory", "255MiB", 2 ** 28)).toThrow("--memory takes a size of 256MiB or more");
});
