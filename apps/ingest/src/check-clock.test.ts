import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ClockError,
  type ClockReading,
  DEFAULT_LIMITS,
  openCloud,
  openNetwork,
  Secret,
} from "@nightledger/core";
import {
  type FaultProfile,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "@nightledger/simulator";
import { type Ledger, openLedger } from "@nightledger/store";
import { beforeEach, expect, test } from "vitest";
import { checkClock } from "./check-clock.ts";
import { ingest } from "./ingest.ts";

const MINUTE_MS = 60_000;
const YEAR_MS = 365 * 86_400_000;
const DATE = "2026-11-24";

let ledger: Ledger;

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-clock-"));
  ledger = await openLedger(join(folder, "ledger.db"));
  return async () => {
    await ledger.close();
    rmSync(folder, { recursive: true });
  };
});

async function night(world: SimulatorOptions, how: { pin?: boolean; date?: string } = {}) {
  const simulator: Simulator = await startSimulator({ limit: null, projects: 2, accounts: 2, ...world });
  const limits = { ...DEFAULT_LIMITS, retries: 0, retryMinMs: 1, timeoutMs: 2000 };
  const network = openNetwork({ concurrency: 4, limits, quota: null });
  const { url } = simulator;
  const accounts = simulator.world.accounts.map(({ name, ak, sk }) => ({
    cloud: openCloud({
      account: name,
      credential: { kind: "key", ak, sk: new Secret(sk) },
      endpoints: { iam: url, eps: url, hss: url },
      limits,
      network,
    }),
    enterpriseProjects: "all_granted_eps" as const,
    ...(how.pin === true && { pinnedProjects: [{ id: `pin-${name}`, name: "ap-southeast-3_pin" }] }),
  }));
  try {
    const result = await ingest(ledger, { dataDate: how.date ?? DATE, accounts, concurrency: 4 });
    return { result, watched: network.clockWatchers.size + network.watchers.size };
  } finally {
    await network.close();
    await simulator.close();
  }
}

/** How many rows the ledger has of what a run puts down. */
async function recorded() {
  const { db } = ledger;
  const of = async (table: "run" | "night" | "gap" | "snapshot" | "inventory") =>
    (await db.selectFrom(table).selectAll().execute()).length;
  return {
    runs: await of("run"),
    nights: await of("night"),
    gaps: await of("gap"),
    snapshots: await of("snapshot"),
    inventory: await of("inventory"),
  };
}

const NOTHING = { runs: 0, nights: 0, gaps: 0, snapshots: 0, inventory: 0 };

const discovery = (fault: string, more: object = {}): FaultProfile => ({
  faults: [{ fault, operation: "KeystoneListAuthProjects", ...more }],
});

test.each([
  ["a year behind", { faults: discovery("wrong_date", { aheadMs: YEAR_MS }) }],
  ["a year ahead", { faults: discovery("wrong_date", { aheadMs: -YEAR_MS }) }],
  ["six minutes ahead", { faults: discovery("wrong_date", { aheadMs: -6 * MINUTE_MS }) }],
  ["so far behind that every signature is refused", { clockOffsetMs: YEAR_MS }],
])("under a clock that is %s nothing is recorded", async (_, world) => {
  await expect(night(world)).rejects.toThrow(ClockError);
  expect(await recorded()).toEqual(NOTHING);
});

test.each([
  ["four minutes apart", { faults: discovery("wrong_date", { aheadMs: 4 * MINUTE_MS }) }],
  ["unknown, since no answer has a Date", { faults: discovery("no_date") }],
  ["unknown, since every Date is of a cache", { faults: discovery("cached_date", { aheadMs: YEAR_MS }) }],
])("a clock that is %s loses no night", async (_, world) => {
  expect(await night(world)).toMatchObject({ result: { status: "complete", fetched: 2 }, watched: 0 });
});

test("one account whose endpoint has another time loses no night", async () => {
  const agreed: ClockReading = {
    origin: "https://iam.example.com",
    there: Date.now(),
    here: Date.now(),
    aheadMs: 0,
  };
  const apart = { ...agreed, origin: "https://iam.other.example.com", aheadMs: YEAR_MS };
  expect(() => checkClock([apart, apart, agreed])).not.toThrow();
  expect(() => checkClock([apart, apart])).toThrow("https://iam.other.example.com gives");
});

test("a clock that was put right while the run began has given the night a wrong date", () => {
  const now = Date.parse("2026-11-24T02:00:30Z");
  const agreed: ClockReading = { origin: "https://iam.example.com", there: now, here: now, aheadMs: 0 };
  expect(() => checkClock([agreed], now - 30_000)).not.toThrow();
  expect(() => checkClock([agreed], now + YEAR_MS)).toThrow(
    "This machine's clock gave 2027-11-24T02:00:30Z, and https://iam.example.com gives 2026-11-24T02:00:30Z",
  );
  expect(() => checkClock([agreed], now - YEAR_MS)).toThrow("gave 2025-11-24T02:00:30Z");
});

test("where nobody answers the night's gaps are recorded as ever", async () => {
  await night({});
  const { result } = await night({ faults: discovery("reset") }, { date: "2026-11-25" });
  expect(result).toMatchObject({ status: "failed", expected: 2, missing: 2 });
  expect(await recorded()).toMatchObject({ runs: 2, nights: 2, gaps: 2, snapshots: 2 });
});

test("a run that could ask nobody begins no history, whatever is pinned", async () => {
  const { result } = await night({ faults: discovery("reset") }, { pin: true });
  expect(result).toMatchObject({ status: "failed", expected: 0 });
  expect(result.problems).toHaveLength(2);
  expect(await recorded()).toEqual({ ...NOTHING, runs: 1 });
});
