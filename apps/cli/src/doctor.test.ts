import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { openLedger, withLease } from "@nightledger/store";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NIGHT, type NightShift, openNightShift, QUICK } from "./test-night-shift.ts";
import { IS_FILE } from "./test-staff.ts";
import { startListener } from "./watch/test-listener.ts";

let shift: NightShift;

beforeEach(async () => {
  shift = await openNightShift();
});
afterEach(() => shift.close());

interface Finding {
  check: string;
  subject: string;
  status: string;
  detail: string;
}

async function examined() {
  const { status, out } = await shift.command("doctor", "--json");
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  const of = (check: string) =>
    findings
      .filter((finding) => finding.check === check)
      .map(({ subject, status, detail }) => `${subject}: ${status}, ${detail}`);
  return { status, findings, of };
}

test.runIf(IS_FILE)("after a good night everything is in order, and nothing was sent for it", async () => {
  const listener = await startListener();
  const { url } = listener;
  shift.configure({
    snapshot: { file: "nightledger.analyst.db", mode: "0644" },
    operations: {
      metrics: { file: "night.prom", mode: "0644" },
      ping: { start: `${url}/key/start`, failure: `${url}/key/fail` },
      traces: `${url}/v1/traces`,
    },
  });
  await shift.command("nightly", "--date", NIGHT);
  // what is made for others can be read by them, and the ledger by nobody else
  chmodSync(shift.folder, 0o755);
  chmodSync(join(shift.folder, "nightledger.db"), 0o600);
  const before = listener.heard.length;
  const { status, findings, of } = await examined();
  await listener.close();
  expect(findings.filter((finding) => finding.status !== "ok")).toEqual([]);
  expect(status).toBe(0);
  expect(listener.heard.length).toBe(before);
  expect(shift.mailServer.mails.length).toBe(1);
  const place = new URL(url).host;
  expect(of("fonts")).toEqual([
    "Chinese: ok, It prints nightledger 安全风险摘要：生产-支付网关 79.2, with the fonts that reports embed.",
  ]);
  expect(of("mail")).toEqual([
    `localhost:${shift.mailServer.port}: ok, It takes us as ${shift.mailServer.clientNames.at(-1)} with STARTTLS; nobody is signed in. Nothing was sent.`,
  ]);
  expect(of("operators")).toEqual(["notices: ok, One recipient is told when a night fails."]);
  expect(of("lease")).toEqual([`${join(shift.folder, "nightledger.db")}: ok, Nobody is at work.`]);
  expect(of("deliveries")).toEqual([`${join(shift.folder, "nightledger.db")}: ok, None waits for anybody.`]);
  expect(of("metrics")).toEqual([`${join(shift.folder, "night.prom")}: ok, Its folder can be written.`]);
  expect(of("access")).toEqual([
    `${join(shift.folder, "nightledger.db")}: ok, 0600: it is no more open than what is made for others.`,
    `${join(shift.folder, "nightledger.analyst.db")}: ok, 0444: Its group and everybody on this machine can read it.`,
    `${join(shift.folder, "night.prom")}: ok, 0644: Its group and everybody on this machine can read it.`,
  ]);
  expect(of("watchdog")).toEqual([
    `start: ok, ${place} takes connections; nothing was asked.`,
    `failure: ok, ${place} takes connections; nothing was asked.`,
  ]);
  expect(of("traces")).toEqual([`${url}: ok, ${place} takes connections; nothing was asked.`]);
  expect(of("disk")[0]).toMatch(
    /^\S+: ok, .* are free; a night took .* of late, beside .* for the analysts' copy\.$/,
  );
  expect(of("secret")).toEqual([
    `${shift.folder}: ok, 2 files of secrets, none of which every user of this machine may read.`,
  ]);
});

test("what is wrong about mail, files and watchers is told with its cure, and no secret with it", async () => {
  chmodSync(join(shift.folder, "secrets", "harbour.sk"), 0o644);
  writeFileSync(join(shift.folder, "secrets", "ping"), "http://127.0.0.1:9/canary-token", { mode: 0o600 });
  shift.configure({
    publish: [{ ...QUICK, to: [], folder: "nightledger.yaml/share" }],
    operators: {},
    operations: {
      metrics: "nightledger.yaml/night.prom",
      ping: { success: "${file:secrets/ping}" },
      traces: "http://127.0.0.1:9/v1/traces",
    },
  });
  await shift.mailServer.close();
  const { findings, of } = await examined();
  expect(of("mail")).toEqual([
    expect.stringMatching(/^localhost:\d+: failed, The mail server localhost:\d+ cannot be used: .*\. \S/),
  ]);
  expect(of("secret")).toEqual([
    `secrets/harbour.sk: warning, Every user of this machine may read it. Close it: chmod 600 ${join(shift.folder, "secrets", "harbour.sk")}`,
  ]);
  expect(of("operators")).toEqual([
    "notices: warning, Nobody is told when a night fails. Name operators: a mail address, a webhook or a folder.",
  ]);
  const file = join(shift.folder, "nightledger.yaml");
  expect(of("folder")[1]).toBe(`${join(file, "share")}: failed, ${file} is no folder. Name another place.`);
  expect(of("metrics")).toEqual([
    `${join(file, "night.prom")}: warning, ${file} is no folder. Name another place.`,
  ]);
  const cure = "Check the URL, DNS, proxy and firewall; nights go on without it.";
  expect(of("watchdog")).toEqual([`success: warning, 127.0.0.1:9 cannot be reached (ECONNREFUSED). ${cure}`]);
  expect(of("traces")).toEqual([
    `http://127.0.0.1:9: warning, 127.0.0.1:9 cannot be reached (ECONNREFUSED). ${cure}`,
  ]);
  expect(JSON.stringify(findings)).not.toContain("canary-token");
});

test.skipIf(process.getuid?.() === 0)("a folder that cannot be written is told with its cure", async () => {
  mkdirSync(join(shift.folder, "shut"), { mode: 0o500 });
  shift.configure({ publish: [{ ...QUICK, folder: "shut" }], operations: { metrics: "shut/night.prom" } });
  const { of } = await examined();
  const problem = `${join(shift.folder, "shut")} cannot be written. Give this user the right to.`;
  expect(of("folder")[1]).toBe(`${join(shift.folder, "shut")}: failed, ${problem}`);
  expect(of("metrics")).toEqual([`${join(shift.folder, "shut", "night.prom")}: warning, ${problem}`]);
});

test("deliveries that wait for somebody are named, with what to do", async () => {
  shift.configure({ publish: [{ ...QUICK, to: ["ciso@example.com", "cfo@example.com"] }] });
  shift.mailServer.setFaults({ dropAfterDot: 1 });
  await shift.command("nightly", "--date", NIGHT);
  const { status, of } = await examined();
  expect(status).toBe(0);
  expect(of("deliveries")).toEqual([
    expect.stringMatching(
      /^\S+: warning, The report executive-summary of 2026-11-24, edition 1, to ciso@example\.com \(mail\) may have arrived, or not; .* Ask the recipient, then tell: "nightledger deliver --resolve ID --as sent"/,
    ),
  ]);
});

test("who has the lease is told: at work, or dead", async () => {
  await shift.command("ingest", "--date", NIGHT);
  const ledger = await openLedger(shift.database);
  const busy = await withLease(ledger, "backup of a test", new AbortController().signal, () => examined());
  await ledger.close();
  expect(busy.of("lease")).toEqual([
    expect.stringMatching(
      new RegExp(
        `: ok, At work: backup of a test, process ${process.pid} on ${hostname()}, since \\S+Z; last heard of \\d+ s ago`,
      ),
    ),
  ]);

  shift.simulator.setFaults({ faults: [{ operation: "ListSecurityRisk", project: 3, fault: "stall" }] });
  const asked = shift.simulator.requests.length;
  const killed = await shift.start(["ingest", "--date", "2026-11-25"]);
  await vi.waitFor(() => expect(shift.simulator.requests.length).toBeGreaterThan(asked + 4), {
    timeout: 120_000,
  });
  killed.child.kill("SIGKILL");
  await killed.ended;
  shift.simulator.setFaults({});
  expect((await examined()).of("lease")).toEqual([
    expect.stringMatching(
      new RegExp(
        `: warning, ingest, process ${killed.child.pid} on .*: it died\\. Start it again; the next run`,
      ),
    ),
  ]);
});
