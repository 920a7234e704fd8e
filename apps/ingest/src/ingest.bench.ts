import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DEFAULT_LIMITS,
  discoverTargets,
  listSecurityRisk,
  openCloud,
  openNetwork,
  Secret,
} from "@nightledger/core";
import { startSimulator } from "@nightledger/simulator";
import { openLedger } from "@nightledger/store";
import { ingest } from "./ingest.ts";
import type { IngestAccount } from "./job.ts";

/**
 * What a night costs, as a multiple of asking for it alone: the same simulator, the same calls, in one run.
 */
const PROJECTS = 400;
const CONCURRENCY = 8;
const NIGHTS = ["2026-11-23", "2026-11-24"] as const;

const folder = mkdtempSync(join(tmpdir(), "nightledger-bench-"));
const simulator = await startSimulator({ projects: PROJECTS, date: NIGHTS[0], limit: null });
const ledger = await openLedger(join(folder, "ledger.db"));
const network = openNetwork({ concurrency: CONCURRENCY, limits: DEFAULT_LIMITS, quota: null });
const accounts: IngestAccount[] = simulator.world.accounts.map(({ name, ak, sk }) => ({
  cloud: openCloud({
    account: name,
    credential: { kind: "key", ak, sk: new Secret(sk) },
    endpoints: { iam: simulator.url, eps: simulator.url, hss: simulator.url },
    limits: DEFAULT_LIMITS,
    network,
  }),
  enterpriseProjects: "all_granted_eps",
}));

async function askOnly(): Promise<void> {
  for (const { cloud } of accounts) {
    const { targets } = await discoverTargets(cloud, { enterpriseProjects: "all_granted_eps" });
    const queue = [...targets];
    const worker = async () => {
      for (let target = queue.pop(); target !== undefined; target = queue.pop()) {
        await listSecurityRisk(cloud, target);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  }
}

const night = async (dataDate: string): Promise<void> => {
  simulator.setDate(dataDate);
  await ingest(ledger.db, { dataDate, accounts, concurrency: CONCURRENCY });
};

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

await askOnly(); // warm
const floor = await seconds(askOnly);
const measured: [string, number][] = [
  [`asking for ${PROJECTS} projects, nothing kept`, floor],
  ["a first night: everything is new", await seconds(() => night(NIGHTS[0]))],
  ["the night after: most is as it was", await seconds(() => night(NIGHTS[1]))],
  ["the same night again: nothing is asked for", await seconds(() => night(NIGHTS[1]))],
];
for (const [what, took] of measured) {
  process.stdout.write(`${(took / floor).toFixed(2).padStart(6)} ×  ${what}\n`);
}

await network.close();
await ledger.close();
await simulator.close();
rmSync(folder, { recursive: true });
