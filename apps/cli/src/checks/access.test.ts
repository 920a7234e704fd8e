import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { readConfig } from "../config.ts";
import { accessFindings } from "./access.ts";

const BASE = {
  timeZone: "UTC",
  database: "private/night.db",
  accounts: [{ name: "acme", credential: { ak: "${env:AK}", sk: "${env:SK}" } }],
};

let folder: string;

/** A folder that everybody can enter, as /srv is; one within that nobody else can. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-access-"));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, "private"), { mode: 0o700 });
  mkdirSync(join(folder, "open"));
  chmodSync(join(folder, "open"), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, mode: number): string {
  const file = join(folder, name);
  writeFileSync(file, "x");
  chmodSync(file, mode);
  return file;
}

async function findings(settings: object): Promise<Record<string, string>> {
  const file = join(folder, "nightledger.yaml");
  writeFileSync(file, stringify({ ...BASE, ...settings }));
  const config = readConfig(file, { AK: "a", SK: "s" });
  const told: Record<string, string> = {};
  for await (const { subject, status, detail } of accessFindings(config)) {
    told[subject.slice(folder.length + 1)] = `${status}: ${detail.replaceAll(folder, "…")}`;
  }
  return told;
}

test("a copy that its group can read, in a folder it can enter, is as it should be", async () => {
  put("private/night.db", 0o600);
  put("open/copy.db", 0o440);
  const { gid } = statSync(join(folder, "open"));
  expect(await findings({ snapshot: { file: "open/copy.db", mode: "0640", group: gid } })).toEqual({
    "private/night.db": "ok: 0600: it is no more open than what is made for others.",
    "open/copy.db": "ok: 0440: Its group can read it.",
  });
});

test("who may read a file but cannot enter its folder is named", async () => {
  put("private/night.db", 0o600);
  put("private/night.prom", 0o644);
  const told = await findings({ operations: { metrics: { file: "private/night.prom", mode: "0644" } } });
  expect(told["private/night.prom"]).toBe(
    "warning: Its group may read it (0644), but cannot enter …/private. Let them in with chmod g+x …/private, or name a place elsewhere.",
  );
});

test("metrics and reports that nobody else can read are told", async () => {
  put("open/night.prom", 0o600);
  mkdirSync(join(folder, "open/share"));
  put("open/share/report.pdf", 0o600);
  const told = await findings({
    operations: { metrics: "open/night.prom" },
    publish: [{ report: "executive-summary", folder: "open/share" }],
  });
  const cure = (setting: string) =>
    `For others, give ${setting} a mode and a group: mode: "0640", group: analysts; and a folder that they can enter.`;
  expect(told["open/night.prom"]).toBe(
    `warning: Nobody but its owner can read it (0600). ${cure("operations.metrics")}`,
  );
  expect(told["open/share/report.pdf"]).toBe(
    `warning: Nobody but its owner can read it (0600). ${cure("folder")}`,
  );
});

test("a file that is not as the configuration says is told", async () => {
  put("open/night.prom", 0o664);
  const told = await findings({ operations: { metrics: { file: "open/night.prom", mode: "0644" } } });
  expect(told["open/night.prom"]).toBe(
    "warning: It has mode 0664, and operations.metrics says 0644: the next night makes it so.",
  );
});

test.each([
  [0o755, 0o644, "warning: Everybody on this machine can read it (0644). Close it: chmod o-r"],
  [
    0o755,
    0o660,
    "failed: Others than its owner may write it (0660), past all that is sealed. Close it: chmod go-w",
  ],
  [
    0o755,
    0o640,
    "warning: Its group can read it (0640), but not its copy for analysts (0400). Close it: chmod g-r",
  ],
  [0o777, 0o600, "failed: Everybody may replace it: …/private has mode 0777. Close it: chmod o-w"],
  [0o700, 0o644, "ok: 0644: it is no more open than what is made for others."],
])("a ledger in a folder of mode %o with mode %o is judged", async (folderMode, mode, said) => {
  put("private/night.db", mode);
  chmodSync(join(folder, "private"), folderMode);
  put("open/copy.db", 0o400);
  expect((await findings({ snapshot: "open/copy.db" }))["private/night.db"]).toContain(said);
});

test("modes without quotes, too wide ones and unknown groups are refused", async () => {
  const refusal = async (snapshot: unknown) =>
    await findings({ snapshot }).then(
      () => "taken",
      (error: Error) => error.message.split("\n").slice(1).join("; ").trim(),
    );
  const wide =
    'snapshot.mode: must be the mode of a file in quotes, such as "0640": 4 reads, 6 reads and writes, others read at most';
  expect(await refusal({ file: "a.db", mode: parse("0640") })).toBe(
    'snapshot.mode: must be in quotes, such as "0640"',
  );
  expect(await refusal({ file: "a.db", mode: "0666" })).toBe(wide);
  expect(await refusal({ file: "a.db", mode: "0755" })).toBe(wide);
  expect(await refusal({ file: "a.db", mode: "4644" })).toBe(wide);
  expect(await refusal({ file: "a.db", mode: "0640", group: "no-such-group-here" })).toBe(
    'snapshot.group: there is no group "no-such-group-here" in /etc/group of this machine; make it, or give its number',
  );
  expect(await refusal({ file: "a.db", mode: "0640", group: "root" })).toBe("taken");
});
