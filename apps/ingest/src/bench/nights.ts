import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS, openNetwork } from "@nightledger/core";
import { openLedger } from "@nightledger/store";
import { ingest } from "../ingest.ts";
import { type BenchCloud, openAccounts } from "./open-accounts.ts";

/** What the nights are told. */
export interface Nights extends BenchCloud {
  connections: number;
  dates: string[];
}

/** What they tell: how long each night took, all of them on the processor, and the most memory in use at once. */
export interface NightsTaken {
  ms: number[];
  cpuMs: number;
  maxRssMiB: number;
}

/** Whole nights in a process of their own, into a new ledger. */
process.on("message", async ({ connections, dates, ...cloud }: Nights) => {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-bench-"));
  const ledger = await openLedger(join(folder, "ledger.db"));
  const network = openNetwork({ concurrency: connections, limits: DEFAULT_LIMITS, quota: null });
  const accounts = openAccounts(cloud, network);
  const ms: number[] = [];
  const before = process.cpuUsage();
  for (const dataDate of dates) {
    const startedAt = performance.now();
    const result = await ingest(ledger, { dataDate, accounts, concurrency: connections });
    ms.push(performance.now() - startedAt);
    if (result.status !== "complete") throw new Error(JSON.stringify(result));
    const next = dates[dates.indexOf(dataDate) + 1] ?? dataDate;
    await fetch(`${cloud.url}/_simulator/date`, { method: "POST", body: JSON.stringify({ date: next }) });
  }
  const { user, system } = process.cpuUsage(before);
  await network.close();
  await ledger.close();
  rmSync(folder, { recursive: true });
  const maxRssMiB = process.resourceUsage().maxRSS / 1024;
  process.send?.({ ms, cpuMs: (user + system) / 1000, maxRssMiB } satisfies NightsTaken);
  process.disconnect();
});
