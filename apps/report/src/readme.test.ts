import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLedger, openReader } from "@nightledger/store";
import { beforeEach, expect, test } from "vitest";
import { helpers } from "./helpers.ts";
import { renderReport } from "./index.ts";
import { Locale, readLocale } from "./locale.ts";
import { readDefinition, reportSettings } from "./report-definition.ts";
import { content, writeNight } from "./test-nights.ts";

const REPORTS_DIR = fileURLToPath(new URL("../../../reports", import.meta.url));
const README = readFileSync(join(REPORTS_DIR, "README.md"), "utf8");

const sectionOf = (heading: string): string =>
  README.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? "";

/** The first cells of a section's tables. */
const firstCells = (heading: string): string[] =>
  [...sectionOf(heading).matchAll(/^\| (`.*?) +\|/gm)].map(([, cell = ""]) => cell);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-readme-"));
  return () => rmSync(folder, { recursive: true });
});

test("the README has every helper, and no other", () => {
  const told = firstCells("Helpers").flatMap((cell) =>
    [...cell.matchAll(/\{\{(\w+)/g)].map(([, name]) => name),
  );
  const known = Object.keys(helpers(new Locale("en", []), () => ""));
  expect([...new Set(told)].sort()).toEqual(known.sort());
});

test("the README has every setting of report.yaml, and no other", () => {
  const told = firstCells("report.yaml").map((cell) => cell.replaceAll("`", ""));
  expect(told.sort()).toEqual([...reportSettings].sort());
});

test("the README's new report is one: in both languages, through the gate, with no TypeScript", async () => {
  const reportsDir = join(folder, "reports");
  cpSync(REPORTS_DIR, reportsDir, { recursive: true });
  const files = [...README.matchAll(/^`reports\/(weakest\/[^`]+)`\n\n```\w+\n(.*?)^```$/gms)];
  expect(files.map(([, name]) => name)).toHaveLength(6);
  for (const [, name = "", text = ""] of files) {
    mkdirSync(dirname(join(reportsDir, name)), { recursive: true });
    writeFileSync(join(reportsDir, name), text);
  }
  const keysOf = (locale: string) =>
    readLocale(readDefinition(reportsDir, "weakest"), locale)
      .entries()
      .map(([key]) => key)
      .sort();
  expect(keysOf("zh-Hans")).toEqual(keysOf("en"));

  const database = join(folder, "ledger.db");
  const ledger = await openLedger(database);
  const projects = Array.from({ length: 11 }, (_, nth) => [`project ${nth}`, content(nth, nth)] as const);
  await writeNight(ledger, "2026-11-24", Object.fromEntries(projects));
  await ledger.close();
  const reader = await openReader(database);
  try {
    const order = { name: "weakest", dataDate: undefined, reportsDir, outDir: folder };
    for (const locale of ["en", "zh-Hans"]) {
      for await (const made of renderReport(reader.db, {
        ...order,
        locale,
        formats: ["pdf", "html", "xlsx"],
      })) {
        expect(made.passed ? [] : made.findings).toEqual([]);
        if (!made.passed) continue;
        const html = readFileSync(made.manifest.replace(".manifest.json", ".html"), "utf8");
        expect(html.match(/<tr>/g)).toHaveLength(1 + 8);
        expect(html).toContain('data-figure="weakest.rows" data-kind="number">11</span>');
        expect(html).toContain('data-figure="weakest.rows~8" data-kind="number">3</span>');
        expect(html.match(/<tspan data-figure="weakest\.score@\d+" data-kind="points">/g)).toHaveLength(8);
      }
    }
  } finally {
    await reader.close();
  }
});
