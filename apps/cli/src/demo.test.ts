import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import PostalMime from "postal-mime";
import { afterAll, beforeAll, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "nightledger-demo-"));
const config = join(folder, "demo", "nightledger.yaml");

const nightledger = (...args: string[]) =>
  spawnSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    encoding: "utf8",
  });

const query = (sql: string): unknown =>
  JSON.parse(nightledger("query", "--config", config, "--format", "json", sql).stdout);

let demo: ReturnType<typeof nightledger>;

beforeAll(() => {
  demo = nightledger("demo");
});

afterAll(() => rmSync(folder, { recursive: true }));

test("the demo ends with where things are, tonight's figures, and commands to try", () => {
  expect(demo.status).toBe(0);
  expect(demo.stderr).toContain("Ingesting nights: 90 of 90");
  expect(demo.stdout).toContain("Tonight, 2026-11-24:");
  expect(demo.stdout).toContain("Database  demo/nightledger.db");
  expect(demo.stdout).toContain("Report    demo/reports/2026-11-24_executive-summary_all_en_e1.pdf");
  const commands = [...demo.stdout.matchAll(/^ {2}npx pnpm@[\d.]+ nightledger (.+)$/gm)].map(
    ([, line]) => line,
  );
  expect(commands).toHaveLength(4);
  for (const line of commands) {
    const args = [...(line ?? "").matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, bare]) => quoted ?? bare ?? "",
    );
    expect(nightledger(...args).status, line).toBe(0);
  }
});

test("ninety nights are on record, complete, with a project born and one closed on the way", () => {
  expect(
    query(
      "SELECT COUNT(*) AS nights, SUM(missing) AS missing, MIN(expected) AS least, MAX(expected) AS most FROM coverage_daily",
    ),
  ).toEqual([{ nights: 90, missing: 0, least: 39, most: 40 }]);
  expect(query("SELECT expected FROM coverage_daily WHERE data_date = '2026-11-24'")).toEqual([
    { expected: 39 },
  ]);
});

test("project 1 has the documented figures in the ledger", () => {
  const project = "project_name = 'ap-southeast-3' AND account = 'harbour'";
  expect(query(`SELECT total_risk_num, deducted, score, age_days FROM latest_risk WHERE ${project}`)).toEqual(
    [{ total_risk_num: 10663, deducted: 90, score: 10, age_days: 0 }],
  );
});

test("the night ends in a mailbox: the mail lies beside the PDF, which is in it byte for byte", async () => {
  const file = "demo/reports/2026-11-24_executive-summary_all_en_e1";
  expect(demo.stdout).toContain(`Mail      ${file}.eml to ciso@example.com`);
  const mail = await PostalMime.parse(readFileSync(join(folder, `${file}.eml`)));
  expect(mail.subject).toMatch(/^Security risk summary, November 24, 2026: score \d+\.\d \(.\d+\.\d\)$/);
  expect(mail.to).toEqual([{ name: "CISO", address: "ciso@example.com" }]);
  const pdf = mail.attachments.find(({ mimeType }) => mimeType === "application/pdf");
  expect(Buffer.from(pdf?.content as ArrayBuffer).equals(readFileSync(join(folder, `${file}.pdf`)))).toBe(
    true,
  );
  expect(query("SELECT state, recipient FROM delivery_history")).toEqual([
    { state: "sent", recipient: "ciso@example.com" },
  ]);
});

test("and the same figures in the PDF's text", async () => {
  const data = new Uint8Array(
    readFileSync(join(folder, "demo/reports/2026-11-24_executive-summary_all_en_e1.pdf")),
  );
  const loading = getDocument({ data, verbosity: 0 });
  const document = await loading.promise;
  const pages: string[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const { items } = await (await document.getPage(number)).getTextContent();
    const text = items.map((item) => ("str" in item ? item.str + (item.hasEOL ? " " : "") : "")).join("");
    pages.push(text.replace(/\s+/g, " "));
  }
  await loading.destroy();

  expect(pages[0]).toContain("39 of 39 expected projects answered");
  const text = pages.join(" ");
  expect(text).toMatch(/ap-southeast-3 harbour 10\.0 ±0 30\.0 20\.0 20\.0 0\.0 10\.0 10\.0 10,663/);
  expect(text).toMatch(/ap-southeast- ?3 harbour Alarms 5,145 \+\d+ \d+/);
});
