import { setTimeout as sleep } from "node:timers/promises";
import { openReader } from "@nightledger/store";
import { seeded } from "@nightledger/store/testing";
import { expect, test } from "vitest";
import { type NightShift, openNightShift, QUICK } from "./test-night-shift.ts";

/** Two ledgers side by side, so many nights each. */
const SIDES = 2;
const NIGHTS = 2;
const KILLS_A_NIGHT = process.env.FULL_TRIALS === "1" ? 13 : 3;
const TO = Array.from({ length: 12 }, (_, index) => `reader-${index + 1}@example.com`);

const messageIdOf = (raw: Buffer): string =>
  /^Message-ID:\s*(<[^>]+>)/im.exec(raw.toString("latin1"))?.[1] ?? "";

async function open(): Promise<NightShift> {
  const shift = await openNightShift({ projects: 4 });
  const { port } = shift.mailServer;
  const mail = { host: "localhost", port, ca: "mail-ca.pem", from: "night@example.com", retrySeconds: 0.05 };
  shift.configure({ publish: [{ ...QUICK, to: TO }], mail });
  // a server that takes its time, so that a death comes in the middle of a mail
  shift.mailServer.setFaults({ stall: { at: "dot", ms: 40 } });
  return shift;
}

/** Waits until the mail server has taken another mail, or as long as it may. */
async function anotherMail({ mails }: NightShift["mailServer"], mostMs: number): Promise<void> {
  const [before, end] = [mails.length, Date.now() + mostMs];
  while (mails.length === before && Date.now() < end) await sleep(5);
}

/** Kills a night at a moment: anywhere in it, or close to a delivery. */
async function killed(shift: NightShift, date: string, random: () => number, usualMs: number): Promise<void> {
  const { child, ended } = await shift.start(["nightly", "--date", date]);
  const gone = ended.then(() => {});
  if (random() < 0.5) await Promise.race([gone, sleep(random() * usualMs)]);
  else {
    await Promise.race([gone, anotherMail(shift.mailServer, 2 * usualMs)]);
    await Promise.race([gone, sleep(random() * 60)]);
  }
  child.kill("SIGKILL");
  await gone;
}

/** Nights that are killed again and again, and started once more. */
async function killNights(shift: NightShift, seed: number): Promise<void> {
  const random = seeded(seed);
  let usualMs = 3000;
  for (let night = 1; night <= NIGHTS; night += 1) {
    const date = `2026-11-${String(night).padStart(2, "0")}`;
    shift.simulator.setDate(date);
    for (let kill = 0; kill < KILLS_A_NIGHT; kill += 1) await killed(shift, date, random, usualMs);
    const begun = Date.now();
    const { status, err } = await shift.command("nightly", "--date", date);
    usualMs = Math.max(1500, Date.now() - begun);
    expect([0, 3, 6], `seed ${seed}: ${err}`).toContain(status);
  }
}

/** What the ledger of deliveries says against what arrived. */
async function hold(shift: NightShift, seed: number): Promise<Record<string, number>> {
  const arrived = Map.groupBy(shift.mailServer.mails, ({ raw }) => messageIdOf(raw));
  const twice = [...arrived].filter(([, mails]) => mails.length > 1).map(([id]) => id);
  expect(twice, `seed ${seed}`).toEqual([]);

  const reader = await openReader(shift.database);
  const rows = await reader.db.selectFrom("delivery_history").selectAll().execute();
  await reader.close();
  const reports = rows.filter(({ kind }) => kind === "report");
  // the ledger says sent: it arrived; it says unknown: it may have; it says anything else: it did not
  for (const { state, message_id, recipient, data_date, edition } of reports) {
    const came = message_id !== null && arrived.has(message_id);
    const about = `seed ${seed}: ${data_date} e${edition} to ${recipient} is ${state}, and ${came ? "came" : "did not come"}`;
    if (state === "sent") expect(came, about).toBe(true);
    else if (state !== "unknown") expect(came, about).toBe(false);
  }
  // nobody is left out, and nothing waits
  const seen = reports
    .filter(({ state }) => state === "sent" || state === "unknown")
    .map(({ data_date, recipient }) => `${data_date} ${recipient}`);
  expect(new Set(seen).size, `seed ${seed}`).toBe(NIGHTS * TO.length);
  const waiting = rows.filter(({ state }) => ["pending", "sending", "deferred"].includes(state));
  expect(waiting, `seed ${seed}`).toEqual([]);
  // every mail that came is on record
  const known = new Set(rows.map(({ message_id }) => message_id));
  expect(
    [...arrived.keys()].filter((id) => !known.has(id)),
    `seed ${seed}`,
  ).toEqual([]);
  return Object.fromEntries(
    [...Map.groupBy(reports, ({ state }) => state)].map(([state, all]) => [state, all.length]),
  );
}

test("nights that are killed at any moment send every mail once, or say that they do not know", async () => {
  const sides = Array.from({ length: SIDES }, (_, side) => (Date.now() % 1_000_000) + side);
  const counted = await Promise.all(
    sides.map(async (seed) => {
      const shift = await open();
      try {
        await killNights(shift, seed);
        return await hold(shift, seed);
      } finally {
        await shift.close();
      }
    }),
  );
  console.log(`${SIDES * NIGHTS * KILLS_A_NIGHT} kills: ${JSON.stringify(counted)}`);
}, 600_000);
