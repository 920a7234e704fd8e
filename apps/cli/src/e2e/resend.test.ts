import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deliveriesIn, NIGHT, type NightShift, openNightShift, QUICK } from "../test-night-shift.ts";

const CISO = "ciso@example.com";
const CFO = "cfo@example.com";

let shift: NightShift;

beforeEach(async () => {
  shift = await openNightShift({ projects: 2 });
  shift.configure({ publish: [{ ...QUICK, to: [CISO, CFO] }] });
  expect((await shift.command("nightly", "--date", NIGHT)).status).toBe(0);
});
afterEach(() => shift.close());

const resend = (...args: string[]) => shift.command("deliver", "--resend", ...args);
const arrived = () => shift.mailServer.mails.map(({ to }) => to.join());
const states = async () => (await deliveriesIn(shift.database)).map((line) => line.split(": ")[1]);
const messageIds = () =>
  shift.mailServer.mails.map(({ raw }) => /^Message-ID:\s*(\S+)/im.exec(raw.toString("latin1"))?.[1]);

test("sends a lost mail again, and the ledger keeps both sends with who and why", async () => {
  const { status, err } = await resend(
    "--to",
    "CISO@example.com",
    "--reason",
    "The relay's queue was\nlost.",
  );
  expect(err).toContain(`Delivery 1: executive-summary of ${NIGHT}, edition 1, goes to ${CISO} again.`);
  expect(status).toBe(0);
  expect(arrived()).toEqual([CISO, CFO, CISO]);
  const [first, , second] = await shift.mails();
  expect(second).toEqual(first);
  const ids = messageIds();
  expect(new Set(ids).size).toBe(3);
  expect(
    await shift.rows(
      "SELECT delivery_id, edition, state, sends, message_id FROM delivery_history ORDER BY 1",
    ),
  ).toEqual([
    { delivery_id: 1, edition: 1, state: "sent", sends: 2, message_id: ids[2] },
    { delivery_id: 2, edition: 1, state: "sent", sends: 1, message_id: ids[1] },
  ]);
  const steps = (await shift.rows(
    "SELECT state, answer FROM delivery_event_history WHERE delivery_id = 1 ORDER BY event_id",
  )) as { state: string; answer: string }[];
  expect(steps.map(({ state }) => state)).toEqual([
    "pending",
    "sending",
    "sent",
    "pending",
    "sending",
    "sent",
  ]);
  expect(steps[3]?.answer).toMatch(/^To be sent again, by \S.*: The relay's queue was lost\.$/);
  const doctor = await shift.command("doctor", "--json");
  const altered = JSON.parse(doctor.out).findings.filter(
    ({ check, status: found }: Record<string, string>) => check === "integrity" && found !== "ok",
  );
  expect(altered).toEqual([]);
});

test("sends again by number, by audience and by report, each once for each time it is asked", async () => {
  expect((await resend("2", "--reason", "lost")).status).toBe(0);
  expect((await resend("--report", "executive-summary", "--date", NIGHT, "--reason", "lost")).status).toBe(0);
  expect(arrived()).toEqual([CISO, CFO, CFO, CISO, CFO]);
  const json = await resend("1", "2", "2", "--reason", "lost", "--json");
  expect(JSON.parse(json.out)).toMatchObject({
    dataDate: NIGHT,
    resent: [1, 2],
    deliveries: [{ sends: 3 }, { sends: 4 }],
  });
  expect((await shift.command("deliver")).status).toBe(0);
  expect((await shift.command("nightly", "--date", NIGHT)).status).toBe(0);
  expect(arrived().length).toBe(7);
  expect(new Set(messageIds()).size).toBe(7);
});

test("shows in a dry run what would be sent again, and sends nothing", async () => {
  const { status, out } = await resend("--to", CFO, "--dry-run");
  expect(status).toBe(0);
  expect(out).toMatch(/2026-11-24 +executive-summary +1 +cfo@example\.com +mail +sent +would be sent again/);
  expect(out).not.toContain(CISO);
  expect(arrived()).toEqual([CISO, CFO]);
  expect(await states()).toEqual(["sent", "sent"]);
});

const REFUSED: [what: string, args: string[], sentence: string][] = [
  ["no reason", ["--resend", "1"], "Give the reason with --reason TEXT"],
  ["a long reason", ["--resend", "1", "--reason", "x".repeat(301)], "300 characters at most, and it has 301"],
  ["nobody", ["--resend", "--reason", "x"], "Name what is sent again"],
  ["a number and an address", ["--resend", "1", "--to", CISO, "--reason", "x"], "not both"],
  ["a number that is none", ["--resend", "one", "--reason", "x"], '"one" is no number of a delivery'],
  ["no such delivery", ["--resend", "1", "9", "--reason", "x"], "There is no delivery 9."],
  [
    "an address that got nothing",
    ["--resend", "--to", "eve@example.com", "--reason", "x"],
    "that was sent fits",
  ],
  [
    "an audience that got nothing",
    ["--resend", "--audience", "payments", "--reason", "x"],
    "that was sent fits",
  ],
  ["a decision", ["--resend", "1", "--resolve", "1", "--as", "sent", "--reason", "x"], "do not go together"],
  ["a number without --resend", ["12"], '"12" is not understood here without --resend.'],
  ["an address without --resend", ["--to", CISO], "--to goes with --resend."],
];

test("refuses what is incomplete, contradictory or not there with status 2, and sends nothing", async () => {
  for (const [what, args, sentence] of REFUSED) {
    const { status, out, err } = await shift.command("deliver", ...args);
    expect({ status, out }, what).toEqual({ status: 2, out: "" });
    expect(err, what).toContain(sentence);
  }
  expect(arrived()).toEqual([CISO, CFO]);
  expect(await states()).toEqual(["sent", "sent"]);
});

test("refuses an edition whose files are gone, and leaves all as they were", async () => {
  const reports = join(shift.folder, "reports");
  for (const file of readdirSync(reports, { recursive: true, encoding: "utf8" })) {
    if (file.endsWith(".mail.html")) rmSync(join(reports, file));
  }
  const { status, err } = await resend("1", "--reason", "lost");
  expect(status).toBe(2);
  expect(err).toMatch(/Delivery 1 cannot be sent again: .*Nothing was changed\./);
  expect(await states()).toEqual(["sent", "sent"]);
});

/** Kills a resend as soon as the first delivery is in a state. */
async function killedWhen(state: string): Promise<void> {
  const { child, ended } = await shift.start(["deliver", "--resend", "1", "--reason", "lost"]);
  while ((await states())[0] !== state) await sleep(20);
  child.kill("SIGKILL");
  await ended;
}

test("sends once what was to be sent again when the process was killed", async () => {
  shift.mailServer.setFaults({ stall: { at: "greeting", ms: 60_000 } });
  await killedWhen("pending");
  shift.mailServer.setFaults({});
  expect((await shift.command("deliver")).status).toBe(0);
  expect((await shift.command("deliver")).status).toBe(0);
  expect(arrived()).toEqual([CISO, CFO, CISO]);
});

test("does not send a third mail by itself when it was killed while the second was on its way", async () => {
  shift.mailServer.setFaults({ stall: { at: "dot", ms: 500 } });
  await killedWhen("sending");
  while (arrived().length < 3) await sleep(20);
  shift.mailServer.setFaults({});
  const { status, err } = await shift.command("deliver");
  expect(status).toBe(6);
  expect(err).toContain("may have arrived, or not; look, and tell with: nightledger deliver --resolve 1");
  expect(arrived()).toEqual([CISO, CFO, CISO]);
  const refused = await resend("1", "--reason", "lost");
  expect([refused.status, refused.err]).toEqual([2, expect.stringContaining("--resolve 1 --as again")]);
  expect((await shift.command("deliver", "--resolve", "1", "--as", "again")).status).toBe(0);
  const ids = messageIds();
  expect(ids[3]).toBe(ids[2]);
  expect(await shift.rows("SELECT sends FROM delivery_history WHERE delivery_id = 1")).toEqual([
    { sends: 2 },
  ]);
});
