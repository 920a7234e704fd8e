import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { TemplateError } from "../errors.ts";
import { POLICY_TAG } from "../html/content-policy.ts";
import { openTestBrowser } from "../test-browser.ts";
import { type Preview, startPreview } from "./preview-server.ts";

let folder: string;
let file: string;
let preview: Preview;

/** A document whose file says what is in it; a bang cannot be made. */
async function make(): Promise<string> {
  const text = readFileSync(file, "utf8");
  if (text.includes("!")) throw new TemplateError(file, "line 1, {{<b>}}: there is a bang");
  return `<p>${text}</p>`;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-preview-"));
  file = join(folder, "page.hbs");
  writeFileSync(file, "one");
  preview = await startPreview({ make, folders: [folder] });
  return async () => {
    await preview.close();
    rmSync(folder, { recursive: true });
  };
});

const page = async (): Promise<string> => (await fetch(preview.url)).text();

/** Listens as the page does; gives what waits for the next newer page. */
async function listen(): Promise<() => Promise<void>> {
  const response = await fetch(`${preview.url}nightledger-preview`);
  const reader = response.body?.getReader();
  return async () => void (await reader?.read());
}

test("a saved file is a new page, and the open one is told", async () => {
  expect(await page()).toContain("<p>one</p>");
  const newer = await listen();
  writeFileSync(file, "two");
  await newer();
  expect(await page()).toContain("<p>two</p>");
});

test("the report's own policy would stop the script that asks for a newer page, so it is left out", async () => {
  const newer = await listen();
  writeFileSync(file, `${POLICY_TAG}two`);
  await newer();
  expect(await page()).toContain("<p>two</p>");
});

test("in a browser the page follows its file, and a script of its own does not run", async () => {
  const browser = await openTestBrowser();
  try {
    writeFileSync(file, "<script>document.title = 'run'</script><b onclick=''>one</b>");
    const tab = await browser.newPage();
    const listening = tab.waitForRequest((asked) => asked.url().endsWith("/nightledger-preview"));
    await tab.goto(preview.url);
    await listening;
    const reloaded = tab.waitForNavigation();
    writeFileSync(file, "<script>document.title = 'run'</script><b>two</b>");
    await reloaded;
    expect(await tab.evaluate("document.querySelector('b').textContent")).toBe("two");
    expect(await tab.title()).toBe("");
  } finally {
    await browser.close();
  }
});

test("what cannot be made is said in its place, escaped, until it can", async () => {
  const newer = await listen();
  writeFileSync(file, "three!");
  await newer();
  expect(await page()).toContain("line 1, {{&lt;b&gt;}}: there is a bang");
  writeFileSync(file, "four");
  await newer();
  expect(await page()).toContain("<p>four</p>");
});

test("a page of another host gets nothing", async () => {
  const status = await new Promise((resolve) => {
    request(preview.url, { headers: { host: "evil.example" } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
  expect(status).toBe(403);
});
