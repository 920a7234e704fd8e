import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLedger } from "@nightledger/store";
import { FORMATS } from "../formats/formats.ts";

/** Peak memory of `nightledger query` with ten times the rows, in each format. Flat is 1. */
const FEW = 20_000;
const MANY = 200_000;
const FLAGS = ["--max-semi-space-size=2", "--heap-growing-percent=20"];
const PEAK = fileURLToPath(new URL("./query-peak.ts", import.meta.url));

const rowsOf = (count: number): string =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
   SELECT i, i * 0.5 AS half, 'target ' || i AS name, NULL AS absent, '2026-11-24' AS data_date FROM n`;

async function peakKiB(config: string, format: string, count: number): Promise<number> {
  const args = ["query", "--config", config, "--format", format, "--timeout", "5m", rowsOf(count)];
  const [message] = await once(fork(PEAK, args, { execArgv: FLAGS }), "message");
  const { status, peakKiB: peak } = message as { status: number; peakKiB: number };
  if (status !== 0) throw new Error(`The query as ${format} ended with status ${status}.`);
  return peak;
}

const folder = mkdtempSync(join(tmpdir(), "nightledger-bench-"));
try {
  const config = join(folder, "nightledger.yaml");
  writeFileSync(
    config,
    "timeZone: UTC\ndatabase: ./ledger.db\naccounts: [{name: a, credential: {ak: '${env:PATH}', sk: '${env:PATH}'}}]\n",
  );
  await (await openLedger(join(folder, "ledger.db"))).close();
  for (const format of Object.keys(FORMATS)) {
    const few = await peakKiB(config, format, FEW);
    const many = await peakKiB(config, format, MANY);
    const ratio = `${(many / few).toFixed(2)} ×`.padStart(9);
    process.stdout.write(`${ratio}  peak memory of a query as ${format}, with ten times the rows\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
