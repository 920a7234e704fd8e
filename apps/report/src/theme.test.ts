import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Ledger, openLedger, openReader, type Reader } from "@nightledger/store";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type EditionFormat, type PlacedEdition, renderReport } from "./index.ts";
import { content, writeNight } from "./test-nights.ts";

const REPORTS_DIR = fileURLToPath(new URL("../../../reports", import.meta.url));
const FONT = join(
  dirname(createRequire(import.meta.url).resolve("@fontsource/inter/400.css")),
  "files/inter-latin-400-normal.woff2",
);

let folder: string;
let themeDir: string;
let ledger: Ledger;
let reader: Reader;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-theme-"));
  themeDir = join(folder, "theme");
  ledger = await openLedger(join(folder, "ledger.db"));
  await writeNight(ledger, "2026-11-23", { shop: content(10, 4) });
  await writeNight(ledger, "2026-11-24", { shop: content(12, 5) });
  reader = await openReader(join(folder, "ledger.db"));
});

afterAll(async () => {
  await reader.close();
  await ledger.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => rmSync(themeDir, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(themeDir, name)), { recursive: true });
    writeFileSync(join(themeDir, name), text);
  }
}

/** The one edition of project-detail in the theme, and its HTML. */
async function render(formats: readonly EditionFormat[] = ["html"]): Promise<string> {
  const outDir = mkdtempSync(join(folder, "out-"));
  const order = { name: "project-detail", dataDate: undefined, locale: "en", reportsDir: REPORTS_DIR };
  let placed: PlacedEdition | undefined;
  for await (const each of renderReport(reader.db, { ...order, themeDir, outDir, formats })) {
    expect(each.passed ? [] : each.findings).toEqual([]);
    if (each.passed) placed = each;
  }
  return readFileSync(placed?.manifest.replace(".manifest.json", ".html") ?? "", "utf8");
}

/** All pictures that were drawn for the page. */
const drawn = (html: string): string =>
  [
    ...[...html.matchAll(/<svg.*?<\/svg>/gs)].map(([svg]) => svg),
    ...[...html.matchAll(/class="chart"[^>]* src="data:image\/svg\+xml;base64,([^"]+)"/g)].map(
      ([, data = ""]) => Buffer.from(data, "base64").toString(),
    ),
  ].join("\n");

test("a folder brings a company's name, logo, colours, font, wording, styles and templates", async () => {
  write({
    "theme.yaml": [
      "company: Aurora Bank",
      "logo: logo.svg",
      "colours: { accent: '#7a0044' }",
      "fonts: [Aurora Sans]",
      "fontFiles:",
      "  - { family: Aurora Sans, weight: 400, file: aurora.woff2 }",
      "  - { family: Aurora Sans, weight: 700, file: aurora.woff2 }",
    ].join("\n"),
    "logo.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle r="20"/></svg>',
    "locales/en.yaml": "title: Nightly posture\n",
    "styles/aurora.css": "h1 { text-transform: uppercase; }\n",
    "templates/project-record.hbs": '<section class="topic"><p class="ours">{{company}}</p></section>\n',
    "charts/theme.json": '{ "line": { "strokeWidth": 3.5 } }',
  });
  copyFileSync(FONT, join(themeDir, "aurora.woff2"));
  const html = await render(["pdf", "html"]);
  const [, logo] = /<p class="brand"><img src="data:image\/svg\+xml;base64,([^"]+)"/.exec(html) ?? [];
  expect(Buffer.from(logo ?? "", "base64").toString()).toContain('<circle r="20"/>');
  expect(html).toContain("<span>Aurora Bank</span>");
  expect(html).toContain("<title>Nightly posture, November 24, 2026</title>");
  expect(html).toContain("--accent: #7a0044;");
  expect(html).toContain(':root{--fonts:"Aurora Sans"');
  expect(html).toContain("h1 { text-transform: uppercase; }");
  expect(html).toContain('<p class="ours">Aurora Bank</p>');
  expect(drawn(html)).toMatch(/stroke="#7a0044" stroke-width="3.5"/);
  expect(drawn(html)).not.toContain("#1d4e89");
});

test("a logo with a script and references is refused, and reaches nothing", async () => {
  let calls = 0;
  const server = createServer((_, response) => {
    calls += 1;
    response.end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  write({
    "theme.yaml": "logo: logo.svg\n",
    "logo.svg": [
      '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40"',
      ` onload="fetch('${url}/onload')"><script>fetch("${url}/script")</script><script href="${url}/file.js"/>`,
      `<style>@import url("${url}/style.css"); rect { fill: url("${url}/fill.svg#a"); }</style>`,
      `<image href="${url}/image.png" width="9" height="9"/><use xlink:href="${url}/use.svg#a"/>`,
      `<foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="${url}/frame"/></foreignObject>`,
      '<rect width="40" height="40"/></svg>',
    ].join(""),
  });
  const refusal = await render(["pdf", "html"]).catch(String);
  await new Promise((closed) => server.close(closed));
  expect(refusal).toContain("logo.svg: a logo loads and runs nothing: in an SVG: <svg onload> is a script");
  expect(calls).toBe(0);
});

test.each([
  ["a setting that there is not", "colors: {}", 'theme.yaml: ✖ Unrecognized key: "colors"'],
  ["a colour that there is not", "colours: { pink: '#ff00ff' }", /theme\.yaml: ✖ .*"pink"/],
  ["a colour that is none", "colours: { ink: red }", "theme.yaml: ✖ is no #rrggbb\n  → at colours.ink"],
  ["a logo that is not there", "logo: none.svg", "none.svg: there is no such file"],
  ["a logo that is no picture", "logo: logo.js", "logo.js: a logo is an .svg or a .png"],
  [
    "a font that nobody has",
    "fonts: [Comic Sans]",
    /theme\.yaml: there is no font "Comic Sans"\. There is: Inter, Noto Sans SC,/,
  ],
  [
    "a font's file that is not there",
    "fontFiles: [{ family: A, weight: 400, file: a.woff2 }]",
    "a.woff2: there is no such file",
  ],
  [
    "a font's file that is no font",
    "fonts: [A]\nfontFiles: [{ family: A, weight: 400, file: theme.yaml }]",
    /theme\.yaml: is no font to use: /,
  ],
  [
    "a text that cannot be read on paper",
    "colours: { accent: '#7fb2e5' }",
    'theme.yaml: the colour "accent" (#7fb2e5) has 2.2:1 against "paper" (#ffffff); to be read it needs 4.5:1',
  ],
  [
    "a wash on which a text cannot be read",
    "colours: { wash: '#303030' }",
    /theme\.yaml: the colour "ink" \(#16213a\) has 1\.\d:1 against "wash" \(#303030\); to be read it needs 4\.5:1/,
  ],
  ["what is no YAML", "colours: [", /theme\.yaml: cannot be read: .* at line \d+/],
])("%s is refused with its file and why", async (_, yaml, why) => {
  write({ "theme.yaml": yaml });
  const refusal = await render().catch((error: unknown) => error);
  expect(refusal).toMatchObject({ name: "TemplateError" });
  expect((refusal as Error).message.replace(`${themeDir}/`, "")).toEqual(
    typeof why === "string" ? why : expect.stringMatching(why),
  );
});

test("a folder without theme.yaml is none", async () => {
  write({ "styles/a.css": "" });
  await expect(render()).rejects.toThrow("theme.yaml: there is no such file; a theme's folder needs one");
});
