import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deliveriesIn, NIGHT, type NightShift, openNightShift, QUICK } from "./test-night-shift.ts";

let shift: NightShift;

beforeEach(async () => {
  shift = await openNightShift();
});
afterEach(() => shift.close());

const nightly = (...args: string[]) => shift.command("nightly", "--date", NIGHT, ...args);
const deny = (...projects: number[]) =>
  shift.simulator.setFaults({
    faults: projects.map((project) => ({ operation: "ListSecurityRisk", project, fault: "permission" })),
  });
const deliveries = () => deliveriesIn(shift.database);
const subjects = async () => (await shift.mails()).map(({ to, subject }) => `${to}: ${subject}`);

test("a night goes from the cloud to the mailbox, and the same again is nothing more", async () => {
  shift.configure({
    publish: [{ report: "executive-summary", to: [{ name: "CISO", address: "ciso@example.com" }] }],
  });
  const first = await (await shift.start(["nightly", "--date", NIGHT])).ended;
  expect(first.status).toBe(0);
  expect(first.out).toMatch(
    /^Night of 2026-11-24: 6 of 6 targets on record, 0 missing; 1 of 1 deliveries sent\.\n/,
  );
  const [mail, ...others] = await shift.mails();
  expect(others).toEqual([]);
  expect(mail).toMatchObject({
    to: "ciso@example.com",
    subject: expect.stringMatching(/^Security risk summary, November 24, 2026: score \d/),
    text: expect.stringContaining("Coverage: Complete · 6 of 6 expected projects answered tonight."),
    files: ["2026-11-24_executive-summary_all_en_e1.pdf"],
  });
  expect(shift.mailServer.mails[0]?.raw.toString("latin1")).toMatch(/\r\n\r\nJVBERi0/);

  const asked = shift.simulator.requests.length;
  const second = await nightly("--json");
  expect(second.status).toBe(0);
  expect(JSON.parse(second.out)).toMatchObject({
    status: 0,
    recorded: null,
    failures: [],
    coverage: { fresh: 6 },
  });
  expect(shift.simulator.requests.length).toBe(asked);
  expect(shift.mailServer.mails.length).toBe(1);
});

test("a partial night is marked, and the operators are told what is missing", async () => {
  deny(2, 3);
  const { status } = await nightly();
  expect(status).toBe(3);
  const [report, notice] = await shift.mails();
  expect(report).toMatchObject({
    to: "ciso@example.com",
    subject: expect.stringMatching(/^\[Partial\] .*, 2 of 6 projects missing$/),
    text: expect.stringMatching(/^\* Partial night\n4 of 6 projects have answered\./),
  });
  expect(notice).toMatchObject({
    to: "operators@example.com",
    subject: "nightledger, November 24, 2026: somebody has to look",
    text: expect.stringMatching(
      /Night of 2026-11-24: 4 of 6 targets on record, 2 missing; 1 of 1 deliveries sent\.\n\n- 2 of 6 targets are missing: permission 2\.\n[\s\S]*The last lines of the log:\n\n {2}\S/,
    ),
  });
});

test("a report that is held back is not sent; its recipients are told, and get it when it is complete", async () => {
  shift.configure({ publish: [{ ...QUICK, coverage: { atLeast: 90, below: "hold" } }] });
  deny(2);
  expect((await nightly()).status).toBe(3);
  expect((await nightly()).status).toBe(3);
  expect(await subjects()).toEqual([
    "ciso@example.com: Security risk summary, November 24, 2026: held back, 5 of 6 projects answered",
    "operators@example.com: nightledger, November 24, 2026: somebody has to look",
  ]);
  shift.simulator.setFaults({});
  expect((await nightly()).status).toBe(0);
  expect((await shift.mails()).at(-1)).toMatchObject({
    to: "ciso@example.com",
    files: [expect.stringContaining(".html")],
  });
});

test("a report with less coverage than asked for is sent as it is, where that is the policy", async () => {
  shift.configure({ publish: [{ ...QUICK, coverage: { atLeast: 90, below: "send" } }] });
  deny(2);
  expect((await nightly()).status).toBe(3);
  expect((await subjects())[0]).toMatch(
    /^ciso@example.com: Security risk summary, .*1 of 6 projects missing$/,
  );
});

test("answers that come late make a correction, which lists what changed, for those who have the first edition", async () => {
  shift.configure({ publish: [{ ...QUICK, to: ["ciso@example.com", "cfo@example.com"] }] });
  deny(2, 3);
  await nightly();
  shift.simulator.setFaults({});
  const { status } = await nightly();
  expect(status).toBe(0);
  const corrections = (await shift.mails()).slice(3);
  expect(corrections.map(({ to }) => to)).toEqual(["ciso@example.com", "cfo@example.com"]);
  expect(corrections[0]?.text).toMatch(
    /^\* Correction\nThis is edition 2 of the report\.[\s\S]*Projects that answered: 4 → 6\n[\s\S]*Projects missing: 2 → 0\n/,
  );
  expect(await deliveries()).toEqual([
    "2026-11-24 report e1 to ciso@example.com: sent",
    "2026-11-24 report e1 to cfo@example.com: sent",
    "2026-11-24 failure e1 to operators@example.com: sent",
    "2026-11-24 report e2 to ciso@example.com: sent",
    "2026-11-24 report e2 to cfo@example.com: sent",
  ]);
});

test("an edition that does not differ materially is made and not sent, and the ledger says why", async () => {
  shift.configure({ nightly: { material: { points: 100, percent: 100 } } });
  deny(2);
  await nightly();
  shift.simulator.setFaults({});
  expect((await nightly()).status).toBe(0);
  expect(await deliveries()).toEqual([
    "2026-11-24 report e1 to ciso@example.com: sent",
    "2026-11-24 failure e1 to operators@example.com: sent",
    "2026-11-24 report e2 to ciso@example.com: skipped",
  ]);
  expect(await shift.rows("SELECT answer FROM delivery_history WHERE state = 'skipped'")).toEqual([
    { answer: "Not materially different from edition 1." },
  ]);
  expect(readdirSync(join(shift.folder, "reports")).some((name) => name.endsWith("_e2.html"))).toBe(true);
});

test("nothing material changed: a short mail says so, and silence never does", async () => {
  shift.configure({
    nightly: { material: { points: 100 } },
    publish: [{ ...QUICK, only: undefined, onlyIfMaterialChange: true }],
  });
  const first = await shift.command("nightly", "--date", "2026-11-23");
  expect(first.status).toBe(0);
  shift.simulator.setDate("2026-11-24");
  const second = await nightly();
  expect(second.status).toBe(0);
  const [full, short] = await shift.mails();
  // the first night has nothing that it could be held against
  expect(full?.files).toEqual(["2026-11-23_executive-summary_all_en_e1.html"]);
  const said = await shift.rows("SELECT statement FROM headline_daily WHERE data_date = '2026-11-24'");
  const isQuiet = (said as { statement: string }[]).every(({ statement }) =>
    /^(score_|nothing_moved|grows_unseen|unprotected)/.test(statement),
  );
  expect(isQuiet).toBe(true);
  expect(short?.files).toEqual([]);
  expect(short?.text).toMatch(
    /^\* Nothing material changed\nNothing material has changed since November 23, 2026/,
  );
});

test("a recipient that is refused stops nobody, and the operators hear of it", async () => {
  shift.configure({ publish: [{ ...QUICK, to: ["gone@example.com", "ciso@example.com"] }] });
  shift.mailServer.setFaults({ recipients: { "gone@example.com": "550 5.1.1 No such user" } });
  const { status, out } = await nightly();
  expect(status).toBe(6);
  expect(out).toMatch(/gone@example\.com +mail +refused +550 5\.1\.1 No such user/);
  expect(await subjects()).toEqual([
    expect.stringMatching(/^ciso@example\.com: Security risk summary/),
    "operators@example.com: nightledger, November 24, 2026: somebody has to look",
  ]);
  expect((await shift.mails())[1]?.text).toContain(
    "- The report executive-summary of 2026-11-24, edition 1, to gone@example.com (mail) was refused: 550 5.1.1 No such user",
  );
});

test("subjects and bodies are in the language of who gets them", async () => {
  shift.configure({
    publish: [{ ...QUICK, locale: "zh-Hans" }],
    operators: { to: ["ops@example.com"], locale: "zh-Hans" },
  });
  deny(2);
  await nightly();
  expect(await subjects()).toEqual([
    expect.stringMatching(/^ciso@example\.com: \[不完整\] 安全风险摘要，?.*2026年11月24日.*得分/),
    "ops@example.com: nightledger，2026年11月24日：需要有人处理",
  ]);
});

test("folders and webhooks have the same ledger", async () => {
  shift.configure({ publish: [{ ...QUICK, to: [], folder: "share" }] });
  expect((await nightly()).status).toBe(0);
  expect(readdirSync(join(shift.folder, "share")).sort()).toEqual([
    "2026-11-24_executive-summary_all_en_e1.html",
    "2026-11-24_executive-summary_all_en_e1.txt",
  ]);
  expect(await deliveries()).toEqual([`2026-11-24 report e1 to ${join(shift.folder, "share")}: sent`]);
});

test("what an answer repeats of a webhook's secret address is neither put on record nor told", async () => {
  const web = createServer((request, response) => response.writeHead(500).end(`no hook at ${request.url}`));
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = web.address() as AddressInfo;
    writeFileSync(join(shift.folder, "hook.url"), `http://127.0.0.1:${port}/hooks/canary-0123456789`);
    const mail = {
      host: "localhost",
      port: shift.mailServer.port,
      ca: "mail-ca.pem",
      from: "night@example.com",
    };
    shift.configure({
      mail: { ...mail, retryMinutes: 0 },
      publish: [{ ...QUICK, webhooks: [{ name: "chat", url: "${file:hook.url}" }] }],
    });
    const { status, out, err } = await nightly();
    expect(status).toBe(6);
    const answers = await shift.rows(
      "SELECT answer FROM delivery_event_history WHERE answer LIKE 'HTTP 500%'",
    );
    expect(answers).toEqual([{ answer: "HTTP 500: no hook at /hooks/[secret]" }]);
    const told = `${out}${err}${(await shift.mails()).map(({ text }) => text).join()}`;
    expect(told).toContain("HTTP 500");
    expect(told).not.toContain("canary");
  } finally {
    web.closeAllConnections();
    web.close();
  }
});

test("a second nightly ends at once, and names the first", async () => {
  shift.simulator.setFaults({ faults: [{ operation: "ListSecurityRisk", project: 3, fault: "stall" }] });
  const first = await shift.start(["nightly", "--date", NIGHT]);
  await vi.waitFor(() => expect(shift.simulator.requests.length).toBeGreaterThan(4), { timeout: 120_000 });
  const second = await nightly();
  expect(second.status).toBe(7);
  expect(second.err).toContain(`Another run is under way: nightly, process ${first.child.pid} on `);
  first.child.kill("SIGKILL");
  await first.ended;
  expect(await subjects()).toEqual([]);
});

test("before the deadline what there is is published; what comes later is a correction", async () => {
  shift.configure({
    nightly: { publishMinutes: 0, retryMinutes: 0.01, lateMinutes: 5 },
    request: { timeoutMs: 1500, retries: 0, quota: "off" },
  });
  shift.simulator.setFaults({
    faults: [2, 3].map((project) => ({ operation: "ListSecurityRisk", project, fault: "stall" })),
  });
  const offset = Date.parse(`${NIGHT}T06:59:57Z`) - Date.now();
  const night = shift.at(() => new Date(Date.now() + offset), "nightly", "--deadline", "07:00");
  await vi.waitFor(() => expect(shift.mailServer.mails.length).toBeGreaterThan(1), { timeout: 120_000 });
  shift.simulator.setFaults({});
  const { status } = await night;
  expect(status).toBe(0);
  expect(await subjects()).toEqual([
    expect.stringMatching(/^ciso@example\.com: \[Partial\] .*2 of 6 projects missing$/),
    "operators@example.com: nightledger, November 24, 2026: somebody has to look",
    expect.stringMatching(/^ciso@example\.com: Security risk summary, November 24, 2026: score/),
  ]);
  expect((await shift.mails())[1]?.text).toMatch(/- 2 of 6 targets are missing: (not_attempted|timeout) 2\./);
  expect((await shift.mails())[2]?.text).toMatch(/^\* Correction\n/);
});

test("a machine that slept catches up in order, and says which nights nobody recorded", async () => {
  const on = async (date: string, ...args: string[]) => {
    shift.simulator.setDate(date);
    return await shift.command(...args, "--date", date);
  };
  expect((await on("2026-11-20", "nightly")).status).toBe(0);
  expect((await on("2026-11-21", "ingest")).status).toBe(0);
  const caughtUp = await on("2026-11-24", "nightly", "--catch-up");
  expect(caughtUp.status).toBe(3);
  expect(caughtUp.out).toContain("Caught up with: 2026-11-21, 2026-11-22, 2026-11-23.");
  expect((await subjects()).map((line) => line.replace(/: score.*/, ""))).toEqual([
    "ciso@example.com: Security risk summary, November 20, 2026",
    "ciso@example.com: Security risk summary, November 21, 2026",
    "ciso@example.com: Security risk summary, November 22, 2026: nothing was recorded",
    "ciso@example.com: Security risk summary, November 23, 2026: nothing was recorded",
    "ciso@example.com: Security risk summary, November 24, 2026",
    "operators@example.com: nightledger, November 24, 2026: somebody has to look",
  ]);
  expect(
    await shift.rows(
      "SELECT data_date, fresh, missing FROM coverage_daily WHERE data_date > '2026-11-20' ORDER BY 1",
    ),
  ).toEqual([
    { data_date: "2026-11-21", fresh: 6, missing: 0 },
    { data_date: "2026-11-22", fresh: 0, missing: 6 },
    { data_date: "2026-11-23", fresh: 0, missing: 6 },
    { data_date: "2026-11-24", fresh: 6, missing: 0 },
  ]);
  expect(await shift.rows("SELECT DISTINCT failure_kind FROM coverage_failure_daily")).toEqual([
    { failure_kind: "not_run" },
  ]);
  expect((await on("2026-11-24", "nightly", "--catch-up")).out).toContain(
    "0 missing; 1 of 1 deliveries sent",
  );
  expect(shift.mailServer.mails.length).toBe(6);
});

test.each([
  ["Asia/Kathmandu", "2026-11-24T18:14:00Z", "2026-11-24"],
  ["Asia/Kathmandu", "2026-11-24T18:16:00Z", "2026-11-25"],
  ["Europe/Berlin", "2026-10-25T22:59:00Z", "2026-10-25"],
  ["Europe/Berlin", "2026-10-25T23:01:00Z", "2026-10-26"],
  ["Europe/Berlin", "2026-03-29T21:59:00Z", "2026-03-29"],
  ["Europe/Berlin", "2026-03-29T22:01:00Z", "2026-03-30"],
  ["UTC", "2028-02-29T23:59:00Z", "2028-02-29"],
  ["UTC", "2028-03-01T00:01:00Z", "2028-03-01"],
])("a night that begins in %s at %s is that of %s", async (timeZone, now, dataDate) => {
  shift.configure({ timeZone, publish: [] });
  shift.simulator.setDate(dataDate);
  const { out } = await shift.at(() => new Date(now), "nightly", "--json");
  expect(JSON.parse(out)).toMatchObject({ dataDate, coverage: { fresh: 6, expected: 6 } });
});

test("deliver shows who would get what, sends it, and takes an operator's decision about what is unknown", async () => {
  shift.mailServer.setFaults({ dropAfterDot: 1 });
  expect((await nightly()).status).toBe(6);
  const dry = await shift.command("deliver", "--dry-run", "--json");
  expect(JSON.parse(dry.out).deliveries).toMatchObject([
    { recipient: "ciso@example.com", state: "unknown" },
    { recipient: "operators@example.com", state: "sent" },
  ]);
  const again = await shift.command("deliver");
  expect(again.status).toBe(6);
  expect(shift.mailServer.mails.map(({ to }) => to.join())).toEqual([
    "ciso@example.com",
    "operators@example.com",
  ]);
  const wrong = await shift.command("deliver", "--resolve", "2", "--as", "again");
  expect(wrong).toMatchObject({
    status: 2,
    err: expect.stringContaining("Delivery 2 is sent: it cannot be resolved as again"),
  });
  const resolved = await shift.command("deliver", "--resolve", "1", "--as", "again");
  expect(resolved.status).toBe(0);
  expect(shift.mailServer.mails.map(({ to }) => to.join())).toEqual([
    "ciso@example.com",
    "operators@example.com",
    "ciso@example.com",
  ]);
});

test("deliver tells what it would send before anything is sent", async () => {
  await shift.command("ingest", "--date", NIGHT);
  await shift.command("report", "--format", "html,json,mail");
  const dry = await shift.command("deliver", "--dry-run");
  expect(dry.out).toMatch(
    /2026-11-24 +executive-summary +1 +ciso@example\.com +mail +pending +would be sent/,
  );
  expect(shift.mailServer.mails.length).toBe(0);
  expect((await shift.command("deliver")).status).toBe(0);
  expect(await subjects()).toEqual([expect.stringMatching(/^ciso@example\.com: Security risk summary/)]);
});

test("a deadline that is no time of day is bad usage", async () => {
  expect(await nightly("--deadline", "7am")).toMatchObject({
    status: 2,
    err: 'nightledger: --deadline takes a time of day such as 07:00, not "7am".\n',
  });
});
