import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS, leastTimes, openNetwork } from "@nightledger/core";
import { startSimulator } from "@nightledger/simulator";
import { openLedger } from "@nightledger/store";
import { print, times } from "@nightledger/store/bench";
import { ingest } from "../ingest.ts";
import { openAccounts } from "./open-accounts.ts";

/**
 * How near a throttled night comes to the least time that the quota allows: 200 targets of one region, 5 calls a
 * second per user and per source address. The time runs from the start of the run to its end.
 */
const TARGETS = 200;
const QUOTA = { calls: 5, windowMs: 1000 };
const DATE = "2026-11-24";

async function takeNight(users: number, egress: readonly string[]) {
  // every other project is of the other region, and a few are closed
  const simulator = await startSimulator({
    accounts: users,
    projects: 2 * TARGETS + 4 * users,
    limit: QUOTA,
    date: DATE,
  });
  const { region } = simulator.world.projects[0] ?? { region: "" };
  const inRegion = simulator.world.projects.filter((project) => project.region === region);
  const wanted = new Set(inRegion.slice(0, TARGETS).map(({ id }) => id));
  const folder = mkdtempSync(join(tmpdir(), "nightledger-bench-"));
  const ledger = await openLedger(join(folder, "ledger.db"));
  const network = openNetwork({ concurrency: 32, limits: DEFAULT_LIMITS, egress, quota: QUOTA });
  try {
    const startedAt = performance.now();
    const result = await ingest(ledger, {
      dataDate: DATE,
      accounts: openAccounts({ url: simulator.url, accounts: simulator.world.accounts }, network),
      concurrency: 32,
      only: ({ projectId }) => wanted.has(projectId),
    });
    const ms = performance.now() - startedAt;
    if (result.fetched !== TARGETS) throw new Error(JSON.stringify(result));
    const loads = simulator.world.accounts.map(({ name }) => ({
      operation: "ListSecurityRisk",
      origin: simulator.url,
      account: name,
      calls: TARGETS / users,
    }));
    const [least] = leastTimes(loads, QUOTA, egress.length);
    const refused = simulator.requests.filter(({ status }) => status === 429).length;
    return { ms, leastMs: least?.leastMs ?? 0, refused };
  } finally {
    await network.close();
    await ledger.close();
    await simulator.close();
    rmSync(folder, { recursive: true });
  }
}

const one = await takeNight(1, ["127.0.0.1"]);
print(times(one.ms / one.leastMs), `1 user, 1 address: of the least time the quota allows (at most 1.05)`);
print(String(one.refused), "calls refused (none)");
const four = await takeNight(4, ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"]);
print(times(four.ms / four.leastMs), "4 users, 4 addresses: of the least time (at most 1.05)");
print(String(four.refused), "calls refused (none)");
print(times(four.ms / one.ms), "4 users and addresses to 1 (at most 0.26)");
