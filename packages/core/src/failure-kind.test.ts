import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FAILURE_KINDS } from "./failure-kind.ts";

test("docs/failure-kinds.md explains each failure kind, in the order of the list", () => {
  const page = readFileSync(new URL("../../../docs/failure-kinds.md", import.meta.url), "utf8");
  expect([...page.matchAll(/^\| `(\w+)` \|/gm)].map((row) => row[1])).toEqual([...FAILURE_KINDS]);
});
