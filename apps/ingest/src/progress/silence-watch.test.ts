import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS, openCloud, openNetwork, Secret } from "@nightledger/core";
import { startSimulator } from "@nightledger/simulator";
import { openLedger } from "@nightledger/store";
import { afterEach, expect, test } from "vitest";
import { fetchNight } from "../fetch-night.ts";
import { ingest } from "../ingest.ts";
import type { IngestJob } from "../job.ts";

const DATE = "2026-11-24";
const limits = { ...DEFAULT_LIMITS, retryMinMs: 1 };
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(given: Partial<IngestJob>, limit: { calls: number; windowMs: number } | null = null) {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-silence-"));
  open.push(() => rmSync(folder, { recursive: true }));
  const ledger = await openLedger(join(folder, "ledger.db"));
  open.push(() => ledger.close());
  const simulator = await startSimulator({ accounts: 1, projects: 4, limit });
  open.push(() => simulator.close());
  const network = openNetwork({ concurrency: 4, limits, quota: limit });
  open.push(() => network.close());
  const accounts = simulator.world.accounts.map(({ name, ak, sk }) => ({
    cloud: openCloud({
      account: name,
      credential: { kind: "key", ak, sk: new Secret(sk) },
      endpoints: { iam: simulator.url, eps: simulator.url, hss: simulator.url },
      limits,
      network,
    }),
    enterpriseProjects: "all_granted_eps" as const,
  }));
  const result = await ingest(ledger, { dataDate: DATE, accounts, concurrency: 4, ...given });
  return { result, ledger };
}

const SENTENCE = "Nothing was settled for 1 min, which is longer than calls can take: the run ended itself. ";

test("a run whose fetching hangs ends itself, and keeps what is on record", async () => {
  const { result, ledger } = await start({
    longestSilenceMs: 1500,
    fetchNight: async (own, night) => {
      await fetchNight(own, { ...night, planned: night.planned.slice(0, 2) });
      return await new Promise<never>(() => {});
    },
  });
  expect(result).toMatchObject({ status: "interrupted", expected: 4, fetched: 2, missing: 2 });
  expect(result.problems[0]).toContain(SENTENCE);
  const run = await ledger.db
    .selectFrom("run_history")
    .select(["status", "problem"])
    .executeTakeFirstOrThrow();
  expect(run).toEqual({ status: "interrupted", problem: result.problems[0] });
  const coverage = await ledger.db
    .selectFrom("coverage_failure_daily")
    .select(["failure_kind", "targets"])
    .execute();
  expect(coverage).toEqual([{ failure_kind: "not_attempted", targets: 2 }]);
});

test("a run that is slow, since its quota is small, is not silent", async () => {
  // the last call comes three windows after the first: later than a run may be silent
  const { result } = await start({ longestSilenceMs: 2500 }, { calls: 1, windowMs: 1000 });
  expect(result).toMatchObject({ status: "complete", fetched: 4 });
});
