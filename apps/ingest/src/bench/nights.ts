import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS, openCloud, openNetwork, Secret } from "@nightledger/core";
import { openLedger } from "@nightledger/store";
import { ingest } from "../ingest.ts";

/** What the nights are told. */
export interface Nights {
  url: string;
  accounts: { name: string; ak: string; sk: string }[];
  connections: number;
  dates: string[];
}

/** What they tell: how long each night took, and the most memory that was ever in use. */
export interface NightsTaken {
  ms: number[];
  maxRssMiB: number;
}

/** Whole nights in a process of their own, into a new ledger. */
process.on("message", async ({ url, accounts: given, connections, dates }: Nights) => {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-bench-"));
  const ledger = await openLedger(join(folder, "ledger.db"));
  const limits = DEFAULT_LIMITS;
  const network = openNetwork({ concurrency: connections, limits, quota: null });
  const accounts = given.map(({ name, ak, sk }) => ({
    cloud: openCloud({
      account: name,
      credential: { kind: "key" as const, ak, sk: new Secret(sk) },
      endpoints: { iam: url, eps: url, hss: url },
      limits,
      network,
    }),
    enterpriseProjects: "all_granted_eps" as const,
  }));
  const ms: number[] = [];
  for (const dataDate of dates) {
    const startedAt = performance.now();
    const result = await ingest(ledger, { dataDate, accounts, concurrency: connections });
    ms.push(performance.now() - startedAt);
    if (result.status !== "complete") throw new Error(JSON.stringify(result));
    const next = dates[dates.indexOf(dataDate) + 1] ?? dataDate;
    await fetch(`${url}/_simulator/date`, { method: "POST", body: JSON.stringify({ date: next }) });
  }
  await network.close();
  await ledger.close();
  rmSync(folder, { recursive: true });
  process.send?.({ ms, maxRssMiB: process.resourceUsage().maxRSS / 1024 } satisfies NightsTaken);
  process.disconnect();
});
