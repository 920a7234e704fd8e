import { setTimeout as sleep } from "node:timers/promises";
import { seeded } from "@nightledger/store/testing";
import { expect, test } from "vitest";
import { QUICK, readMail } from "./test-night-shift.ts";
import type { Wire } from "./test-wire.ts";
import { openWorks, type WorkerProcess, type Works } from "./test-workers.ts";

/** Nights of which each has workers that are killed, paused or cut off, and sometimes a coordinator that is killed. */
const NIGHTS = process.env.FULL_TRIALS === "1" ? 30 : 2;
const WORKERS = 3;
const TO = ["one@example.com", "two@example.com", "three@example.com"];
/** A target that is refused, and one that answers nonsense: gaps are to be the same, too. */
const FAULTS = {
  faults: [
    { operation: "ListSecurityRisk" as const, project: 3, fault: "forbidden" as const },
    { operation: "ListSecurityRisk" as const, project: 4, fault: "numbers_as_strings" as const },
  ],
};
/** What a ledger says of every night, whatever order things came in. */
const SAID = [
  "SELECT data_date, project_id, outcome, failure_kind FROM coverage_target_daily ORDER BY 1, 2",
  "SELECT r.data_date, t.project_id, r.total_risk_num, r.deducted, r.score FROM risk_daily r JOIN coverage_target_daily t ON t.target_id = r.target_id AND t.data_date = r.data_date ORDER BY 1, 2",
  "SELECT s.data_date, t.project_id, s.category, s.severity_raw, s.risk_num FROM severity_daily s JOIN coverage_target_daily t ON t.target_id = s.target_id AND t.data_date = s.data_date ORDER BY 1, 2, 3, 4",
];

const dateOf = (nth: number): string =>
  new Date(Date.UTC(2026, 9, 1) + nth * 86_400_000).toISOString().slice(0, 10);

const world = {
  accounts: 2,
  projects: 30,
  limit: { calls: 8, windowMs: 1000 },
  date: dateOf(0),
  faults: FAULTS,
};

interface Hand {
  worker: WorkerProcess;
  wire: Wire;
}

async function hire(works: Works): Promise<Hand> {
  const wire = await works.wire();
  return { wire, worker: await works.worker("--config", wire.config) };
}

const said = async (works: Works): Promise<unknown[]> => {
  const all: unknown[] = [];
  for (const sql of SAID) all.push(await works.rows(sql));
  return all;
};

/** The same nights by one process on SQLite, undisturbed. */
async function undisturbed(): Promise<unknown[]> {
  const works = await openWorks(world);
  try {
    works.configure({ database: "./nightledger.db", workers: undefined });
    for (let nth = 0; nth < NIGHTS; nth += 1) {
      works.simulator.setDate(dateOf(nth));
      await works.command("ingest", "--date", dateOf(nth));
    }
    return await said(works);
  } finally {
    await works.close();
  }
}

test("workers that are killed, paused or cut off lose no target, load none twice, and no mail is doubled", async () => {
  const expected = await undisturbed();
  const works = await openWorks(world, { lapseSeconds: 10 });
  const random = seeded(7);
  const harms: Record<string, number> = {};
  try {
    works.configure({ publish: [{ ...QUICK, to: TO }] });
    const hands = await Promise.all(Array.from({ length: WORKERS }, () => hire(works)));

    async function harm(): Promise<void> {
      const nth = Math.floor(random() * WORKERS);
      const { worker, wire } = hands[nth] as Hand;
      const kind = ["kill", "pause", "cut"][Math.floor(random() * 3)] as string;
      harms[kind] = (harms[kind] ?? 0) + 1;
      // shorter than a worker may be silent, or longer
      const ms = random() < 0.5 ? random() * 3000 : 10_000 + random() * 5000;
      if (kind === "cut") await wire.cut(ms);
      if (kind === "pause") {
        worker.child.kill("SIGSTOP");
        await sleep(ms);
        worker.child.kill("SIGCONT");
      }
      if (kind === "kill") {
        worker.child.kill("SIGKILL");
        await worker.ended;
        hands[nth] = await hire(works);
      }
    }

    for (let night = 0; night < NIGHTS; night += 1) {
      const date = dateOf(night);
      works.simulator.setDate(date);
      let { child, ended } = works.start("nightly", "--date", date, "--log", "json");
      const killsCoordinator = random() < 0.3;
      const harming = (async () => {
        await sleep(1500 + random() * 3000);
        await harm();
        if (random() < 0.5) await harm();
      })();
      if (killsCoordinator) {
        await Promise.race([ended, sleep(2000 + random() * 4000)]);
        child.kill("SIGKILL");
        await ended;
        harms.coordinator = (harms.coordinator ?? 0) + 1;
        ({ child, ended } = works.start("nightly", "--date", date, "--log", "json"));
      }
      const { status, err } = await ended;
      expect({ night, status, err: status === 3 ? "" : err }).toEqual({ night, status: 3, err: "" });
      await harming;
    }

    expect(await said(works)).toEqual(expected);
    const mails = await Promise.all(
      works.mailServer.mails.map(async ({ to, raw }) => `${to}: ${(await readMail(raw)).subject}`),
    );
    expect(mails.length - new Set(mails).size, mails.sort().join("\n")).toBe(0);
    const reports = mails.filter((mail) => TO.some((to) => mail.startsWith(to)));
    expect(reports.length).toBe(NIGHTS * TO.length);
    const open = await works.rows("SELECT * FROM delivery_history WHERE kind = 'report' AND state <> 'sent'");
    expect(open).toEqual([]);
    console.log(`${NIGHTS} nights: ${JSON.stringify(harms)}`);
    works.simulator.setFaults({});
    const doctor = await works.command("doctor", "--json");
    // the chain of seals, every content and every sum, among others
    expect(JSON.parse(doctor.out)).toMatchObject({ failed: 0 });
  } finally {
    await works.close();
  }
}, 3_600_000);
