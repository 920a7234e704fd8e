import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openLedger, withLease } from "@nightledger/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NIGHT, type NightShift, openNightShift, QUICK } from "../test-night-shift.ts";
import { IS_FILE } from "../test-staff.ts";
import { type Listener, startListener } from "./test-listener.ts";
import { readMetrics } from "./test-metrics.ts";

let shift: NightShift;
let listener: Listener;

beforeEach(async () => {
  [shift, listener] = await Promise.all([openNightShift(), startListener()]);
  writeFileSync(join(shift.folder, "ping-key"), `${listener.url}/canary-token/start`);
});
afterEach(async () => {
  await Promise.all([shift.close(), listener.close()]);
});

const nightly = (...args: string[]) => shift.command("nightly", "--date", NIGHT, ...args);
const deny = (...projects: number[]) =>
  shift.simulator.setFaults({
    faults: projects.map((project) => ({ operation: "ListSecurityRisk", project, fault: "permission" })),
  });
const linesOf = (err: string): Record<string, unknown>[] =>
  err
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const pings = () => ({
  start: "${file:ping-key}",
  success: `${listener.url}/success`,
  failure: `${listener.url}/failure`,
});
const watchedBy = (operations: object) => shift.configure({ operations });
const metrics = () => readMetrics(readFileSync(join(shift.folder, "night.prom"), "utf8"));
const metric = (name: string) =>
  metrics()
    .filter((sample) => sample.name === name)
    .map(({ labels, value }) => [...Object.values(labels), value].join(" "));

test("off a terminal every line is JSON with time, level, verb, night, run and target", async () => {
  deny(2);
  const { status, err } = await nightly();
  expect(status).toBe(3);
  const lines = linesOf(err);
  for (const line of lines) {
    expect(line).toMatchObject({ verb: "nightly", data_date: NIGHT });
    expect(line).toHaveProperty("time");
    expect(["info", "warn", "error"]).toContain(line.level);
  }
  const outcomes = lines.filter(({ outcome }) => outcome !== undefined);
  expect(outcomes.map(({ outcome, run }) => `${run} ${outcome}`).sort()).toEqual([
    ...Array(5).fill("1 fresh"),
    "1 missing",
  ]);
  const [denied] = (await shift.rows(
    "SELECT project_id, project_name FROM coverage_target_daily WHERE outcome = 'missing'",
  )) as [{ project_id: string; project_name: string }];
  expect(outcomes.find(({ outcome }) => outcome === "missing")).toMatchObject({
    level: "warn",
    target: `harbour/ap-southeast-1/${denied.project_id}`,
    project_name: denied.project_name,
    failure_kind: "permission",
    attempts: 1,
    ms: expect.any(Number),
  });
  expect(lines.filter(({ phase }) => phase !== undefined).map(({ message }) => message)).toEqual([
    "ingest: begins",
    "ingest: done",
    "reports: begins",
    "reports: done",
    "deliver: begins",
    "deliver: done",
  ]);
});

test.runIf(IS_FILE)(
  "--log text is lines for people, and what ends a night early is one JSON line elsewhere",
  async () => {
    const text = await nightly("--log", "text");
    expect(text.err).toMatch(/^\d\d:\d\d:\d\d ingest: begins\n/);
    expect(text.err).toMatch(/\n\d\d:\d\d:\d\d executive-summary to ciso@example\.com: sent, 250 [^\n]*\n/);
    writeFileSync(join(shift.folder, "nightledger.db"), "no ledger");
    const broken = await nightly();
    expect(broken.status).toBe(2);
    expect(linesOf(broken.err).at(-1)).toMatchObject({
      level: "error",
      exit_status: 2,
      message: expect.stringContaining("nightledger.db"),
    });
    expect(await nightly("--log", "xml")).toMatchObject({
      status: 2,
      err: 'nightledger: --log takes text or json, not "xml".\n',
    });
  },
);

test("ingest keeps its lines of progress; with --log json it tells every target", async () => {
  const plain = await shift.command("ingest", "--date", "2026-11-23");
  expect(plain.err).toMatch(/^Discovering projects: 1 of 1\n/);
  expect(plain.err).not.toMatch(/is fresh|begins/);
  const told = await shift.command("ingest", "--date", NIGHT, "--log", "json");
  expect(linesOf(told.err).filter(({ outcome }) => outcome === "fresh")).toHaveLength(6);
  expect(linesOf(told.err)[0]).toMatchObject({ verb: "ingest", message: "ingest: begins" });
});

test("a watchdog hears start and success, with what became of the night", async () => {
  watchedBy({ ping: pings() });
  const { status } = await nightly();
  expect(status).toBe(0);
  expect(listener.heard.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /canary-token/start",
    "POST /success",
  ]);
  expect(listener.heard[1]).toMatchObject({
    contentType: "text/plain; charset=utf-8",
    body: `Exit status 0.\nNight of ${NIGHT}: 6 of 6 targets on record, 0 missing; 1 of 1 deliveries sent.`,
  });
});

test.runIf(IS_FILE)(
  "a watchdog hears a failure with its status and what is to be looked at, also of a night that could not begin",
  async () => {
    watchedBy({ ping: pings() });
    deny(2);
    expect((await nightly()).status).toBe(3);
    expect(listener.heard[1]).toMatchObject({ path: "/failure" });
    expect(listener.heard[1]?.body).toMatch(
      /^Exit status 3\.\nNight of 2026-11-24: 5 of 6 [^\n]*\n1 of 6 targets are missing: permission 1\.\n/,
    );
    writeFileSync(join(shift.folder, "nightledger.db"), "no ledger");
    await nightly();
    expect(listener.heard[2]).toMatchObject({ path: "/failure" });
    expect(listener.heard[2]?.body).toMatch(/^Exit status 2\.\n[^\n]*nightledger\.db/);
  },
);

test("a second nightly pings nothing and writes no figures: the first tells of itself", async () => {
  watchedBy({ ping: pings(), metrics: "night.prom" });
  const ledger = await openLedger(shift.database);
  const second = await withLease(ledger, "nightly", new AbortController().signal, () => nightly());
  await ledger.close();
  expect(second.status).toBe(7);
  expect(listener.heard).toEqual([]);
  expect(readdirSync(shift.folder)).not.toContain("night.prom");
});

test.each([
  ["that answers 500", () => 500, "HTTP 500", "Internal Server Error"],
  ["that never answers", () => null, "no answer in time", "no answer in time"],
])("a watchdog and a collector %s change nothing, and are told", async (_, answer, why, traceWhy) => {
  listener.answer = answer;
  watchedBy({ ping: pings(), traces: `${listener.url}/v1/traces` });
  const { status, err } = await nightly();
  expect(status).toBe(0);
  const warnings = linesOf(err).filter(({ level }) => level === "warn");
  expect(warnings.map(({ message }) => message)).toEqual([
    `The start ping was not heard: ${why}.`,
    `The success ping was not heard: ${why}.`,
    `The traces were not taken: ${traceWhy}.`,
  ]);
  expect(err).not.toContain("canary-token");
});

test("a watchdog that is not there is told without its URL", async () => {
  writeFileSync(join(shift.folder, "ping-key"), "http://127.0.0.1:9/canary-token");
  watchedBy({ ping: { start: "${file:ping-key}" } });
  const { status, err } = await nightly();
  expect(status).toBe(0);
  expect(linesOf(err).at(-1)?.message).toBe("The start ping was not heard: no connection (ECONNREFUSED).");
  expect(err).not.toContain("canary-token");
});

test("a collector gets a root span of the night and a child of each phase", async () => {
  watchedBy({ traces: `${listener.url}/v1/traces` });
  deny(2);
  await nightly();
  expect(listener.heard.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /v1/traces"]);
  const { resourceSpans } = JSON.parse(listener.heard[0]?.body ?? "");
  const [{ resource, scopeSpans }] = resourceSpans;
  expect(resource.attributes).toEqual([{ key: "service.name", value: { stringValue: "nightledger" } }]);
  const { spans } = scopeSpans[0];
  const root = spans.at(-1);
  expect(root).toMatchObject({ name: "nightledger nightly", status: { code: 2, message: "exit status 3" } });
  expect(root.attributes).toContainEqual({ key: "nightledger.data_date", value: { stringValue: NIGHT } });
  expect(root.attributes).toContainEqual({ key: "nightledger.run", value: { intValue: 1 } });
  expect(spans.slice(0, -1).map(({ name }: { name: string }) => name)).toEqual([
    "ingest",
    "reports",
    "deliver",
  ]);
  for (const { traceId, parentSpanId } of spans.slice(0, -1)) {
    expect({ traceId, parentSpanId }).toEqual({ traceId: root.traceId, parentSpanId: root.spanId });
  }
});

test("figures of the night are in a textfile that is there whole, and the last success stays in it", async () => {
  watchedBy({ metrics: "night.prom" });
  shift.configure({ publish: [{ ...QUICK, to: ["ciso@example.com", "cfo@example.com"] }] });
  const at = (time: string) => shift.at(() => new Date(`${NIGHT}T${time}Z`), "nightly");
  expect((await at("05:00:00")).status).toBe(0);
  const [score] = (await shift.rows("SELECT score, total_risk_num FROM portfolio_daily")) as [
    { score: number; total_risk_num: number },
  ];
  expect(metric("nightledger_score")).toEqual([String(score.score)]);
  expect(metric("nightledger_risks")).toEqual([String(score.total_risk_num)]);
  expect(metric("nightledger_targets")).toEqual(["expected 6", "fresh 6", "carried 0", "missing 0"]);
  expect(metric("nightledger_missing_targets")).toEqual([]);
  expect(metric("nightledger_deliveries")).toEqual(["report mail sent 2"]);
  expect(metric("nightledger_exit_status")).toEqual(["0"]);
  expect(metric("nightledger_calls")).toEqual([String(shift.simulator.requests.length)]);
  expect(metric("nightledger_throttled_seconds")).toEqual(["0"]);
  const phases = metrics().filter(({ name }) => name === "nightledger_phase_seconds");
  expect(phases.map(({ labels }) => labels.phase)).toEqual(["ingest", "reports", "deliver"]);
  const five = Date.parse(`${NIGHT}T05:00:00Z`) / 1000;
  expect(metric("nightledger_last_success_timestamp_seconds")).toEqual([String(five)]);

  shift.mailServer.setFaults({ dropAfterDot: 1 });
  shift.configure({ publish: [{ ...QUICK, to: ["ciso@example.com", "new@example.com"] }] });
  expect((await at("06:00:00")).status).toBe(6);
  expect(metric("nightledger_exit_status")).toEqual(["6"]);
  expect(metric("nightledger_last_run_timestamp_seconds")).toEqual([String(five + 3600)]);
  expect(metric("nightledger_last_success_timestamp_seconds")).toEqual([String(five)]);
  expect(metric("nightledger_deliveries")).toEqual([
    "failure mail sent 1",
    "report mail sent 2",
    "report mail unknown 1",
  ]);
  expect(readdirSync(shift.folder).filter((name) => name.includes("prom"))).toEqual(["night.prom"]);
});

test("of a night without any answer the figures that nobody knows are left out", async () => {
  watchedBy({ metrics: "night.prom" });
  deny(1, 2, 3, 4, 5, 6);
  expect((await nightly()).status).toBe(4);
  expect(metric("nightledger_targets")).toEqual(["expected 6", "fresh 0", "carried 0", "missing 6"]);
  expect(metric("nightledger_missing_targets")).toEqual(["permission 6"]);
  expect(metric("nightledger_score")).toEqual([]);
  expect(metric("nightledger_risks")).toEqual([]);
  expect(metric("nightledger_last_success_timestamp_seconds")).toEqual([]);
});

test("a metrics file that cannot be written is told, and nothing else", async () => {
  watchedBy({ metrics: "nightledger.yaml/night.prom" });
  const { status, err } = await nightly();
  expect(status).toBe(0);
  expect(linesOf(err).at(-1)).toMatchObject({
    level: "warn",
    message: expect.stringMatching(
      /^The metrics were not written: .*night\.prom cannot be written \(E(EXIST|NOTDIR)\)/,
    ),
  });
});
