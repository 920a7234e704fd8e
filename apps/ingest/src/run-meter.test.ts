import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS, type NetworkOptions, openCloud, openNetwork, Secret } from "@nightledger/core";
import { type FaultProfile, type Simulator, startSimulator } from "@nightledger/simulator";
import { type Ledger, openLedger } from "@nightledger/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ingest } from "./ingest.ts";
import type { IngestAccount, TargetOutcome } from "./job.ts";

const DATE = "2026-11-24";
const limits = { ...DEFAULT_LIMITS, retries: 1, retryMinMs: 1, timeoutMs: 5000 };

let folder: string;
let ledger: Ledger;
let simulator: Simulator | null = null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-meter-"));
  ledger = await openLedger(join(folder, "ledger.db"));
});

afterEach(async () => {
  await ledger.close();
  await simulator?.close();
  rmSync(folder, { recursive: true });
});

async function night(
  { quota = null, faults = { faults: [] } }: { quota?: NetworkOptions["quota"]; faults?: FaultProfile },
  stop: { signal?: AbortSignal; onOutcome?: (outcome: TargetOutcome) => void } = {},
) {
  const world = await startSimulator({ accounts: 1, projects: 6, limit: null, faults });
  simulator = world;
  const network = openNetwork({ concurrency: 8, limits, quota });
  const accounts: IngestAccount[] = world.world.accounts.map(({ name, ak, sk }) => ({
    cloud: openCloud({
      account: name,
      credential: { kind: "key", ak, sk: new Secret(sk) },
      endpoints: { iam: world.url, eps: world.url, hss: world.url },
      limits,
      network,
    }),
    enterpriseProjects: "all_granted_eps",
  }));
  try {
    await ingest(ledger, { dataDate: DATE, accounts, concurrency: 4, ...stop }).catch(() => {});
  } finally {
    await network.close();
  }
  return { requests: world.requests, watchers: network.watchers };
}

const statistics = () => ledger.db.selectFrom("run_statistics").selectAll().executeTakeFirstOrThrow();

test("a run's calls and bytes are those that the cloud saw, tries again included", async () => {
  const seen: TargetOutcome[] = [];
  const faults: FaultProfile = {
    faults: [{ operation: "ListSecurityRisk", project: 2, fault: "http_503" }],
  };
  const { requests, watchers } = await night({ faults }, { onOutcome: (outcome) => seen.push(outcome) });
  const run = await statistics();
  expect(run.calls).toBe(requests.length);
  expect(run.quota_calls).toBe(requests.filter(({ path }) => path.startsWith("/v5/")).length);
  expect(run.quota_minutes).toBe(1.4);
  expect(run.received_bytes).toBeGreaterThan(0);
  expect(run.throttled_seconds).toBe(0);
  expect(await ledger.db.selectFrom("run_minute").selectAll().execute()).toEqual([
    { run_id: 1, minute: 0, calls: requests.length, fresh: 5, missing: 1 },
  ]);
  expect(seen.map(({ failureKind, attempts }) => `${failureKind} ${attempts}`).sort()).toEqual([
    "cloud 2",
    ...Array(5).fill("null 1"),
  ]);
  expect(watchers.size).toBe(0);
});

test("while the quota alone holds a run up, time counts as throttled", async () => {
  const { requests } = await night({ quota: { calls: 2, windowMs: 400 } });
  const { seconds, throttled_seconds } = await statistics();
  // six calls, two at once: twice a window has to pass
  expect(requests.filter(({ path }) => path.startsWith("/v5/")).length).toBe(6);
  expect(throttled_seconds).toBeGreaterThan(0);
  expect(throttled_seconds).toBeLessThan(seconds);
  const slow = await ledger.db.selectFrom("run_slow_target").selectAll().orderBy("place").execute();
  expect(slow.map(({ place }) => place)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(Math.max(...slow.map(({ waited_ms }) => waited_ms))).toBeGreaterThan(400);
  for (const { ms, waited_ms, busy_ms } of slow) expect(busy_ms).toBe(ms - waited_ms);
});

test("a run that is stopped has what it cost until then", async () => {
  const stop = new AbortController();
  const hour = { calls: 1, windowMs: 3_600_000 };
  await night({ quota: hour }, { signal: stop.signal, onOutcome: () => stop.abort() });
  expect(await ledger.db.selectFrom("run_history").select("status").execute()).toEqual([
    { status: "interrupted" },
  ]);
  expect(await statistics()).toMatchObject({ quota_calls: 1 });
});
