import { expect, test } from "vitest";
import { payloadCutoff } from "./payload-cutoff.ts";

test.each([
  ["2026-11-24", 1, "2026-10-01"],
  ["2026-11-01", 1, "2026-10-01"],
  ["2026-01-31", 1, "2025-12-01"],
  ["2026-03-31", 13, "2025-02-01"],
  ["2026-11-24", 0, "2026-11-01"],
])("on %s payloads older than %i months are those before %s", (today, months, cutoff) => {
  expect(payloadCutoff(today, months)).toBe(cutoff);
});
