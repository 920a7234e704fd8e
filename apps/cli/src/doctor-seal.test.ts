import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Finding } from "./checks/finding.ts";
import { heldSeal } from "./checks/held-seal.ts";
import { ledgerFindings } from "./checks/ledger.ts";
import { runHere } from "./test-command.ts";
import { writeSimulatorConfig } from "./write-simulator-config.ts";

const CURE = "Hold it against a backup, and find out who can write the file.";

let made: string;
let folder: string;
let ledgerFile: string;
let manifest: string;
let hash: string;

const nightledger = (...args: string[]) => runHere(folder, args);

/** A ledger of two nights with a report of the first, made once. */
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ accounts: 1, projects: 2, limit: null });
  made = mkdtempSync(join(tmpdir(), "nightledger-seal-made-"));
  folder = made;
  writeSimulatorConfig(simulator, join(made, "nightledger.yaml"));
  await nightledger("ingest", "--date", "2026-11-22");
  const report = ["report", "--date", "2026-11-22", "--format", "html,mail", "--out", "out"];
  const { out } = await nightledger(...report, "--json");
  manifest = JSON.parse(out).editions[0].manifest;
  ({ hash } = JSON.parse(readFileSync(manifest, "utf8")).seal);
  await nightledger("ingest", "--date", "2026-11-23");
}, 120_000);
afterAll(async () => {
  await simulator.close();
  rmSync(made, { recursive: true });
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-seal-"));
  ledgerFile = join(folder, "nightledger.db");
  copyFileSync(join(made, "nightledger.db"), ledgerFile);
  writeSimulatorConfig(simulator, join(folder, "nightledger.yaml"));
  return () => rmSync(folder, { recursive: true });
});

/** As somebody does who can write the file. */
function change(...statements: string[]): void {
  const file = new DatabaseSync(ledgerFile);
  for (const statement of statements) file.exec(statement);
  file.close();
}

/** What doctor finds of the ledger: of the seal in any case, of the rest what is not in order. */
async function examined(given: string | null = null) {
  const seal = given === null ? null : heldSeal(given, folder);
  const findings: Finding[] = [];
  const check = { quick: false, seal, signal: new AbortController().signal };
  for await (const finding of ledgerFindings(ledgerFile, check)) findings.push(finding);
  const bad = findings.filter(({ check, status }) => check !== "seal" && status !== "ok");
  return {
    seal: findings
      .filter(({ check }) => check === "seal")
      .map(({ status, detail }) => `${status}: ${detail}`),
    failed: bad.map(({ check, detail }) => `${check}: ${detail}`),
  };
}

const lastLine = (file: string) => readFileSync(file, "utf8").trimEnd().split("\n").at(-1);

const HELD = (given: string) =>
  `ok: Seal ${given} is that of run 1, night 2026-11-22: this ledger holds that history, and everything up to there is as it was sealed.`;

test("the document and its mail end with the seal that the manifest has, in each language", async () => {
  const stem = manifest.slice(0, -".manifest.json".length);
  expect(readFileSync(`${stem}.html`, "utf8")).toContain(
    `<dt>Seal of the ledger</dt><dd>${hash} (run 1)</dd>`,
  );
  expect(readFileSync(`${stem}.mail.html`, "utf8")).toContain(`>Seal of the ledger at run 1: ${hash}</p>`);
  expect(lastLine(`${stem}.mail.txt`)).toBe(`Seal of the ledger at run 1: ${hash}`);
  const chinese = ["report", "--locale", "zh-Hans", "--format", "mail", "--out", "zh", "--json"];
  const { out } = await nightledger(...chinese);
  const other = JSON.parse(out).editions[0].manifest as string;
  expect(lastLine(other.replace(".manifest.json", ".mail.txt"))).toMatch(
    /^账本封印（运行 2）：[0-9a-f]{64}$/,
  );
});

test("an edition that is made again keeps its seal, though the ledger went on", async () => {
  cpSync(join(made, "out"), join(folder, "out"), { recursive: true });
  const again = ["report", "--date", "2026-11-22", "--format", "html,mail", "--out", "out"];
  const { out } = await nightledger(...again, "--json");
  const { edition, manifest: same } = JSON.parse(out).editions[0];
  expect(edition).toBe(1);
  expect(JSON.parse(readFileSync(same, "utf8")).seal).toEqual({ runId: 1, hash });
});

test("a ledger that went on holds the history of an earlier seal", async () => {
  expect(await examined(hash)).toEqual({ seal: [HELD(hash)], failed: [] });
});

test("a seal is given as it is printed, by its beginning, or by the manifest that has it", () => {
  const copied = `${hash.slice(0, 30)}\n  ${hash.slice(30)}`;
  expect(heldSeal(copied, folder)).toBe(hash);
  expect(heldSeal(hash.slice(0, 12).toUpperCase(), folder)).toBe(hash.slice(0, 12));
  expect(heldSeal(manifest, folder)).toBe(hash);
});

test("a ledger without that history does not hold it", async () => {
  expect((await examined("0123456789ab")).seal).toEqual([
    "failed: No seal of this ledger begins with 0123456789ab: it does not hold that history. It was rolled back, cut off or made anew since, or the seal is another ledger's. Hold it against a backup from before.",
  ]);
  rmSync(ledgerFile);
  expect(await examined(hash)).toMatchObject({
    seal: [
      "failed: There is no ledger of this version that can be read: nothing was held against that seal. Upgrade the ledger, or restore a backup, and try again.",
    ],
  });
});

test("what was altered before the seal counts against it, what was altered after does not", async () => {
  change("UPDATE run SET problem = 'none' WHERE id = 2");
  expect(await examined(hash)).toMatchObject({ seal: [HELD(hash)] });
  change("UPDATE run SET problem = 'none' WHERE id = 1");
  expect((await examined(hash)).seal).toEqual([
    `failed: Seal ${hash} is that of run 1, night 2026-11-22, but what it covers has been altered: 1 places, see above. ${CURE}`,
  ]);
});

test("a seal that is too short, or a file that has none, is a usage error", async () => {
  expect(await nightledger("doctor", "--seal", "abc123")).toMatchObject({
    status: 2,
    err: expect.stringContaining("--seal abc123 is too short to mean one seal: give 12 characters or more."),
  });
  expect(await nightledger("doctor", "--seal", "missing.json")).toMatchObject({
    status: 2,
    err: expect.stringContaining("--seal missing.json is neither a hash"),
  });
  expect(await nightledger("doctor", "--seal", "nightledger.db")).toMatchObject({ status: 2 });
});

test("doctor ends with status 3 where a ledger does not hold a seal", async () => {
  const { status, out } = await nightledger("doctor", "--quick", "--seal", "0123456789ab");
  expect(status).toBe(3);
  expect(out).toContain("No seal of this ledger begins with 0123456789ab");
}, 60_000);

const THROUGH = "What is read and written through it is not what this version means.";

test.each<[what: string, statements: string[], failed: string[]]>([
  [
    "a risk_daily that says 100",
    [
      "DROP VIEW risk_daily",
      "CREATE VIEW risk_daily AS SELECT '2026-11-22' AS data_date, 'acme' AS account, 100 AS score",
    ],
    [`definitions: risk_daily, view: It is not what this version makes. ${THROUGH} ${CURE}`],
  ],
  [
    "a trigger that deletes gaps",
    ["CREATE TRIGGER quiet AFTER INSERT ON gap BEGIN DELETE FROM gap WHERE target_id = NEW.target_id; END"],
    [`definitions: gap, trigger quiet: This version does not make it. ${THROUGH} ${CURE}`],
  ],
  [
    "a private view that hides what was done to the tables",
    [
      "UPDATE severity_item SET risk_num = 0",
      "DROP VIEW severity_risk",
      "CREATE VIEW severity_risk AS SELECT 1 AS risk_list_id",
    ],
    expect.arrayContaining([
      `definitions: severity_risk, view: It is not what this version makes. ${THROUGH} ${CURE}`,
      `history: risk_list, id 1: Its figures, or its rows in category_risk, severity_risk, counter_value, policy or text_finding, do not match its hash. ${CURE}`,
    ]),
  ],
  [
    "an inserted night",
    ["INSERT INTO night (data_date, day_number) VALUES ('2026-11-24', 20781)"],
    [`history: night, 2026-11-24: No run had it or a night on either side of it. ${CURE}`],
  ],
])("%s is found", async (_, statements, failed) => {
  change(...statements);
  expect((await examined()).failed).toEqual(failed);
});
