import { copyFileSync, mkdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runHere } from "../test-command.ts";
import { NIGHT, type NightShift, openNightShift } from "../test-night-shift.ts";
import { IS_FILE } from "../test-staff.ts";

let shift: NightShift;
let ledger: string;
let sound: Buffer;
let backup: string;

beforeAll(async () => {
  shift = await openNightShift({ projects: 4 });
  shift.configure({ publish: [] });
  ledger = join(shift.folder, "nightledger.db");
  await shift.command("ingest", "--date", NIGHT);
  backup = join(shift.folder, "elsewhere", "backup.db");
  mkdirSync(join(shift.folder, "elsewhere"));
  expect((await shift.command("backup", backup)).status).toBe(0);
  sound = readFileSync(ledger);
  // the analysts' copy is older here than the backup
  utimesSync(join(shift.folder, "nightledger.analyst.db"), 1, 1);
});
afterAll(async () => await shift.close());

const DAMAGES: [what: string, harm: () => void][] = [
  [
    "its header is overwritten",
    () => writeFileSync(ledger, Buffer.concat([Buffer.alloc(100, 7), sound.subarray(100)])),
  ],
  ["it is garbage", () => writeFileSync(ledger, "no ledger any more".repeat(1000))],
  ["it is cut short", () => truncateSync(ledger, 8192)],
  [
    "all but its first page is garbage",
    () =>
      writeFileSync(
        ledger,
        Buffer.concat([sound.subarray(0, 4096), Buffer.alloc(sound.length - 4096, 0xa5)]),
      ),
  ],
];

const COMMANDS: string[][] = [
  ["ingest", "--date", NIGHT],
  ["nightly", "--date", NIGHT, "--log", "text"],
  ["report", "--format", "html"],
  ["deliver", "--date", NIGHT],
  ["query", "SELECT * FROM risk_daily"],
  ["runs"],
  ["runs", "show", "1"],
  ["plan", "--date", NIGHT],
  ["replay", "--dry-run"],
  ["explain", "score"],
  ["exceptions"],
  ["compact", "--months", "1"],
  ["copy", "--to", "postgres://night@127.0.0.1:9/nowhere"],
  ["doctor"],
  ["backup", "other.db", "--force"],
];

test.skipIf(!IS_FILE).each(DAMAGES)(
  "when %s, every command names restore and the newest backup",
  async (_, harm) => {
    const way = `Restore the newest backup that is known of: "nightledger restore ${backup} --force", which keeps the damaged file beside it.`;
    for (const args of COMMANDS) {
      writeFileSync(ledger, sound);
      harm();
      const { status, out, err } = await runHere(shift.folder, args);
      expect([args.join(" "), (out + err).includes(way)]).toEqual([args.join(" "), true]);
      expect([args.join(" "), status]).not.toEqual([args.join(" "), 0]);
      expect([args.join(" "), (out + err).includes("Check the path")]).toEqual([args.join(" "), false]);
    }
  },
);

test.skipIf(!IS_FILE)("the command that is named brings the ledger back", async () => {
  writeFileSync(ledger, "no ledger any more".repeat(1000));
  expect((await shift.command("restore", backup, "--force")).status).toBe(0);
  expect(await shift.rows("SELECT COUNT(*) AS n FROM risk_daily")).toEqual([{ n: 4 }]);
});

test.skipIf(!IS_FILE)(
  "a backup that is gone or cut short is not named, and the analysts' copy may be",
  async () => {
    const copy = join(shift.folder, "elsewhere", "aside.db");
    copyFileSync(backup, copy);
    truncateSync(backup, 4096);
    writeFileSync(ledger, "no ledger any more".repeat(1000));
    expect((await shift.command("runs")).err).toContain(
      `"nightledger restore ${join(shift.folder, "nightledger.analyst.db")} --force"`,
    );
    writeFileSync(join(shift.folder, "nightledger.analyst.db"), "");
    expect((await shift.command("runs")).err).toContain(
      'No backup is known of here: look for one, and restore it with "nightledger restore FILE --force"',
    );
    copyFileSync(copy, backup);
  },
);
