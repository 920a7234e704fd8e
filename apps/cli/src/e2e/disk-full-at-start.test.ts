import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Exit } from "../test-command.ts";
import { NIGHT, type NightShift, openNightShift, QUICK } from "../test-night-shift.ts";
import { IS_FILE } from "../test-staff.ts";
import { type Listener, startListener } from "../watch/test-listener.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const MORNING = "2026-11-25";

let shift: NightShift;
let listener: Listener;

beforeEach(async () => {
  [shift, listener] = await Promise.all([openNightShift(), startListener()]);
  shift.configure({
    publish: [QUICK],
    operators: { to: ["operators@example.com"], webhooks: [{ url: `${listener.url}/hook` }] },
    operations: { ping: { failure: `${listener.url}/failed` } },
  });
});
afterEach(async () => {
  await Promise.all([shift.close(), listener.close()]);
});

/** The command as a user runs it, where no file may grow beyond so many blocks of 512 bytes. */
function whereFull(blocks: number, ...args: string[]): Promise<Exit> {
  const command = [process.execPath, MAIN, ...args];
  const child = spawn("sh", ["-c", 'ulimit -f "$0" && exec "$@"', String(blocks), ...command], {
    cwd: shift.folder,
    env: { PATH: process.env.PATH },
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    said.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    said.err += chunk;
  });
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, ...said })));
}

const noRoom =
  /The ledger cannot be written: there is no room left where "database" lies \(\w+\)\..* Make room there/s;

// 0: nothing can be opened; 64: the log's index can be, and the lease cannot be taken
test.runIf(IS_FILE).each([0, 64])(
  "a disk that is full when a night starts (%i blocks) ends it with status 4, and operators get their notice",
  async (blocks) => {
    expect(await shift.command("nightly", "--date", NIGHT)).toMatchObject({ status: 0 });
    shift.simulator.setDate(MORNING);
    const before = shift.mailServer.mails.length;

    const { status, out, err } = await whereFull(blocks, "nightly", "--log", "text", "--date", MORNING);
    expect({ status, out, err }).toEqual({ status: 4, out: "", err: expect.stringMatching(noRoom) });
    const mails = (await shift.mails()).slice(before);
    expect(mails.map(({ to }) => to)).toEqual(["operators@example.com"]);
    expect(mails[0]?.text).toMatch(noRoom);
    expect(listener.heard.map(({ path }) => path).sort()).toEqual(["/failed", "/hook"]);
    for (const { body } of listener.heard) expect(body).toMatch(/Make room there/);

    expect(await shift.command("nightly", "--date", MORNING)).toMatchObject({ status: 0 });
    expect(
      await shift.rows("SELECT data_date, expected, fresh FROM coverage_daily ORDER BY data_date"),
    ).toEqual([
      { data_date: NIGHT, expected: 6, fresh: 6 },
      { data_date: MORNING, expected: 6, fresh: 6 },
    ]);
  },
);

test.runIf(IS_FILE)(
  "a first night on a full disk leaves nothing that keeps the next from its ledger",
  async () => {
    expect(await whereFull(0, "ingest", "--date", NIGHT)).toMatchObject({
      status: 4,
      err: expect.stringMatching(noRoom),
    });
    expect(existsSync(shift.database)).toBe(false);
    expect(await whereFull(64, "ingest", "--date", NIGHT)).toMatchObject({
      status: 4,
      err: expect.stringMatching(noRoom),
    });
    expect(await shift.command("ingest", "--date", NIGHT)).toMatchObject({ status: 0 });
  },
);
