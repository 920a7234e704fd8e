import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { BrowserLeftovers } from "../process/browser-leftovers.ts";
import { browsersHere } from "../testing/browsers-here.ts";
import { makeShortFolder } from "../testing/short-folder.ts";
import { browserFolderPrefix } from "./browser-folder.ts";
import { browserRoots } from "./browser-root.ts";
import { BROWSER_SETTING, type FoundChromium, findChromiums } from "./find-chromium.ts";
import { openPrinter } from "./printer.ts";
import { trialPrint } from "./trial-print.ts";

/** What Debian's Chromium writes where its folder is too long: its launcher's line comes first. */
const LONG_SOCKET = `/usr/bin/chromium: 9: [: 25276026880: unexpected operator
[30767:30767:1130/083957.038554:FATAL:chrome/browser/process_singleton_posix.cc:315] Socket path too long: /a/b.
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-launch-"));
  return () => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  };
});

/** The folders that browsers of this process have now, wherever they lie. */
const ownFolders = (): string[] =>
  browserRoots()
    .filter(existsSync)
    .flatMap((root) => readdirSync(root).map((name) => join(root, name)))
    .filter((path) => path.includes(`/${browserFolderPrefix(process.pid)}`));

/** A program that writes to stderr and ends with status 1, as a browser that does not start. */
function brokenBrowser(stderr: string): string {
  const file = join(folder, "broken-browser");
  writeFileSync(join(folder, "stderr"), stderr);
  writeFileSync(file, `#!/bin/sh\ncat '${join(folder, "stderr")}' >&2\nexit 1\n`);
  chmodSync(file, 0o755);
  return file;
}

const installed = (file: string): FoundChromium => ({
  origin: "installed",
  name: file,
  file: async () => file,
});

describe.each(await browsersHere())("%s", (browser) => {
  test.each([60, 100, 180])("prints where TMPDIR has %d characters", async (length) => {
    const long = join(folder, "x".repeat(Math.max(1, length - folder.length - 1)));
    mkdirSync(long);
    vi.stubEnv("TMPDIR", long);
    vi.stubEnv(BROWSER_SETTING, browser);
    const printer = await openPrinter({ pages: 1 });
    const [own = "", ...others] = ownFolders();
    const running = new BrowserLeftovers(dirname(own)).running();
    expect(Buffer.from((await printer.pdf("<p>Long")).pdf).toString("latin1", 0, 5)).toBe("%PDF-");
    await printer.close();
    expect(others).toEqual([]);
    expect(running.length).toBeGreaterThan(0);
    expect(ownFolders()).toEqual([]);
    expect(readdirSync(long)).toEqual([]);
  });

  test("leaves nothing in its user's home", async () => {
    const tmp = makeShortFolder();
    const home = join(folder, "home");
    mkdirSync(home);
    for (const [name, value] of Object.entries({ TMPDIR: tmp, HOME: home, [BROWSER_SETTING]: browser })) {
      vi.stubEnv(name, value);
    }
    for (const name of ["XDG_CONFIG_HOME", "XDG_CACHE_HOME"]) vi.stubEnv(name, undefined);
    const printer = await openPrinter({ pages: 1 });
    await printer.pdf("<p>Home");
    await printer.close();
    expect(readdirSync(home, { recursive: true })).toEqual([]);
    expect(readdirSync(tmp)).toEqual([]);
    rmSync(tmp, { recursive: true });
  });

  test("prints where TMPDIR is missing", async () => {
    vi.stubEnv("TMPDIR", join(folder, "missing"));
    vi.stubEnv(BROWSER_SETTING, browser);
    const printer = await openPrinter({ pages: 1 });
    expect(ownFolders()).toHaveLength(1);
    await printer.close();
    expect(ownFolders()).toEqual([]);
  });
});

test("an installed browser that does not start is named, and the next one prints", async () => {
  const broken = brokenBrowser(LONG_SOCKET);
  const { browser, failed, text } = await trialPrint({
    browsers: [installed(broken), ...findChromiums({}).slice(-1)],
  });
  expect(failed).toEqual([
    `${broken} does not start (Socket path too long: /a/b.). Reports are printed with the packaged Chromium.`,
  ]);
  expect(browser).toMatch(/Chrome\/\d.* \(the packaged Chromium\)/);
  expect(text).toContain("nightledger");
});

test("an installed browser that does not start is not tried again for the next browser", async () => {
  const broken = brokenBrowser("no");
  const warnings: string[] = [];
  const printer = await openPrinter({
    pages: 1,
    restartAfter: 1,
    browsers: [installed(broken), ...findChromiums({}).slice(-1)],
    warn: (sentence) => warnings.push(sentence),
  });
  rmSync(broken);
  await printer.pdf("<p>1");
  await printer.pdf("<p>2");
  await printer.close();
  expect(warnings).toHaveLength(1);
});

test("a browser that the user named and that does not start is an error, with the line that matters", async () => {
  const broken = brokenBrowser(LONG_SOCKET);
  vi.stubEnv(BROWSER_SETTING, broken);
  await expect(openPrinter()).rejects.toMatchObject({
    name: "BrowserNotFoundError",
    message: `There is no browser to print with: ${broken}, which PUPPETEER_EXECUTABLE_PATH names, does not start (Socket path too long: /a/b.). Install Chrome or Chromium, or set PUPPETEER_EXECUTABLE_PATH to one.`,
  });
  expect(ownFolders()).toEqual([]);
});

test("a browser that the user named and that is missing is an error", async () => {
  vi.stubEnv(BROWSER_SETTING, "/nowhere/chromium");
  await expect(openPrinter()).rejects.toThrow(
    "/nowhere/chromium, which PUPPETEER_EXECUTABLE_PATH names, is not there. Install",
  );
});

test("every browser that does not start is named when none does", async () => {
  const silent = brokenBrowser("");
  const missing: FoundChromium = installed("/nowhere/chrome");
  await expect(openPrinter({ browsers: [missing, installed(silent)] })).rejects.toThrow(
    `There is no browser to print with: /nowhere/chrome does not start (nightledger-browser: 1: /nowhere/chrome: not found); ${silent} does not start (exit status 1). Install`,
  );
});

test("a sandbox that cannot start is its own error where no browser starts", async () => {
  const broken = brokenBrowser("[1:1:1/2.3:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox!\n");
  await expect(openPrinter({ browsers: [installed(broken)] })).rejects.toMatchObject({
    name: "SandboxError",
  });
});

test("the packaged browser is unpacked among the temporary files where the cache cannot be written", async () => {
  const tmp = join(folder, "x".repeat(60));
  mkdirSync(tmp);
  writeFileSync(join(folder, "file"), "no folder");
  vi.stubEnv("TMPDIR", tmp);
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "file"));
  const [packaged] = findChromiums({}).slice(-1);
  const file = (await packaged?.file()) ?? "";
  expect(dirname(dirname(file))).toBe(tmp);
  const printer = await openPrinter({ pages: 1, browsers: packaged === undefined ? [] : [packaged] });
  await printer.close();
  expect(printer.version).toMatch(/Chrome/);
});

test("a folder that others can write is not trusted with the packaged browser", async () => {
  const shared = join(folder, `nightledger-${process.getuid?.()}`);
  mkdirSync(shared);
  chmodSync(shared, 0o777);
  writeFileSync(join(folder, "file"), "no folder");
  vi.stubEnv("TMPDIR", folder);
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "file"));
  const file = await findChromiums({}).at(-1)?.file();
  expect(dirname(file ?? "")).not.toBe(shared);
  expect(readdirSync(shared)).toEqual([]);
});
