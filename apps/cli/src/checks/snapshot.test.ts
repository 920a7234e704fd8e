import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readConfig } from "../config.ts";
import { runHere } from "../test-command.ts";
import { writeSimulatorConfig } from "../write-simulator-config.ts";
import { snapshotFinding } from "./snapshot.ts";

let simulator: Simulator;
let folder: string;
let database: string;
let copy: string;

beforeAll(async () => {
  simulator = await startSimulator({ accounts: 1, projects: 2, limit: null });
});
afterAll(() => simulator.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-copy-"));
  database = join(folder, "nightledger.db");
  copy = join(folder, "nightledger.analyst.db");
  writeSimulatorConfig(simulator, join(folder, "nightledger.yaml"));
  return () => rmSync(folder, { recursive: true });
});

const nightledger = (...args: string[]) => runHere(folder, args);

async function ingest(date: string): Promise<void> {
  simulator.setDate(date);
  expect(await nightledger("ingest", "--date", date)).toMatchObject({ status: 0 });
}

async function found(): Promise<string> {
  const config = readConfig(join(folder, "nightledger.yaml"), {});
  const findings: string[] = [];
  for await (const { status, detail } of snapshotFinding(config, new Date()))
    findings.push(`${status}: ${detail.replaceAll(folder, "…")}`);
  return findings.join("\n");
}

const NOW = '"nightledger backup --snapshot" writes it now; so does the next good run.';

/** What is wrong with the copy, and the cure that fits. */
const CAUSES: [cause: string, make: () => Promise<void> | void, finding: string][] = [
  ["nothing", () => {}, "ok: Analysts see the newest night, 2026-11-24."],
  ["it was removed", () => rmSync(copy), `warning: It is not there. ${NOW}`],
  [
    "it is a folder",
    () => {
      rmSync(copy);
      mkdirSync(copy);
    },
    "warning: It is no file. …/nightledger.analyst.db is a folder: move it away, or name another file as snapshot.",
  ],
  [
    "it is damaged",
    () => {
      rmSync(copy);
      writeFileSync(copy, "no ledger any more".repeat(1000));
    },
    `warning: Its file is damaged; the ledger is another file. ${NOW}`,
  ],
  [
    "it was not written after the last night",
    async () => {
      copyFileSync(copy, join(folder, "old.db"));
      await ingest("2026-11-25");
      rmSync(copy);
      copyFileSync(join(folder, "old.db"), copy);
    },
    `warning: Analysts see 2026-11-24, and the ledger has 2026-11-25. ${NOW}`,
  ],
  [
    "the ledger was replaced by an older one",
    async () => {
      copyFileSync(database, join(folder, "old.db"));
      await ingest("2026-11-25");
      copyFileSync(join(folder, "old.db"), database);
    },
    'warning: Analysts see 2026-11-25, and the ledger ends with 2026-11-24: the copy is of a ledger that had more. What to do stands beside "surroundings"; once that is decided the next good run writes the copy again.',
  ],
  [
    "the newest night was taken out",
    async () => {
      await ingest("2026-11-25");
      const retracted = ["retract", "--date", "2026-11-25", "--reason", "A test."];
      copyFileSync(copy, join(folder, "old.db"));
      expect(await nightledger(...retracted)).toMatchObject({ status: 0 });
      rmSync(copy, { force: true });
      copyFileSync(join(folder, "old.db"), copy);
    },
    `warning: Analysts see 2026-11-25, and the ledger ends with 2026-11-24: a night was taken out, or an older ledger restored, since it was written. ${NOW}`,
  ],
];

test.each(CAUSES)("names the cure that fits where %s", async (_, make, finding) => {
  await ingest("2026-11-24");
  await make();
  expect(await found()).toBe(finding);
});

test("has nothing to find once the cure was taken", async () => {
  await ingest("2026-11-24");
  rmSync(copy);
  expect(await nightledger("backup", "--snapshot")).toMatchObject({ status: 0 });
  expect(await found()).toBe("ok: Analysts see the newest night, 2026-11-24.");
});
