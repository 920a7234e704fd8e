import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { freshTheme, type HostileTheme, hostileTheme, SECRET, SPEC } from "../testing/hostile-theme.ts";

const LEADS_OUT = "is a link that leads out of /theme; a report reads nothing but its own folder";
const GIBIBYTE = 2 ** 30;

let theme: HostileTheme;

beforeAll(async () => {
  theme = await hostileTheme();
});
afterAll(() => theme.close());
beforeEach(() => freshTheme(theme));

/** A link in the theme to something outside that is what the theme may have in its place, and holds the secret. */
function linkOut(name: string, text: string): void {
  const target = join(theme.outside, name.replaceAll("/", "-"));
  writeFileSync(target, text);
  theme.write({ [`${name}.none`]: "" });
  symlinkSync(target, join(theme.dir, name));
}

const LINKS: Record<string, string> = {
  "templates/tiny.hbs": `<p>${SECRET}</p>`,
  "templates/unused.hbs": SECRET,
  "styles/a.css": `/* ${SECRET} */`,
  "locales/en.yaml": `title: ${SECRET}`,
  "charts/stolen.vl.json": JSON.stringify({ ...SPEC, title: SECRET }),
  "charts/theme.json": "{}",
  "data/portfolio.sql": `-- @title ${SECRET}\n-- @one\nSELECT * FROM portfolio_daily`,
};

test.each(Object.entries(LINKS))("refuses %s that is a link out of the theme", async (name, text) => {
  linkOut(name, text);
  const { error, placed, texts } = await theme.render();
  expect(error).toContain(`/theme/${name}: ${LEADS_OUT}`);
  expect(placed).toEqual([]);
  expect(texts).not.toContain(SECRET);
});

test("refuses theme.yaml that is a link out of the theme", async () => {
  freshTheme(theme);
  execFileSync("rm", [join(theme.dir, "theme.yaml")]);
  linkOut("theme.yaml", `company: ${SECRET}`);
  expect((await theme.render()).error).toContain(`/theme/theme.yaml: ${LEADS_OUT}`);
});

test.each(["templates", "styles", "locales", "charts", "data"])(
  "refuses %s that is a link to a folder outside",
  async (kind) => {
    execFileSync("rm", ["-rf", join(theme.dir, kind)]);
    symlinkSync(theme.outside, join(theme.dir, kind));
    const { error, placed } = await theme.render();
    expect(error).toContain(`/theme/${kind}: ${LEADS_OUT}`);
    expect(placed).toEqual([]);
  },
);

test("refuses a chain of links whose end is outside", async () => {
  theme.write({ "templates/a.txt": "" });
  symlinkSync(join(theme.outside, "secret.txt"), join(theme.dir, "second.hbs"));
  symlinkSync("../second.hbs", join(theme.dir, "templates", "tiny.hbs"));
  expect((await theme.render()).error).toContain(`/theme/templates/tiny.hbs: ${LEADS_OUT}`);
});

test("follows a link that stays within the theme, as a mounted volume has them", async () => {
  theme.write({ "..2026/tiny.hbs": '<h1>{{t "title"}}</h1><p>{{points portfolio.score}}</p><p>mounted</p>' });
  mkdirSync(join(theme.dir, "templates"));
  symlinkSync("..2026", join(theme.dir, "..data"));
  symlinkSync("../..data/tiny.hbs", join(theme.dir, "templates", "tiny.hbs"));
  const { error, findings, texts } = await theme.render();
  expect([error, findings]).toEqual(["", []]);
  expect(texts).toContain("<p>mounted</p>");
});

test("reads a theme whose folder is a link itself, since it was chosen by name", async () => {
  const real = join(theme.outside, "real-theme");
  mkdirSync(real, { recursive: true });
  writeFileSync(join(real, "theme.yaml"), "company: Linked Bank");
  writeFileSync(join(real, "tiny.vl.json"), JSON.stringify(SPEC));
  mkdirSync(join(real, "charts"), { recursive: true });
  writeFileSync(join(real, "charts", "tiny.vl.json"), JSON.stringify(SPEC));
  execFileSync("rm", ["-rf", theme.dir]);
  symlinkSync(real, theme.dir);
  const { error, texts } = await theme.render();
  execFileSync("rm", [theme.dir]);
  expect(error).toBe("");
  expect(texts).toContain("Linked Bank");
});

test.each([
  [
    "a logo in the folder above",
    "logo: ../outside/logo.svg",
    '"../outside/logo.svg" leads out of this folder',
  ],
  ["a logo by its absolute path", "logo: /etc/logo.svg", '"/etc/logo.svg" leads out of this folder'],
  ["a logo by a path of Windows", "logo: '..\\outside\\logo.svg'", "leads out of this folder"],
  ["a logo on a server of Windows", "logo: '\\\\host\\share\\logo.svg'", "leads out of this folder"],
  ["a logo on a drive", "logo: 'C:\\logo.svg'", "leads out of this folder"],
  ["a logo after a detour", "logo: img/../../outside/logo.svg", "leads out of this folder"],
  ["a logo with a scheme", "logo: 'file:///etc/logo.svg'", "there is no such file"],
  ["a logo with a NUL", 'logo: "logo.svg\\0.svg"', "leads out of this folder"],
  [
    "a font in the folder above",
    "fontFiles: [{ family: A, weight: 400, file: ../outside/secret.txt }]",
    '"../outside/secret.txt" leads out of this folder',
  ],
])("refuses %s", async (_, yaml, why) => {
  writeFileSync(
    join(theme.outside, "logo.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg"><!--${SECRET}--></svg>`,
  );
  theme.write({ "theme.yaml": `${yaml}\n` });
  const { error, placed } = await theme.render();
  expect(error).toContain("TemplateError");
  expect(error).toContain(why);
  expect(placed).toEqual([]);
});

test.each([
  ["logo.svg", "logo: logo.svg"],
  ["a.woff2", "fontFiles: [{ family: A, weight: 400, file: a.woff2 }]"],
])("refuses %s that is a link out of the theme", async (name, yaml) => {
  theme.write({ "theme.yaml": `${yaml}\n` });
  linkOut(name, SECRET);
  expect((await theme.render()).error).toContain(`/theme/${name}: ${LEADS_OUT}`);
});

test.each(["../../outside/chart", "../tiny", "..\\tiny", "/etc/passwd", "./tiny"])(
  "refuses the chart %j, which is a path",
  async (name) => {
    writeFileSync(join(theme.outside, "chart.vl.json"), JSON.stringify(SPEC));
    theme.write({ "templates/tiny.hbs": `{{chart "${name}" nights alt=(t "title")}}` });
    expect((await theme.render()).error).toContain(
      `${JSON.stringify(`${name}.vl.json`)} is no name of a file, but a path`,
    );
  },
);

test.each([
  ["templates/tiny.hbs", "is no file but a folder, a pipe, a socket or a device"],
  ["styles/a.css", "is no file but a folder, a pipe, a socket or a device"],
  ["locales/en.yaml", "is no file but a folder, a pipe, a socket or a device"],
  ["charts/tiny.json", "is no file but a folder, a pipe, a socket or a device"],
])("refuses %s that is a pipe, and does not wait for its other end", async (name, why) => {
  theme.write({ [`${name}.none`]: "" });
  execFileSync("mkfifo", [join(theme.dir, name)]);
  expect((await theme.render()).error).toContain(`/theme/${name}: ${why}`);
});

test("refuses a logo that is a socket", async () => {
  theme.write({ "theme.yaml": "logo: logo.png\n" });
  const server = createServer();
  await new Promise<void>((listening) => server.listen(join(theme.dir, "logo.png"), listening));
  const { error } = await theme.render();
  await new Promise((closed) => server.close(closed));
  expect(error).toContain("/theme/logo.png: is no file but a folder, a pipe, a socket or a device");
});

test("refuses a folder in a file's place", async () => {
  mkdirSync(join(theme.dir, "styles", "a.css"), { recursive: true });
  expect((await theme.render()).error).toContain("/theme/styles/a.css: is no file but a folder");
});

test("refuses a link to a device", async () => {
  theme.write({ "styles/b.css": "" });
  symlinkSync("/dev/zero", join(theme.dir, "styles", "a.css"));
  expect((await theme.render()).error).toContain(`/theme/styles/a.css: ${LEADS_OUT}`);
});

test.each([
  ["locales/en.yaml", "company: A", "has 1073741824 bytes; 1048576 are allowed"],
  ["styles/a.css", "company: A", "has 1073741824 bytes; 1048576 are allowed"],
  ["logo.png", "logo: logo.png", "has 1073741824 bytes; 4194304 are allowed"],
  [
    "a.woff2",
    "fontFiles: [{ family: A, weight: 400, file: a.woff2 }]",
    "has 1073741824 bytes; 33554432 are allowed",
  ],
])("refuses %s of a gibibyte before it is read", async (name, yaml, why) => {
  theme.write({ "theme.yaml": `${yaml}\n`, [name]: "" });
  truncateSync(join(theme.dir, name), GIBIBYTE);
  expect((await theme.render()).error).toContain(`/theme/${name}: ${why}`);
});

test("refuses a report that extends a link out of reports/", async () => {
  const { reportsDir, outside } = theme;
  writeFileSync(join(outside, "report.yaml"), "about: audience\n");
  symlinkSync(outside, join(reportsDir, "planted"));
  const own = join(reportsDir, "tiny", "report.yaml");
  const before = execFileSync("cat", [own], { encoding: "utf8" });
  writeFileSync(own, `extends: planted\n${before}`);
  const { error } = await theme.render();
  writeFileSync(own, before);
  expect(error).toContain("/reports/planted: is a link that leads out of /reports");
});
