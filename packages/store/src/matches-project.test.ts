import { expect, test } from "vitest";
import { matchesProject } from "./matches-project.ts";

const shop = { projectName: "ap-southeast-3_web-shop", projectId: "0a1b2c" };

test.each([
  ["ap-southeast-3_web-shop", true],
  ["0a1b2c", true],
  ["*", true],
  ["*_web-*", true],
  ["ap-*-3_*shop", true],
  ["ap-southeast-3_web-shop*", true],
  ["**web**", true],
  ["web-shop", false],
  ["ap-southeast-3", false],
  ["AP-*", false],
  ["ap.southeast*", false],
  ["*shop*web*", false],
  ["ap-southeast-3_web*web-shop", false],
  ["", false],
])("pattern %j fits ap-southeast-3_web-shop (0a1b2c): %s", (pattern, expected) => {
  expect(matchesProject([pattern], shop)).toBe(expected);
});

test("one pattern of several is enough", () => {
  expect(matchesProject(["x", "*shop"], shop)).toBe(true);
  expect(matchesProject([], shop)).toBe(false);
});
