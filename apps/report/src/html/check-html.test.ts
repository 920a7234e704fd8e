import { rmSync } from "node:fs";
import { openReader } from "@nightledger/store";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { previewReport } from "../index.ts";
import { openLetters } from "../letters/letters.ts";
import { freshTheme, type HostileTheme, hostileTheme } from "../testing/hostile-theme.ts";
import { CONTENT_POLICY, POLICY_TAG } from "./content-policy.ts";

let theme: HostileTheme;

beforeAll(async () => {
  theme = await hostileTheme();
});
afterAll(() => theme.close());
beforeEach(() => freshTheme(theme));

const svgData = (svg: string): string => `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
const SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';

/** What a template may not write, by the rule that refuses it. `URL` is an address that answers. */
const REFERENCES = [
  '<img alt="" src="URL/a.png">',
  '<img alt="" src="//host.invalid/a.png">',
  '<img alt="" src="\\\\host\\share\\a.png">',
  '<img alt="" src="file:///etc/hostname">',
  '<img alt="" src="a.png">',
  '<img alt="" src="blob:null/1">',
  '<img alt="" src="cid:1">',
  '<img alt="" src="&#104;ttp&colon;//127.0.0.1/a.png">',
  '<IMG ALT="" SRC=URL/a.png>',
  '<img alt=""src="URL/a.png"/>',
  '<img alt="" src="data:image/png;base64,AA==" src="URL/a.png">',
  '<img alt="" src="data:text/html,a">',
  '<img alt="" src="data:image/png;base64,AA==" srcset="URL/a.png 2x">',
  '<table background="URL/a.png"><tr><td>a</td></tr></table>',
  '<blockquote cite="URL">a</blockquote>',
  '<p style="background: url(URL/a.png)">a</p>',
  '<p style="background: U\\52L(URL/a.png)">a</p>',
  '<p style="background: url( &quot;URL/a.png&quot; )">a</p>',
  '<p style="background: image-set(&quot;URL/a.png&quot; 1x)">a</p>',
  '<p style="--a: &quot;URL/a.png&quot;; background: -webkit-image-set(var(--a) 1x)">a</p>',
  "<style>@import url(//host.invalid/a.css);</style>",
  '<style>@import "URL/a.css";</style>',
  "<svg><style>&#64;import 'URL/a.css';</style></svg>",
  "<svg><style>@&#x69mport&Tab;'URL/a.css';</style></svg>",
  '<style>@\\69mport "URL/a.css";</style>',
  "<style>/* ' */ @import 'URL/a.css'; /* ' */</style>",
  "<style>p::before { content: '\\\n'; } @import 'URL/a.css';</style>",
  "<style>@font-face { font-family: a; src: url(URL/a.woff2) }</style>",
  "<style>p { background: url(data:text/html,a) }</style>",
  '<svg><use href="URL/a.svg#a"></use></svg>',
  '<svg><use xlink:href="data:image/svg+xml,a#a"/></svg>',
  '<svg><image href="URL/a.png"/></svg>',
  '<svg><rect fill="url(URL/a.svg#a)"/></svg>',
  '<svg><filter id="a"><feImage href="URL/a.png"/></filter></svg>',
  `<img alt="" src="${svgData(`<svg ${SVG}><image href="URL/a.png"/></svg>`)}">`,
  `<img alt="" src="${svgData(`<svg ${SVG}><style>@import "URL/a.css";</style></svg>`)}">`,
  `<img alt="" src="${svgData(`<?xml-stylesheet href="URL/a.css"?><svg ${SVG}/>`)}">`,
  `<img alt="" src="${svgData(`<!DOCTYPE svg [<!ENTITY a SYSTEM "URL/a">]><svg ${SVG}>&a;</svg>`)}">`,
  `<img alt="" src="${svgData(`<svg ${SVG}><image href="${svgData("<svg/>")}"/></svg>`)}">`,
  '<p style="background: url(&quot;data:image/svg+xml,%3Csvg%3E%3Cimage href=%22URL/a%22/%3E%3C/svg%3E&quot;)">a</p>',
];

const ACTIVE = [
  '<script src="URL/a.js"></script>',
  "<SCRIPT>alert(1)</SCRIPT>",
  '<p onclick="alert(1)">a</p>',
  '<svg onload="alert(1)"></svg>',
  "<svg><script>alert(1)</script></svg>",
  '<a href="javascript:alert(1)">a</a>',
  '<a href="jaVa\nscRipt:alert(1)">a</a>',
  '<a href="&#x1;java&Tab;script&colon;alert(1)">a</a>',
  '<a href="data:text/html,a">a</a>',
  '<a href="vbscript:a">a</a>',
  '<a href="blob:URL/1">a</a>',
  '<a href="file:///etc/hostname">a</a>',
  '<a href="URL">a</a>',
  '<a href="//host.invalid">a</a>',
  '<a href="\\\\host\\share">a</a>',
  '<svg><a xlink:href="javascript:alert(1)"><text>a</text></a></svg>',
  '<link rel="stylesheet" href="URL/a.css">',
  '<link rel="dns-prefetch" href="//host.invalid">',
  '<base href="URL">',
  '<meta http-equiv="refresh" content="0;url=URL">',
  '<meta http-equiv=" Set-Cookie" content="a=b">',
  '<meta charset="iso-2022-jp">',
  '<form action="URL"><input name="a"></form>',
  '<button formaction="URL">a</button>',
  '<iframe src="URL"></iframe>',
  '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
  '<object data="URL/a.swf"></object>',
  '<embed src="URL/a.swf">',
  '<video poster="URL/a.png"></video>',
  '<audio src="URL/a.mp3"></audio>',
  '<picture><source srcset="URL/a.png"></picture>',
  "<template><img></template>",
  "<noscript><style></noscript><img src=x onerror=alert(1)></style></noscript>",
  "<textarea></textarea><xmp></xmp><plaintext>",
  "<math><mtext></mtext></math>",
  "<svg><foreignObject><p>a</p></foreignObject></svg>",
  '<svg><animate attributeName="href" to="URL"/></svg>',
  "<svg><style><img src=x onerror=alert(1)></style></svg>",
  "</title/<p title='<td><p style='color:red<p><svg><table><script>alert(1)</script>",
  "</p title='><p a='><script>alert(1)</script>'>",
  "<svg></p><style><script>alert(1)</script></style>",
  "<svg><title><script>alert(1)</script></title></svg>",
  "<svg><style><g></g>@import 'URL/a.css';</style></svg>",
  "<style>p { cursor: url(URL/a.cur), auto }",
  "<svg><![CDATA[<script>alert(1)</script>]]></svg>",
  "<!--><script>alert(1)</script>-->",
  "<!-- --!><script>alert(1)</script> -->",
  '<!--[if mso]><img src="URL/a.png"><![endif]-->',
  "<?php echo 1 ?>",
  "<o:p>a</o:p>",
  '<v:rect fill="a"></v:rect>',
  '<p "="a" \'<b\'>a</p>',
  `<img alt="" src="${svgData(`<svg ${SVG}><script>alert(1)</script></svg>`)}">`,
  `<img alt="" src="${svgData(`<svg ${SVG}><x:script xmlns:x="http://www.w3.org/2000/svg"/></svg>`)}">`,
  `<img alt="" src="${svgData(`<svg ${SVG} onload="alert(1)"/>`)}">`,
  '<img alt="" src="data:image/svg+xml,%3Csvg onload=%22alert(1)%22/%3E">',
];

const PAGE = '<h1>{{t "title"}}</h1>\n<p>{{points portfolio.score}}</p>\n';
/** A backslash before a mustache would be Handlebars' own: what is written goes through a file of its own. */
const withAddress = (markup: string, { url }: HostileTheme): string => markup.replaceAll("URL", url);

test.each([
  ...REFERENCES.map((markup) => ["reference", markup] as const),
  ...ACTIVE.map((markup) => ["active-content", markup] as const),
])("an edition is refused (%s) with %s", async (rule, markup) => {
  theme.write({ "templates/tiny.hbs": `${PAGE}${withAddress(markup, theme)}\n` });
  const { error, findings, placed, asked } = await theme.render(["html", "json"]);
  expect(error).toBe("");
  expect(findings.map((finding) => finding.split(":")[0])).toContain(rule);
  expect(findings[0]).toMatch(/^[a-z-]+: Line \d+ of the HTML: /);
  expect([placed, asked]).toEqual([[], []]);
});

/** What a designer needs, and what passes. */
test.each([
  '<a href="#a">a</a>',
  '<a href="https://example.com/?a=1&amp;b=2">a</a>',
  '<a href="mailto:security@example.com">a</a>',
  '<img alt="a" src="data:image/png;base64,iVBORw0KGgo=">',
  `<img alt="a" src="${svgData(`<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg ${SVG} xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"><metadata/><style>.a{fill:url(#b)}</style><use xlink:href="#a"/></svg>`)}">`,
  '<p style="background: url(data:image/gif;base64,R0lGOD) #fff" title="url(http://a)">a</p>',
  "<style>p { color: red } /* url(http://a) */ q::before { content: 'url(http://a)' } @media (width < 600px) { p { color: blue } }</style>",
  "<style>@font-face { font-family: a; src: local('Arial'), url('data:font/woff2;base64,d09GMg') format('woff2') }</style>",
  '<svg viewBox="0 0 1 1"><defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs><rect fill="url(#g)" width="1" height="1"/></svg>',
  "<!-- a comment --><details><summary>a</summary><p>b &lt;script&gt;</p></details>",
])("passes %s", async (markup) => {
  theme.write({ "templates/tiny.hbs": `${PAGE}${markup}\n` });
  const { error, findings } = await theme.render(["html"]);
  expect([error, findings]).toEqual(["", []]);
});

test("a style of a theme that loads, or leaves its element, is refused", async () => {
  for (const style of [
    `@import url(${theme.url}/a.css);`,
    `</style><img alt="" src="${theme.url}/a.png"><style>`,
  ]) {
    theme.write({ "styles/a.css": style });
    const { findings, placed, asked } = await theme.render(["html"]);
    expect(findings[0]).toMatch(/^reference: /);
    expect([placed, asked]).toEqual([[], []]);
  }
});

test("words of a locale are text, whatever they look like", async () => {
  theme.write({ "locales/en.yaml": `title: "R&D's <script src='${theme.url}'></script>"\n` });
  const { findings, texts } = await theme.render(["html"]);
  expect(findings).toEqual([]);
  expect(texts).toContain("&lt;script src");
});

test.each(["html", "pdf", "png", "json", "xlsx"] as const)(
  "no format goes past the gate: %s alone",
  async (format) => {
    theme.write({ "templates/tiny.hbs": `${PAGE}<img alt="" src="${theme.url}/a.png">` });
    const { findings, placed, asked } = await theme.render([format]);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(
      /^reference: Line \d+ of the HTML: <img src="http:\/\/127\.0\.0\.1:\d+\/a\.png"> is not in the document\.$/,
    );
    expect([placed, asked]).toEqual([[], []]);
  },
);

test("a mail's body with a remote picture is refused", async () => {
  theme.write({ "templates/mail-body.hbs": `<tr><td><img alt="" src="${theme.url}/a.png"></td></tr>` });
  const { findings, placed } = await theme.render(["mail"]);
  expect(findings[0]).toMatch(/^reference: /);
  expect(placed).toEqual([]);
});

test("a notice and a letter with a remote picture are refused", () => {
  const { reportsDir, dir: themeDir, url } = theme;
  const letters = () => openLetters({ reportsDir, themeDir, report: "tiny", locale: "en" });
  theme.write({ "templates/mail-notice.hbs": `<img alt="" src="${url}/a.png">` });
  expect(() => letters().notice({ name: "attached", files: "a.pdf" })).toThrow(
    /mail-notice\.hbs: does not pass the gate: .*<img src=/,
  );
  rmSync(`${themeDir}/templates/mail-notice.hbs`);
  theme.write({
    "templates/letter.hbs": `<!doctype html><html><head></head><body><img alt="" src="${url}/a.png">`,
  });
  const letter = () => letters().letter({ name: "heldGate", audience: null, date: "2026-11-24" }, null);
  expect(letter).toThrow(/letter\.hbs: does not pass the gate: .*<img src=/);
});

const FRAME = (head: string) =>
  `<!doctype html>\n<html lang="en">\n<head>${head}</head>\n<body>{{#each sections}}{{> (text this) @root}}{{/each}}</body></html>`;

test("our policy is the first thing in a document, whatever policy its template has", async () => {
  const weak = "<META content=\"default-src * 'unsafe-inline'\" HTTP-EQUIV=' content-security-policy '>";
  theme.write({ "templates/report.hbs": FRAME(`${weak}<meta charset="utf-8">${weak}<title>a</title>`) });
  const { error, findings, texts } = await theme.render(["html"]);
  expect([error, findings]).toEqual(["", []]);
  expect(texts).toContain(
    `<!doctype html>\n<html lang="en">\n<head>\n${POLICY_TAG}<meta charset="utf-8"><title>a</title>`,
  );
  expect(texts.match(/content-security-policy/gi)).toHaveLength(1);
});

test("our policy is in an edition, and in a mail, whose template has none", async () => {
  const { placed, texts } = await theme.render(["html", "mail"]);
  expect(placed.filter((name) => name.endsWith(".html"))).toHaveLength(2);
  expect(texts.split(POLICY_TAG)).toHaveLength(3);
});

test.each([
  "<p>a</p>",
  "<body></body>",
  "a<html><head></head></html>",
  "<html><body></body><head></head></html>",
  "<script></script><html><head></head>",
])("a document that does not begin with its head is refused: %s", async (frame) => {
  theme.write({ "templates/report.hbs": frame });
  const { error, placed } = await theme.render(["html"]);
  expect(error).toContain("a document begins with <!doctype html>, <html> and <head>");
  expect(placed).toEqual([]);
});

/** The preview's answer, and why it shows no report. */
async function preview(): Promise<{ page: string; policy: string | null; why: string }> {
  const { reportsDir, dir: themeDir, database } = theme;
  const reader = await openReader(database);
  let why = "";
  const made = (result: object) => {
    if ("error" in result) why = (result.error as Error).message;
  };
  const order = { name: "tiny", dataDate: undefined, locale: "en", reportsDir, themeDir, made };
  const { url, close } = await previewReport(reader.db, order);
  const response = await fetch(url);
  const page = await response.text();
  await close();
  await reader.close();
  return { page, policy: response.headers.get("content-security-policy"), why };
}

test("a preview is served under the policy, which lets one script run: ours", async () => {
  const { page, policy, why } = await preview();
  const [, nonce] = /'nonce-([\w-]+)'/.exec(policy ?? "") ?? [];
  expect(why).toBe("");
  expect(policy).toBe(
    `${CONTENT_POLICY}; script-src 'nonce-${nonce}'; connect-src 'self'; frame-ancestors 'none'`,
  );
  expect(page.match(/<script[^>]*>/g)).toEqual([`<script nonce="${nonce}">`]);
  expect(page).not.toContain(POLICY_TAG);
});

test("a preview shows why a report would not pass its gate", async () => {
  theme.write({ "templates/tiny.hbs": `${PAGE}<img alt="" src="${theme.url}/a.png">` });
  const { page, why } = await preview();
  expect(why).toMatch(/the report does not pass its gate: Line \d+ of the HTML: <img src=/);
  expect(page).toContain("This report cannot be made");
  expect(page).not.toContain("<img");
  expect(theme.asked).toEqual([]);
});
