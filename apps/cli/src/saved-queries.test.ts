import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { savedQueries, savedQuery } from "./saved-queries.ts";

const QUERY =
  "-- @title Nights\n-- @question Which nights are on record?\nSELECT data_date FROM coverage_daily\n";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-queries-"));
  mkdirSync(join(folder, "reports", "queries"), { recursive: true });
  writeFileSync(join(folder, "secret.sql"), QUERY);
  writeFileSync(join(folder, "reports", "secret.sql"), QUERY);
  writeFileSync(join(folder, "reports", "queries", "nights.sql"), QUERY);
  return () => rmSync(folder, { recursive: true });
});

test("a saved query is read by its name", () => {
  expect(savedQuery("nights", join(folder, "reports"))).toMatchObject({ name: "nights", title: "Nights" });
  expect(savedQueries(join(folder, "reports")).map(({ name }) => name)).toEqual(["nights"]);
});

test.each(["../secret", "../../secret", "./nights", "nights.sql", "/etc/passwd", "", "."])(
  "%j is no name of a saved query",
  (name) => {
    expect(() => savedQuery(name, join(folder, "reports"))).toThrow(`There is no saved query "${name}".`);
  },
);

test("a saved query that is a link out of reports/ is refused", () => {
  symlinkSync(join(folder, "secret.sql"), join(folder, "reports", "queries", "stolen.sql"));
  expect(() => savedQuery("stolen", join(folder, "reports"))).toThrow(
    /stolen\.sql: is a link that leads out of /,
  );
});
