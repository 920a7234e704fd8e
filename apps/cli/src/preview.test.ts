import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

let folder: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-cli-"));
  mkdirSync(join(folder, "tmp"));
  mkdirSync(join(folder, "theme"));
});

afterEach(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

const company = (name: string) => writeFileSync(join(folder, "theme", "theme.yaml"), `company: ${name}\n`);

/** The command as a user runs it, with its lines. */
function start(...args: string[]) {
  const env = { PATH: process.env.PATH, TMPDIR: join(folder, "tmp") };
  const started = spawn(process.execPath, [MAIN, "report", ...args], { cwd: folder, env });
  child = started;
  const closed = once(started, "close");
  const errors = createInterface(started.stderr)[Symbol.asyncIterator]();
  const lines = createInterface(started.stdout)[Symbol.asyncIterator]();
  /** The next line of stderr that begins so. */
  async function told(begin: string): Promise<string> {
    for (;;) {
      const { value, done } = await errors.next();
      if (done === true || value.startsWith(begin)) return value ?? "";
    }
  }
  return { started, closed, told, line: async () => (await lines.next()).value ?? "" };
}

test("report --watch --sample serves a report that follows its files, and leaves nothing behind", async () => {
  company("Aurora");
  const { started, closed, told, line } = start(
    "--watch",
    "--sample",
    "--json",
    "--theme",
    "theme",
    "--report",
    "project-detail",
    "--locale",
    "zh-Hans",
  );
  const { url } = JSON.parse(await line());
  expect(await told("Made")).toMatch(/^Made in \d+ ms\.$/);
  expect(await (await fetch(url)).text()).toMatch(/<html lang="zh-Hans">.*<span>Aurora<\/span>/s);

  company("Boreal");
  await told("Made");
  expect(await (await fetch(url)).text()).toContain("<span>Boreal</span>");

  company("[");
  expect(await told("Cannot be made")).toMatch(/theme\.yaml: cannot be read: .* at line \d+/);

  started.kill("SIGINT");
  expect(await closed).toEqual([0, null]);
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
});

test.each([
  [["--sample"], "--sample goes with --watch."],
  [["--watch", "--sample", "--out", "x"], "--out does not go with --watch, which writes no files."],
])("report %j is refused", async (args, why) => {
  const { closed, told } = start(...args);
  expect(await told("nightledger:")).toBe(`nightledger: ${why}`);
  expect(await closed).toEqual([2, null]);
});
