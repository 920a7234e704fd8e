import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, type SimulatorOptions, startSimulator } from "@nightledger/simulator";
import { beforeEach, expect, test } from "vitest";
import { runHere } from "./test-command.ts";
import { writeSimulatorConfig } from "./write-simulator-config.ts";

const DATE = "2026-11-24";

let folder: string;
let config: string;
let simulator: Simulator | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-checks-"));
  config = join(folder, "nightledger.yaml");
  return async () => {
    await simulator?.close();
    rmSync(folder, { recursive: true });
  };
});

async function start(options: SimulatorOptions): Promise<Simulator> {
  simulator = await startSimulator(options);
  writeSimulatorConfig(simulator, config);
  return simulator;
}

const nightledger = (...args: string[]) => runHere(folder, args);

const edit = (from: string, to: string) =>
  writeFileSync(config, readFileSync(config, "utf8").replace(from, to));
const planned = async (...args: string[]) => {
  const { status, out } = await nightledger("plan", "--date", DATE, "--json", ...args);
  return { status, plan: JSON.parse(out) };
};

test("plan tells targets, calls and the least time that the quotas allow, and asks HSS nothing", async () => {
  const { requests } = await start({ accounts: 2, projects: 12, limit: { calls: 5, windowMs: 60_000 } });
  const { status, plan } = await planned("--deadline", "07:00");
  expect(status).toBe(plan.meetsDeadline ? 0 : 3);
  // one of the twelve is not born yet on that day, and one is closed; one address takes 11 calls at 5 a minute
  expect(plan).toMatchObject({ dataDate: DATE, targets: 11, toFetch: 11, calls: 11, leastMs: 120_000 });
  expect(plan.endpoints).toEqual([
    {
      operation: "ListSecurityRisk",
      origin: simulator?.url,
      calls: 11,
      leastMs: 120_000,
      binding: "address",
    },
  ]);
  expect(Date.parse(plan.endsAt) - Date.parse(plan.startsAt)).toBe(120_000);
  expect(requests.filter(({ path }) => path.startsWith("/v5/"))).toEqual([]);
});

test("with more source addresses the users' quota decides; with reconcile: score every target is two calls", async () => {
  await start({ accounts: 1, projects: 9, limit: { calls: 2, windowMs: 1000 } });
  edit("allowAnyDate", "egress: [127.0.0.2, 127.0.0.3, 127.0.0.4]\nreconcile: score\nallowAnyDate");
  const { plan } = await planned();
  expect(plan).toMatchObject({ targets: 9, calls: 18, leastMs: 4000 });
  expect(
    plan.endpoints.map(({ operation, binding }: { operation: string; binding: string }) => [
      operation,
      binding,
    ]),
  ).toEqual([
    ["ListSecurityRisk", "user"],
    ["ShowRiskScore", "user"],
  ]);
});

test("what is on record needs no call any more; a deadline that cannot be met is told", async () => {
  const { world } = await start({ projects: 4, limit: null });
  await nightledger("ingest", "--date", DATE, "--only", world.projects[0]?.id ?? "");
  const { plan } = await planned();
  expect(plan).toMatchObject({ targets: 4, toFetch: 3, calls: 3, leastMs: 0 });
  edit("quota: off", "quota: 1/86399s");
  const late = await nightledger("plan", "--date", DATE, "--deadline", "07:00");
  expect(late.status).toBe(3);
  expect(late.out).toMatch(/4 targets, 3 to fetch with 3 calls, 48 h at least\./);
  expect(late.out).toMatch(/h .*after 07:00: begin earlier, or bring more quota\./);
});

test("plan with a refused key says so, and that nothing is to be had", async () => {
  const { world } = await start({ projects: 3, limit: null });
  await nightledger("ingest", "--date", DATE);
  writeFileSync(join(folder, "secrets", `${world.accounts[0]?.name}.sk`), "wrong");
  const { status, out } = await nightledger("plan", "--date", "2026-11-25");
  expect(status).toBe(4);
  expect(out).toMatch(/3 targets, 0 to fetch with 0 calls/);
  expect(out).toMatch(/The credential of account "harbour" is refused: HTTP 401, APIGW.0301/);
});

test("a deadline that is no time of day is bad usage", async () => {
  await start({ limit: null });
  expect(await nightledger("plan", "--date", DATE, "--deadline", "7am")).toMatchObject({
    status: 2,
    err: 'nightledger: --deadline takes a time of day such as 07:00, not "7am".\n',
  });
});

interface Finding {
  check: string;
  subject: string;
  status: string;
  detail: string;
}

async function examined() {
  const { status, out } = await nightledger("doctor", "--json");
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  return { status, findings, of: (check: string) => findings.filter((finding) => finding.check === check) };
}

test("doctor finds everything in order, with one call for each region of an account", async () => {
  const { requests } = await start({ accounts: 2, projects: 8, limit: null });
  const { status, findings } = await examined();
  expect(findings.filter((finding) => finding.status !== "ok")).toEqual([]);
  expect(status).toBe(0);
  expect(findings.map(({ check }) => check)).toEqual([
    "database",
    "disk",
    "disk",
    "folder",
    "access",
    "access",
    "secret",
    "browser",
    "fonts",
    "endpoint",
    "clock",
    "credential",
    "permission",
    "permission",
    "credential",
    "permission",
    "permission",
  ]);
  expect(requests.filter(({ path }) => path.startsWith("/v5/")).length).toBe(4);
});

test("doctor tells a clock that is off by so much that signatures are refused", async () => {
  await start({ limit: null, clockOffsetMs: 20 * 60_000 });
  const { status, of } = await examined();
  expect(status).toBe(3);
  expect(of("clock")).toMatchObject([
    {
      status: "failed",
      detail:
        "This machine's clock is 20 min behind. Signatures are refused beyond 15 min. Set it, and let NTP keep it.",
    },
  ]);
  expect(of("credential")).toMatchObject([
    { status: "failed", detail: expect.stringContaining("APIGW.0303") },
  ]);
});

test("doctor tells a clock that runs away while it still works", async () => {
  await start({ limit: null, clockOffsetMs: -5 * 60_000 });
  const { status, of } = await examined();
  expect(status).toBe(0);
  expect(of("clock")).toMatchObject([
    { status: "warning", detail: "This machine's clock is 5 min ahead. Let NTP keep it in time." },
  ]);
});

test("doctor names the project that may not be read, the endpoint that is not there, and the address that is not ours", async () => {
  await start({ projects: 3, limit: null, faults: { faults: [{ fault: "permission", project: 1 }] } });
  const denied = await examined();
  expect(denied.status).toBe(3);
  expect(denied.of("permission")).toMatchObject([
    {
      subject: "harbour ap-southeast-3",
      status: "failed",
      detail: expect.stringContaining("HSS ReadOnlyAccess"),
    },
    { status: "ok" },
  ]);

  edit(`iam: ${simulator?.url}`, "iam: http://127.0.0.1:9");
  edit("allowAnyDate", "egress: [127.0.0.2, 192.0.2.1]\nallowAnyDate");
  edit("retryMinMs: 100", "retryMinMs: 0\n  retries: 0\n  timeoutMs: 500");
  const gone = await examined();
  expect(gone.of("endpoint").map(({ subject, status }) => [subject, status])).toEqual([
    ["http://127.0.0.1:9 from 127.0.0.2", "failed"],
    ["http://127.0.0.1:9 from 192.0.2.1", "failed"],
  ]);
  expect(gone.of("endpoint")[1]?.detail).toMatch(/EADDRNOTAVAIL|EINVAL/);
  expect(gone.of("credential")).toMatchObject([{ status: "failed" }]);
});
