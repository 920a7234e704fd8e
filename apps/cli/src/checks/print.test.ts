import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FoundChromium, findChromiums } from "@nightledger/report";
import { beforeEach, expect, test } from "vitest";
import type { Finding } from "./finding.ts";
import { printFindings } from "./print.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-print-"));
  return () => rmSync(folder, { recursive: true });
});

/** An installed browser that writes a line to stderr and ends. */
function broken(): FoundChromium {
  const name = join(folder, "chrome");
  const line = "chrome: error while loading shared libraries: libnss3.so: cannot open shared object file";
  writeFileSync(name, `#!/bin/sh\necho '${line}' >&2\nexit 127\n`);
  chmodSync(name, 0o755);
  return { origin: "installed", name, file: async () => name };
}

async function find(...browsers: FoundChromium[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of printFindings(AbortSignal.timeout(120_000), browsers)) findings.push(finding);
  return findings;
}

test("doctor names the browser that prints", async () => {
  expect(await find(...findChromiums({}).slice(-1))).toMatchObject([
    {
      check: "browser",
      status: "ok",
      detail: expect.stringMatching(/Chrome\/\d\S* \(.+\) with.* prints\.$/),
    },
    { check: "fonts", status: "ok" },
  ]);
});

test("doctor names the installed browser that does not start and the one that prints instead", async () => {
  const [browser, fonts] = await find(broken(), ...findChromiums({}).slice(-1));
  expect(browser).toMatchObject({ check: "browser", status: "warning" });
  expect(browser?.detail).toMatch(
    new RegExp(
      `^${folder}/chrome does not start \\(chrome: error while loading shared libraries: libnss3.so: .*\\)\\. ` +
        "Reports are printed with the packaged Chromium\\. .*Chrome/.* prints\\. Mend it or remove it, ",
    ),
  );
  expect(fonts).toMatchObject({ check: "fonts", status: "ok" });
});

test("doctor fails where no browser starts, with the reason of each", async () => {
  expect(await find(broken())).toMatchObject([
    {
      check: "browser",
      status: "failed",
      detail: expect.stringMatching(/^There is no browser to print with: .*libnss3\.so.*\. Install /),
    },
  ]);
});
