import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { placeFile } from "./place-file.ts";
import { TemporaryFile } from "./temporary-file.ts";

let folder: string;
let share: string;
let secret: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-place-"));
  share = join(folder, "share");
  secret = join(folder, "secret");
  mkdirSync(share);
  writeFileSync(secret, "untouched");
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

test("a link at the place is replaced, not written through", () => {
  symlinkSync(secret, join(share, "report.pdf"));
  placeFile(share, "report.pdf", "PDF");
  expect(readFileSync(secret, "utf8")).toBe("untouched");
  expect(lstatSync(join(share, "report.pdf")).isSymbolicLink()).toBe(false);
  expect(readFileSync(join(share, "report.pdf"), "utf8")).toBe("PDF");
});

test("links at every name that a temporary file once had are not followed", () => {
  for (const name of [".report.pdf.part", `report.pdf.${process.pid}.partial`, "report.pdf.part"]) {
    symlinkSync(secret, join(share, name));
  }
  placeFile(share, "report.pdf", "PDF");
  expect(readFileSync(secret, "utf8")).toBe("untouched");
});

test("a link that takes a temporary file's place while it is written is refused", () => {
  const temporary = new TemporaryFile(join(share, "copy.db"), { mode: 0o644 });
  rmSync(temporary.path);
  symlinkSync(secret, temporary.path);
  expect(() => temporary.place()).toThrow(/^something else took the place of .*\.part while it was written/);
  temporary.discard();
  expect(readdirSync(share)).toEqual([]);
  expect([readFileSync(secret, "utf8"), modeOf(secret)]).toEqual(["untouched", "644"]);
});

test("a folder below the root that is a link is refused, and the root itself may be one", () => {
  const elsewhere = join(folder, "elsewhere");
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, join(share, "rejected"));
  expect(() => placeFile(share, "rejected/report.pdf", "PDF")).toThrow(
    `${join(share, "rejected")} is no folder of its own, but a link or a file.`,
  );
  expect(() => placeFile(share, "../elsewhere/report.pdf", "PDF")).toThrow(/is no folder of its own/);
  expect(readdirSync(elsewhere)).toEqual([]);
  symlinkSync(elsewhere, join(folder, "root"));
  placeFile(join(folder, "root"), "sub/report.pdf", "PDF");
  expect(readFileSync(join(elsewhere, "sub", "report.pdf"), "utf8")).toBe("PDF");
});

test("a name as long as a file system takes has room for its temporary file", () => {
  const name = `${"生".repeat(80)}.pdf`;
  expect(readFileSync(placeFile(share, name, "PDF"), "utf8")).toBe("PDF");
  expect(readdirSync(share)).toEqual([name]);
});

/** What a process with another umask makes. */
function placedUnder(umask: string, permissions: object): string {
  const script = `import { placeFile } from ${JSON.stringify(new URL("./place-file.ts", import.meta.url).href)};
    process.umask(${umask}); placeFile(${JSON.stringify(share)}, "file", "x", ${JSON.stringify(permissions)});`;
  execFileSync(process.execPath, ["--input-type=module", "-e", script]);
  return modeOf(join(share, "file"));
}

test.each([
  ["0o077", {}, "600"],
  ["0o022", {}, "644"],
  ["0o077", { mode: 0o644 }, "644"],
  ["0o000", { mode: 0o640 }, "640"],
  ["0o022", { isReadOnly: true }, "444"],
  ["0o077", { isReadOnly: true }, "400"],
  ["0o077", { isReadOnly: true, mode: 0o640 }, "440"],
])("under umask %s and %j a file has mode %s", (umask, permissions, mode) => {
  expect(placedUnder(umask, permissions)).toBe(mode);
});

test.skipIf(process.getuid?.() !== 0)("a file is given to its group, and then gets its mode", () => {
  const file = placeFile(share, "file", "x", { mode: 0o640, gid: 4711 });
  expect([statSync(file).gid, modeOf(file)]).toEqual([4711, "640"]);
});

test("a folder that is made for files can be entered by whoever may read them", () => {
  placeFile(join(share, "made"), "file", "x", { mode: 0o640 });
  expect(modeOf(join(share, "made"))).toBe("750");
});

test.skipIf(process.getuid?.() !== 0)("who is no member of the group is told so, and nothing is left", () => {
  const script = `import { placeFile } from ${JSON.stringify(new URL("./place-file.ts", import.meta.url).href)};
    process.setgroups([]); process.setgid(65534); process.setuid(65534);
    try { placeFile(${JSON.stringify(share)}, "file", "x", { mode: 0o640, gid: 4711 }); } catch (error) { process.stdout.write(error.message); }`;
  execFileSync("chmod", ["0777", share]);
  execFileSync("chmod", ["0755", folder]);
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  expect(said).toBe(
    "it cannot be given to group 4711: this user is no member of it; make it one, or leave group out",
  );
  expect(readdirSync(share)).toEqual([]);
});
