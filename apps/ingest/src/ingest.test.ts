import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS, openCloud, openNetwork, Secret } from "@nightledger/core";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { type Ledger, openLedger } from "@nightledger/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ingest } from "./ingest.ts";
import type { IngestAccount, IngestJob } from "./job.ts";

const DATE = "2026-11-24";
const limits = { ...DEFAULT_LIMITS, retries: 1, retryMinMs: 1, timeoutMs: 5000 };
const network = openNetwork({ concurrency: 8, limits, quota: null });

let folder: string;
let ledger: Ledger;
let simulator: Simulator;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-ingest-"));
  ledger = await openLedger(join(folder, "ledger.db"));
  simulator = await startSimulator({ accounts: 2, projects: 6, limit: null });
});

afterEach(async () => {
  await ledger.close();
  await simulator.close();
  rmSync(folder, { recursive: true });
});

function accounts(change: { sk?: string; iam?: string; hss?: string } = {}): IngestAccount[] {
  return simulator.world.accounts.map(({ name, ak, sk }) => ({
    cloud: openCloud({
      account: name,
      credential: { kind: "key", ak, sk: new Secret(change.sk ?? sk) },
      endpoints: { iam: change.iam ?? simulator.url, eps: simulator.url, hss: change.hss ?? simulator.url },
      limits,
      network,
    }),
    enterpriseProjects: "all_granted_eps",
  }));
}

const night = (job: Partial<IngestJob> = {}) =>
  ingest(ledger, { dataDate: DATE, accounts: accounts(), concurrency: 4, ...job });

const riskListCalls = () =>
  simulator.requests.filter(({ path }) => path.includes("/security/risk/list")).length;

async function rowsOf(table: "snapshot" | "risk_list" | "payload" | "gap" | "run"): Promise<number> {
  const { rows } = await ledger.db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as("rows"))
    .executeTakeFirstOrThrow();
  return rows;
}

test("every project of every account gets its night on record", async () => {
  const result = await night();
  expect(result).toEqual({
    runId: 1,
    dataDate: DATE,
    status: "complete",
    expected: 6,
    fetched: 6,
    alreadyFresh: 0,
    missing: 0,
    scope: { new: 6, gone: 0, renamed: [], leftOut: 0 },
    problems: [],
  });
  expect(await ledger.db.selectFrom("coverage_daily").selectAll().execute()).toEqual([
    { data_date: DATE, expected: 6, fresh: 6, carried: 0, missing: 0 },
  ]);
});

test("project 1 has the documented figures on the reference date", async () => {
  await night();
  const [project] = simulator.world.projects;
  const id = project?.id ?? "";
  expect(
    await ledger.db
      .selectFrom("risk_daily")
      .select(["total_risk_num", "deducted", "score"])
      .where("project_id", "=", id)
      .execute(),
  ).toEqual([{ total_risk_num: 10663, deducted: 90, score: 10 }]);
  expect(
    await ledger.db
      .selectFrom("category_daily")
      .select(["category", "unattributed_num", "saturated"])
      .where("project_id", "=", id)
      .orderBy("category")
      .execute(),
  ).toEqual([
    { category: "alarm", unattributed_num: 4, saturated: 1 },
    { category: "asset", unattributed_num: 0, saturated: 0 },
    { category: "baseline", unattributed_num: 0, saturated: 1 },
    { category: "image", unattributed_num: 0, saturated: 1 },
    { category: "protection", unattributed_num: 0, saturated: 1 },
    { category: "vulnerability", unattributed_num: 0, saturated: 1 },
  ]);
});

test("all enterprise projects are asked for, with a signed request for each project", async () => {
  await night();
  const asked = simulator.requests.filter(({ path }) => path.includes("/security/risk/list"));
  expect(asked.every(({ path }) => path.endsWith("?enterprise_project_id=all_granted_eps"))).toBe(true);
  expect(new Set(asked.map(({ path }) => path)).size).toBe(6);
});

test("ingesting the same date twice changes nothing but the run history, and asks nothing twice", async () => {
  await night();
  const before = [await rowsOf("snapshot"), await rowsOf("risk_list"), await rowsOf("payload")];
  const calls = riskListCalls();
  const second = await night();
  expect(second).toMatchObject({ status: "complete", expected: 6, fetched: 0, alreadyFresh: 6, missing: 0 });
  expect([await rowsOf("snapshot"), await rowsOf("risk_list"), await rowsOf("payload")]).toEqual(before);
  expect(riskListCalls()).toBe(calls);
  expect(await rowsOf("run")).toBe(2);
});

test("a wrong key is asked with once, and all its targets of the last night are missing for it", async () => {
  simulator.setDate("2026-11-23");
  await night({ dataDate: "2026-11-23" });
  simulator.clearRequests();
  simulator.setDate(DATE);
  const result = await night({ accounts: accounts({ sk: "wrong" }) });
  expect(result).toMatchObject({ status: "failed", expected: 6, fetched: 0, missing: 6 });
  expect(result.problems[0]).toMatch(/The credential of account ".*" is refused: HTTP 401, APIGW.0301/);
  expect(simulator.requests.length).toBe(2);
  expect(
    await ledger.db
      .selectFrom("coverage_target_daily")
      .select(["outcome", "failure_kind", "carried_from"])
      .distinct()
      .where("data_date", "=", DATE)
      .execute(),
  ).toEqual([{ outcome: "missing", failure_kind: "credential", carried_from: "2026-11-23" }]);
});

test("when HSS is down, the night is missing with its kind and the next run fills it", async () => {
  const down = await night({ accounts: accounts({ hss: "http://127.0.0.1:9" }) });
  expect(down).toMatchObject({ status: "failed", missing: 6 });
  expect(
    await ledger.db
      .selectFrom("coverage_target_daily")
      .select(["failure_kind", "attempts"])
      .distinct()
      .execute(),
  ).toEqual([{ failure_kind: "network", attempts: 2 }]);
  expect(await night()).toMatchObject({ status: "complete", fetched: 6, missing: 0 });
  expect(await rowsOf("gap")).toBe(0);
});

test("an answer that is not JSON is no network error: it is tried once and kept as evidence", async () => {
  const page = "<html>maintenance</html>";
  let asked = 0;
  const server = createServer((_, answer) => {
    asked += 1;
    answer.end(page);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const result = await night({ accounts: accounts({ hss: url }) });
    expect(result).toMatchObject({ status: "failed", missing: 6 });
    expect(asked).toBe(6);
    expect(await ledger.db.selectFrom("gap").select(["failure_kind", "detail"]).distinct().execute()).toEqual(
      [
        {
          failure_kind: "contract",
          detail: "The answer of ListSecurityRisk is not what its documentation says: $: not JSON.",
        },
      ],
    );
    expect(await rowsOf("payload")).toBe(1);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("a run that is stopped leaves what it did not reach on record, and the next run resumes", async () => {
  const stop = new AbortController();
  simulator.setFaults({ faults: [3, 4, 5, 6].map((project) => ({ fault: "stall", project })) });
  const stopped = await night({
    signal: stop.signal,
    onProgress: ({ step, done }) => step === "fetch" && done === 2 && stop.abort(),
  });
  expect(stopped).toMatchObject({ status: "interrupted", expected: 6, fetched: 2, missing: 4 });
  expect(await ledger.db.selectFrom("gap").select("failure_kind").distinct().execute()).toEqual([
    { failure_kind: "not_attempted" },
  ]);
  simulator.setFaults({});
  expect(await night()).toMatchObject({ status: "complete", fetched: 4, alreadyFresh: 2 });
});

test("a run that reaches its deadline ends as partial, and what it did not reach is not attempted", async () => {
  const deadline = new AbortController();
  simulator.setFaults({ faults: [3, 4, 5, 6].map((project) => ({ fault: "stall", project })) });
  const cut = await night({
    deadline: deadline.signal,
    onProgress: ({ step, done }) => step === "fetch" && done === 2 && deadline.abort(),
  });
  expect(cut).toMatchObject({ status: "partial", expected: 6, fetched: 2, missing: 4 });
  expect(await ledger.db.selectFrom("gap").select("failure_kind").distinct().execute()).toEqual([
    { failure_kind: "not_attempted" },
  ]);
  simulator.setFaults({});
  expect(await night()).toMatchObject({ status: "complete", fetched: 4, alreadyFresh: 2 });
});

const missingNow = () =>
  ledger.db
    .selectFrom("coverage_target_daily")
    .select(["project_id", "failure_kind", "detail", "carried_from"])
    .where("data_date", "=", DATE)
    .where("outcome", "=", "missing")
    .execute();

test("a project that is listed no more is gone with its reason; a pinned one is missing, not forgotten", async () => {
  const [kept, lost] = simulator.world.projects;
  if (kept === undefined || lost === undefined) throw new RangeError("The world has two projects.");
  const pinned = accounts().map((account) => ({
    ...account,
    pinnedProjects: account.cloud.account === kept.account.name ? [kept] : [],
  }));
  simulator.setDate("2026-11-23");
  await night({ dataDate: "2026-11-23", accounts: pinned });
  simulator.hideProject(kept.id);
  simulator.hideProject(lost.id);
  simulator.setDate(DATE);
  const result = await night({ accounts: pinned });
  expect(result).toMatchObject({
    status: "partial",
    expected: 5,
    fetched: 4,
    missing: 1,
    scope: { new: 0, gone: 2, renamed: [], leftOut: 0 },
  });
  expect(await missingNow()).toEqual([
    {
      project_id: kept.id,
      failure_kind: "not_discovered",
      detail: `The configuration pins project ${kept.id}, but IAM does not list it for this user. Grant access to it, or take it off pinnedProjects.`,
      carried_from: "2026-11-23",
    },
  ]);
  expect(
    await ledger.db
      .selectFrom("scope_change_daily")
      .select(["change", "reason"])
      .where("data_date", "=", DATE)
      .execute(),
  ).toEqual(Array(2).fill({ change: "gone", reason: "not_listed" }));
});

test("an account that shows no project at all is a problem, not a complete night", async () => {
  for (const { id } of simulator.world.projects.filter((_, index) => index % 2 === 0))
    simulator.hideProject(id);
  const result = await night();
  expect(result).toMatchObject({ status: "partial", expected: 3, fetched: 3 });
  expect(result.problems).toEqual([
    `Account "${simulator.world.accounts[0]?.name}": IAM lists no enabled project in a known region. Check what its user may see.`,
  ]);
});

test("each enterprise project is a target of its own, beyond the first page of a thousand", async () => {
  await simulator.close();
  simulator = await startSimulator({ accounts: 1, projects: 1, enterpriseProjects: 1003, limit: null });
  const each = accounts().map((account) => ({ ...account, enterpriseProjects: "each" as const }));
  const result = await night({ accounts: each });
  expect(result).toMatchObject({ status: "complete", expected: 1003, fetched: 1003 });
  const pages = simulator.requests.filter(({ path }) => path.startsWith("/v1.0/enterprise-projects"));
  expect(pages.map(({ path }) => path.split("?")[1])).toEqual([
    "limit=1000&offset=0",
    "limit=1000&offset=1000",
  ]);
});

test("a list of enterprise projects is asked for, and no other", async () => {
  const [, production] = simulator.world.accounts[0]?.enterpriseProjects ?? [];
  const listed = accounts().map((account) => ({ ...account, enterpriseProjects: [production?.id ?? ""] }));
  await night({ accounts: listed.slice(0, 1) });
  const asked = simulator.requests.filter(({ path }) => path.includes("/security/risk/list"));
  expect(new Set(asked.map(({ path }) => path.split("?")[1]))).toEqual(
    new Set([`enterprise_project_id=${production?.id}`]),
  );
  expect(await rowsOf("snapshot")).toBe(3);
});

test("with reconcile: score the cloud's own score is kept beside; its failure drops nothing", async () => {
  simulator.setFaults({ faults: [{ fault: "permission", operation: "ShowRiskScore", project: 2 }] });
  expect(await night({ reconcile: "score" })).toMatchObject({ status: "complete", fetched: 6 });
  const scores = await ledger.db
    .selectFrom("score_reconciliation_daily")
    .select(["project_id", "score", "official_score", "difference", "failure_kind"])
    .execute();
  expect(scores.length).toBe(6);
  const [first, second] = simulator.world.projects;
  expect(scores).toContainEqual({
    project_id: first?.id,
    score: 10,
    official_score: 10,
    difference: 0,
    failure_kind: null,
  });
  expect(scores.find(({ project_id }) => project_id === second?.id)).toMatchObject({
    official_score: null,
    failure_kind: "permission",
  });
});

test("each target is put on record with its business unit, also one that cannot be asked for", async () => {
  const of = (unit: string | undefined, change = {}) =>
    accounts(change).map((account) => ({
      ...account,
      unit,
      units: [{ unit: "Payments", projects: ["*_payments"] }],
    }));
  const units = async () => {
    const rows = await ledger.db
      .selectFrom("unit_daily")
      .select(["data_date", "unit", "expected", "fresh"])
      .orderBy("data_date")
      .execute();
    return rows
      .map(({ data_date, unit, expected, fresh }) => `${data_date} ${unit} ${expected} ${fresh}`)
      .sort();
  };
  await night({ accounts: of(undefined) });
  expect(await units()).toEqual(["2026-11-24 Payments 2 2", "2026-11-24 null 4 4"]);
  await night({ dataDate: "2026-11-25", accounts: of("Retail", { iam: "http://127.0.0.1:9" }) });
  expect(await units()).toEqual([
    "2026-11-24 Payments 2 2",
    "2026-11-24 Retail 4 4",
    "2026-11-25 Payments 2 0",
    "2026-11-25 Retail 4 0",
  ]);
});
