import { readFileSync } from "node:fs";
import { FAILURE_KINDS } from "@nightledger/core";
import { expect, test } from "vitest";
import { failureCure } from "./failure-cure.ts";

test("the cures are those of docs/failure-kinds.md", () => {
  const page = readFileSync(new URL("../../../../docs/failure-kinds.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)` \|.*\| ([^|]+) \|$/gm)];
  expect(rows.map(([, kind, cure = ""]) => [kind, cure.replaceAll("`", "")])).toEqual(
    FAILURE_KINDS.map((kind) => [kind, failureCure(kind)]),
  );
  expect(failureCure("of the future")).toBe(null);
});
