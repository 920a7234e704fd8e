import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLedger, openReader } from "@nightledger/store";
import { type History, loadHistory, nightDate, print, times } from "@nightledger/store/bench";
import { DocumentMaker } from "../document.ts";
import { readDefinition } from "../report-definition.ts";

/** How the SQL behind the executive summary grows with history: 1,000 targets, 10 % of them changing a night. */
const history: History = { targets: 1000, changing: 100 };
const FEW = 100;
const MANY = 365;
const TRIES = 5;

const reportsDir = fileURLToPath(new URL("../../../../reports", import.meta.url));
const maker = new DocumentMaker(readDefinition(reportsDir, "executive-summary"), "en");
const folder = mkdtempSync(join(tmpdir(), "nightledger-bench-"));
const path = join(folder, "ledger.db");

/** The fastest of a few: what the machine does beside is no part of it. Milliseconds. */
async function readingMs(night: number): Promise<number> {
  const reader = await openReader(path);
  const ms: number[] = [];
  for (let tries = 0; tries < TRIES; tries += 1) {
    const startedAt = performance.now();
    await maker.ask(reader.db, nightDate(night), { audience: null, targetId: null });
    ms.push(performance.now() - startedAt);
  }
  await reader.close();
  return Math.min(...ms);
}

const ledger = await openLedger(path);
await loadHistory(ledger, { from: 1, to: FEW }, history);
const few = await readingMs(FEW);
await loadHistory(ledger, { from: FEW + 1, to: MANY }, history);
const many = await readingMs(MANY);
await ledger.close();
rmSync(folder, { recursive: true });
print(
  times(many / few),
  `the executive summary's SQL at ${MANY} nights to ${FEW} nights of 1,000 targets (at most 1.5)`,
);
