import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { QUICK } from "./test-night-shift.ts";
import { openWorks, type Works } from "./test-workers.ts";
import { readMetrics } from "./watch/test-metrics.ts";

const DATE = "2026-11-24";
const WAIT = { timeout: 120_000, interval: 50 };

let works: Works;
afterEach(() => works.close());

const night = (...args: string[]) => works.command("nightly", "--date", DATE, "--json", ...args);
const asked = () => works.simulator.requests.filter(({ path }) => path.startsWith("/v5/"));

test("two workers share the quotas of users, each with an address of its own; reports are theirs, too", async () => {
  works = await openWorks({ accounts: 2, projects: 40, date: DATE, limit: { calls: 5, windowMs: 1000 } });
  works.configure({ publish: [QUICK, { ...QUICK, report: "portfolio", to: ["board@example.com"] }] });
  await Promise.all(
    ["127.0.0.2", "127.0.0.3"].map((address) =>
      works.worker("--egress", address, "--metrics", "worker.prom"),
    ),
  );
  const { status, out, err } = await night();
  expect({ status, err: status === 0 ? "" : err }).toEqual({ status: 0, err: "" });
  expect(JSON.parse(out)).toMatchObject({
    coverage: { expected: 39, fresh: 39 },
    recorded: { result: { fetched: 39, status: "complete" } },
  });
  expect(asked().filter((request) => request.status !== 200)).toEqual([]);
  // each target once, whoever asked
  expect(new Set(asked().map(({ path }) => path)).size).toBe(asked().length);
  expect([...new Set(asked().map(({ remoteAddress }) => remoteAddress))].sort()).toEqual([
    "127.0.0.2",
    "127.0.0.3",
  ]);
  expect(await works.rows("SELECT calls, quota_calls FROM run_statistics")).toEqual([
    { calls: expect.any(Number), quota_calls: 39 },
  ]);
  expect(works.mailServer.mails.map(({ to }) => to.join()).sort()).toEqual([
    "board@example.com",
    "ciso@example.com",
  ]);
  expect(existsSync(join(works.folder, "reports", ".made-by-workers"))).toBe(false);

  const done = "SELECT sum(done)::int AS done FROM nightledger_work.worker";
  await vi.waitFor(async () => expect(await works.tableRows(done)).toEqual([{ done: 41 }]), WAIT);
  await vi.waitFor(() => {
    const metrics = readMetrics(readFileSync(join(works.folder, "worker.prom"), "utf8"));
    const valuesOf = (wanted: string) =>
      metrics.filter(({ name }) => name === wanted).map(({ value }) => value);
    expect(valuesOf("nightledger_worker_done")).toHaveLength(1);
    expect(valuesOf("nightledger_workers_alive")).toEqual([2]);
    expect(valuesOf("nightledger_quota_places").length).toBeGreaterThan(2);
  }, WAIT);
});

test("what goes on is shown: the run, the queue, the workers and the quotas; accounts take turns", async () => {
  works = await openWorks({ accounts: 2, projects: 20, date: DATE, limit: { calls: 3, windowMs: 1000 } });
  const worker = await works.worker("--egress", "127.0.0.2", "--no-render");
  const run = works.start("ingest", "--date", DATE);
  const watch = works.start("runs", "--watch", "--json");
  let said = "";
  watch.child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  await run.ended;
  await sleep(2500);
  watch.child.kill("SIGINT");
  expect((await watch.ended).status).toBe(0);
  const seen = said
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(seen).toContainEqual({
    at: expect.any(String),
    run: {
      run_id: 1,
      data_date: DATE,
      status: "running",
      expected: expect.any(Number),
      fresh: expect.any(Number),
      missing: expect.any(Number),
    },
    work: {
      queues: expect.arrayContaining([
        expect.objectContaining({
          queue: expect.stringMatching(/^fetch-\d{4}\/ap-southeast-3$/),
          waiting: expect.any(Number),
        }),
      ]),
      workers: [
        expect.objectContaining({
          pid: worker.child.pid,
          egress: "127.0.0.2",
          regions: "all",
          is_alive: true,
          renders: false,
        }),
      ],
      quotas: expect.arrayContaining([expect.objectContaining({ places: 3, taken: expect.any(Number) })]),
    },
  });
  expect(seen.at(-1)).toMatchObject({ run: { status: "complete", missing: 0 }, work: { queues: [] } });
  // one address is too little for both accounts, so they take turns: neither waits until the other is done
  const turns = Object.groupBy(asked().slice(0, 12), ({ account }) => account ?? "");
  expect(Object.values(turns).map((own) => (own?.length ?? 0) >= 4)).toEqual([true, true]);
});

test("a worker serves the regions it is told to; what nobody serves is missing, and said so", async () => {
  works = await openWorks({ accounts: 1, projects: 12, date: DATE }, { quietMinutes: 0.05 });
  await works.worker("--regions", "ap-southeast-3", "--no-render");
  const { status, err } = await works.command("ingest", "--date", DATE);
  expect(status).toBe(3);
  const regions = await works.rows<{ region: string; outcome: string }>(
    "SELECT DISTINCT region, outcome FROM coverage_target_daily ORDER BY region",
  );
  expect(regions.filter(({ outcome }) => outcome === "fresh").map(({ region }) => region)).toEqual([
    "ap-southeast-3",
  ]);
  const [other] = regions.filter(({ outcome }) => outcome === "missing");
  expect(err).toMatch(
    new RegExp(
      `No worker took \\d+ targets of account "[^"]+" in ${other?.region}\\. Start a "nightledger worker" that serves`,
    ),
  );
});

test("a target that breaks off every worker is given up after so many, and named with what is missing", async () => {
  works = await openWorks({ accounts: 1, projects: 8, date: DATE }, { lapseSeconds: 30, tries: 2 });
  works.configure({ publish: [QUICK] });
  works.simulator.setFaults({ faults: [{ operation: "ListSecurityRisk", project: 2, fault: "stall" }] });
  const poisoned = works.simulator.world.projects[1]?.id ?? "";
  const workers = new Map(
    await Promise.all(
      ["127.0.0.2", "127.0.0.3", "127.0.0.4"].map(
        async (address) => [address, await works.worker("--egress", address)] as const,
      ),
    ),
  );
  // whoever asks for it dies of it
  const killed = new Set<string>();
  const killing = setInterval(() => {
    for (const { path, remoteAddress } of works.simulator.requests) {
      if (!path.includes(poisoned) || killed.has(remoteAddress)) continue;
      killed.add(remoteAddress);
      workers.get(remoteAddress)?.child.kill("SIGKILL");
    }
  }, 20);
  const { status, out, err } = await night();
  clearInterval(killing);
  const died = killed.size;
  const why = died === 2 && status === 3 ? "" : `${err}\n${[...workers.values()].map((one) => one.said())}`;
  expect({ died, status, why }).toEqual({ died: 2, status: 3, why: "" });
  expect(JSON.parse(out).failures[0]).toMatch(/^1 of \d+ targets are missing: crashed 1\.$/);
  expect(
    await works.rows(
      "SELECT project_id, failure_kind, detail FROM coverage_target_daily WHERE outcome = 'missing'",
    ),
  ).toEqual([
    {
      project_id: poisoned,
      failure_kind: "crashed",
      detail: expect.stringMatching(/^2 workers began to fetch it, and none came to an end\./),
    },
  ]);
  const [mail] = works.mailServer.mails;
  expect(mail?.raw.toString()).toContain("[Partial]");
});

test("a worker that is told to stop ends what it has begun; one that is outdated says so", async () => {
  works = await openWorks({ accounts: 1, projects: 30, date: DATE, limit: { calls: 5, windowMs: 1000 } });
  const [first, second] = await Promise.all([works.worker("--no-render"), works.worker("--no-render")]);
  const run = works.start("ingest", "--date", DATE, "--json");
  await vi.waitFor(() => expect(asked().length).toBeGreaterThan(4), WAIT);
  first.child.kill("SIGTERM");
  expect(await first.ended).toBe(0);
  expect(first.said()).toContain("Stopped: what was begun is done");
  expect(JSON.parse((await run.ended).out)).toMatchObject({ status: "complete", missing: 0 });

  await works.tableRows("INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', '2030-01-01')");
  expect(await second.ended).toBe(2);
  expect(second.said()).toMatch(
    /The ledger has the tables of a later nightledger \(9999-later; .*Upgrade this one/,
  );
  const late = await works.command("worker");
  expect(late).toMatchObject({
    status: 2,
    err: expect.stringContaining("Upgrade this one, and start it again."),
  });
});

test("workers need PostgreSQL, and say so", async () => {
  works = await openWorks({ projects: 2 });
  works.configure({ database: "./nightledger.db" });
  expect((await works.command("worker")).err).toContain(
    "workers: need the ledger in PostgreSQL; give database as",
  );
  works.configure({ workers: undefined });
  expect(await works.command("worker")).toMatchObject({
    status: 2,
    err: expect.stringContaining(
      'Workers share a PostgreSQL ledger. Put "workers: {}" into the configuration',
    ),
  });
  expect((await works.command("plan", "--hosts", "3")).err).toContain("--hosts goes with --simulate");
});
