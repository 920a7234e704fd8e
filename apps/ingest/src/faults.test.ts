import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS, type FailureKind, openCloud, openNetwork, Secret } from "@nightledger/core";
import {
  BODY_FAULTS,
  type FaultProfile,
  HOSTILE_STRINGS,
  type Simulator,
  startSimulator,
  WIRE_FAULTS,
} from "@nightledger/simulator";
import { type Ledger, openLedger } from "@nightledger/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ingest } from "./ingest.ts";

const DATE = "2026-11-24";
const LIMITS = { ...DEFAULT_LIMITS, retries: 2, retryMinMs: 1, maxBodyBytes: 1024 * 1024 };
/** For calls that never end; no other is to run into its time limit, however busy the machine is. */
const SOON_MS = 250;
/** For one that never ends and the next, which does. */
const SOON_ENOUGH_MS = 2000;

let folder: string;
let ledger: Ledger;
let simulator: Simulator;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-faults-"));
  ledger = await openLedger(join(folder, "ledger.db"));
  simulator = await startSimulator({ limit: null, projects: 1 });
});

afterEach(async () => {
  await ledger.close();
  await simulator.close();
  rmSync(folder, { recursive: true });
});

async function nightWith(faults: FaultProfile, timeoutMs: number = LIMITS.timeoutMs) {
  const limits = { ...LIMITS, timeoutMs };
  simulator.setFaults(faults);
  simulator.clearRequests();
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
  }));
  try {
    return await ingest(ledger, { dataDate: DATE, accounts, concurrency: 4 });
  } finally {
    await network.close();
  }
}

const askedFor = (): number => simulator.requests.filter(({ path }) => path.includes("/risk/list")).length;

/** What stands in the ledger for the one target. */
async function onRecord() {
  const { db } = ledger;
  const coverage = await db
    .selectFrom("coverage_target_daily")
    .select(["outcome", "failure_kind", "attempts"])
    .executeTakeFirstOrThrow();
  const issues = await db.selectFrom("quality_issue").select("rule").distinct().orderBy("rule").execute();
  const risk = await db.selectFrom("risk_daily").select(["score", "total_risk_num"]).executeTakeFirst();
  const vulnerability = await db
    .selectFrom("category_daily")
    .select(["total_risk_num", "deduct_score", "itemized_num"])
    .where("category", "=", "vulnerability")
    .executeTakeFirst();
  const payloads = await db
    .selectFrom("payload")
    .select((eb) => eb.fn.countAll<number>().as("rows"))
    .executeTakeFirstOrThrow();
  return {
    outcome: coverage.outcome,
    failureKind: coverage.failure_kind,
    attempts: coverage.attempts,
    rules: issues.map(({ rule }) => rule),
    total: risk?.total_risk_num,
    score: risk?.score,
    vulnerability: vulnerability && [
      vulnerability.total_risk_num,
      vulnerability.deduct_score,
      vulnerability.itemized_num,
    ],
    payloads: payloads.rows,
  };
}

interface Missing {
  kind: FailureKind;
  calls: number;
  delayMs?: number;
  /** The answer is kept as evidence. */
  kept?: true;
}

/** Struck on every call: three tries for what may pass, one for what does not. */
const MISSING: Record<string, Missing> = {
  http_408: { kind: "cloud", calls: 3 },
  http_500: { kind: "cloud", calls: 3 },
  http_502: { kind: "cloud", calls: 3 },
  http_503: { kind: "cloud", calls: 3 },
  http_504: { kind: "cloud", calls: 3 },
  html_error: { kind: "cloud", calls: 3 },
  http_404: { kind: "not_found", calls: 1 },
  throttled: { kind: "throttled", calls: 11, delayMs: 0 },
  unauthorized: { kind: "credential", calls: 1 },
  forbidden: { kind: "permission", calls: 1 },
  permission: { kind: "permission", calls: 1 },
  access_denied: { kind: "permission", calls: 1 },
  permission_200: { kind: "permission", calls: 1 },
  throttled_200: { kind: "throttled", calls: 11, delayMs: 0 },
  invalid_parameter: { kind: "rejected", calls: 1 },
  frozen: { kind: "frozen", calls: 1 },
  address_unknown: { kind: "address_refused", calls: 1 },
  address_refused: { kind: "address_refused", calls: 1 },
  not_available: { kind: "not_available", calls: 1 },
  redirect: { kind: "rejected", calls: 1 },
  trickle: { kind: "timeout", calls: 3, delayMs: 20 },
  stall: { kind: "timeout", calls: 3 },
  stall_body: { kind: "timeout", calls: 3 },
  reset: { kind: "network", calls: 3 },
  reset_body: { kind: "network", calls: 3 },
  broken_gzip: { kind: "contract", calls: 1, kept: true },
  gzip_bomb: { kind: "too_large", calls: 1 },
  large_body: { kind: "too_large", calls: 1 },
  truncated_json: { kind: "contract", calls: 1, kept: true },
  empty_body: { kind: "contract", calls: 1, kept: true },
  html_page: { kind: "contract", calls: 1, kept: true },
  null_answer: { kind: "contract", calls: 1, kept: true },
  wrapped_answer: { kind: "contract", calls: 1, kept: true },
  contradicted_key: { kind: "contract", calls: 1, kept: true },
  numbers_as_strings: { kind: "contract", calls: 1, kept: true },
  unsafe_numbers: { kind: "contract", calls: 1, kept: true },
  fractional_counts: { kind: "contract", calls: 1, kept: true },
};

interface Fresh {
  total: number | null;
  score: number | null;
  /** total_risk_num, deduct_score and itemized_num of the vulnerabilities. */
  vulnerability: (number | null)[];
  rules: string[];
}

const AS_DOCUMENTED: Fresh = { total: 10663, score: 10, vulnerability: [4729, 20, 4729], rules: [] };
const UNKNOWN = [null, null, null];

/** Struck on every call, and yet the night is on record; what the answer says is never changed. */
const FRESH: Record<string, Fresh> = {
  slow_headers: AS_DOCUMENTED,
  slow_body: AS_DOCUMENTED,
  wrong_content_type: AS_DOCUMENTED,
  byte_order_mark: AS_DOCUMENTED,
  gbk_name: { ...AS_DOCUMENTED, rules: ["text_not_utf8"] },
  repeated_key: { ...AS_DOCUMENTED, rules: ["key_repeated"] },
  gzip: AS_DOCUMENTED,
  wrong_date: AS_DOCUMENTED,
  cached_date: AS_DOCUMENTED,
  no_date: AS_DOCUMENTED,
  severity_case: AS_DOCUMENTED,
  no_policies: AS_DOCUMENTED,
  policies_32: AS_DOCUMENTED,
  policies_33: { ...AS_DOCUMENTED, rules: ["list_too_long"] },
  empty_blocks: { total: 10663, score: null, vulnerability: [null, null, null], rules: ["figure_absent"] },
  null_blocks: { total: 10663, score: null, vulnerability: UNKNOWN, rules: ["block_absent"] },
  absent_blocks: { total: 10663, score: null, vulnerability: UNKNOWN, rules: ["block_absent"] },
  empty_answer: {
    total: null,
    score: null,
    vulnerability: UNKNOWN,
    rules: ["block_absent", "figure_absent"],
  },
  unknown_fields: { ...AS_DOCUMENTED, rules: ["field_unknown"] },
  unknown_severities: { ...AS_DOCUMENTED, rules: ["severity_unknown"] },
  five_severities: {
    ...AS_DOCUMENTED,
    vulnerability: [4729, 20, 17],
    rules: ["list_too_long", "severity_unknown"],
  },
  duplicate_severities: {
    ...AS_DOCUMENTED,
    vulnerability: [4729, 20, 9456],
    rules: ["list_too_long", "listed_beyond_total", "severity_repeated"],
  },
  negative_numbers: {
    total: -10664,
    score: 10,
    vulnerability: [-4730, 20, -4733],
    rules: ["listed_beyond_total", "number_out_of_range", "total_mismatch"],
  },
  huge_numbers: {
    total: 3_000_010_663,
    score: 10,
    vulnerability: [3_000_004_729, 20, 12_000_004_729],
    rules: ["listed_beyond_total", "number_out_of_range", "total_mismatch"],
  },
  float_noise: { total: 10663, score: 10.1, vulnerability: [4729, 19.9, 4729], rules: ["float_noise"] },
  deduction_above_cap: {
    total: 10663,
    score: 9.5,
    vulnerability: [4729, 20.5, 4729],
    rules: ["deduction_out_of_range"],
  },
  counts_below_list: { ...AS_DOCUMENTED, rules: ["listed_beyond_total", "total_mismatch"] },
  total_mismatch: { ...AS_DOCUMENTED, total: 10670, rules: ["total_mismatch"] },
  hostile_strings: {
    ...AS_DOCUMENTED,
    vulnerability: [4729, 20, 5],
    rules: ["figure_absent", "severity_unknown", "text_nul"],
  },
};

test.each(Object.entries(MISSING))("%s: the target is missing for it", async (fault, expected) => {
  const result = await nightWith(
    { faults: [{ fault, delayMs: expected.delayMs ?? 100 }] },
    expected.kind === "timeout" ? SOON_MS : undefined,
  );
  expect(result.status).toBe("failed");
  expect(await onRecord()).toMatchObject({
    outcome: "missing",
    failureKind: expected.kind,
    attempts: expected.calls,
    payloads: expected.kept === true ? 1 : 0,
    rules: [],
  });
  expect(askedFor()).toBe(expected.calls);
});

test.each(Object.entries(FRESH))("%s: the night is on record as it came", async (fault, expected) => {
  const result = await nightWith({ faults: [{ fault, delayMs: 60 }] });
  expect(result.status).toBe("complete");
  expect(await onRecord()).toEqual({
    outcome: "fresh",
    failureKind: null,
    attempts: 1,
    payloads: 1,
    ...expected,
  });
  expect(askedFor()).toBe(1);
});

test.each(Object.entries(MISSING).filter(([, { calls }]) => calls > 1))(
  "%s once: the next call brings the night",
  async (fault, { kind, delayMs = 100 }) => {
    const timeoutMs = kind === "timeout" ? SOON_ENOUGH_MS : undefined;
    const result = await nightWith({ faults: [{ fault, calls: [1], delayMs }] }, timeoutMs);
    expect(result.status).toBe("complete");
    expect(await onRecord()).toMatchObject({ outcome: "fresh", attempts: 2, total: 10663 });
    expect(askedFor()).toBe(2);
  },
);

test("every fault of the simulator is in one of the tables", () => {
  expect([...Object.keys(MISSING), ...Object.keys(FRESH)].toSorted()).toEqual(
    [...WIRE_FAULTS, ...BODY_FAULTS].toSorted(),
  );
});

test("a redirect is not followed: nobody else sees the credential", async () => {
  const seen: unknown[] = [];
  const elsewhere = createServer((request, answer) => {
    seen.push(request.headers);
    answer.end("{}");
  });
  await new Promise<void>((ready) => elsewhere.listen(0, "127.0.0.1", ready));
  const to = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
  try {
    await nightWith({ faults: [{ fault: "redirect", to }] });
  } finally {
    elsewhere.close();
  }
  expect(seen).toEqual([]);
});

test("hostile names are kept as they are, but for what no database takes", async () => {
  await nightWith({
    faults: [
      { fault: "hostile_strings" },
      { fault: "hostile_strings", operation: "KeystoneListAuthProjects" },
    ],
  });
  const stored = HOSTILE_STRINGS.map((name) => name.replaceAll("\0", "\ufffd"));
  const policies = await ledger.db
    .selectFrom("policy_daily")
    .select("policy_name")
    .where("category", "=", "baseline")
    .execute();
  expect(policies.map(({ policy_name }) => policy_name).toSorted()).toEqual(stored.toSorted());
  const { project_name } = await ledger.db
    .selectFrom("risk_daily")
    .select("project_name")
    .executeTakeFirstOrThrow();
  expect(project_name).toBe(`ap-southeast-3_${stored[0]}`);
});

test("the raw words of unknown severities and the noise of points are kept beside what is shown", async () => {
  await nightWith({ faults: [{ fault: "unknown_severities" }] });
  expect(
    await ledger.db
      .selectFrom("severity_daily")
      .select(["severity", "severity_raw"])
      .distinct()
      .where("category", "=", "alarm")
      .execute(),
  ).toEqual([{ severity: "unknown", severity_raw: "Tips" }]);
  expect(
    await ledger.db
      .selectFrom("quality_issue")
      .select("detail")
      .distinct()
      .where("rule", "=", "severity_unknown")
      .execute(),
  ).toEqual([{ detail: '"Tips"' }]);
});

test("an unknown field is put down once, with the place it was seen first", async () => {
  await nightWith({ faults: [{ fault: "unknown_fields" }] });
  await nightWith({ faults: [{ fault: "unknown_fields" }] });
  expect(
    await ledger.db
      .selectFrom("field_drift")
      .select(["field", "first_date", "run_id"])
      .orderBy("field")
      .execute(),
  ).toEqual(
    [
      "$.alarm_risk.owner",
      "$.alarm_risk.trend",
      "$.baseline_risk.owner",
      "$.baseline_risk.trend",
      "$.schema_version",
      "$.vul_risk.owner",
      "$.vul_risk.trend",
    ].map((field) => ({ field, first_date: DATE, run_id: 1 })),
  );
});
