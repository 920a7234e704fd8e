import { afterEach, beforeEach, expect, test } from "vitest";
import { NIGHT, type NightShift, openNightShift, QUICK, readMail } from "../test-night-shift.ts";

let shift: NightShift;

beforeEach(async () => {
  shift = await openNightShift({ projects: 3 });
});
afterEach(() => shift.close());

const CONDITIONAL = /<!--\[if mso\]>(.*?)<!\[endif\]-->/gs;
const COMMENT = /<!--.*?-->/gs;

/** The document as Word lays it out: what is in conditional comments counts, and `max-width` does not. */
const asWord = (html: string): string =>
  html
    .replace(CONDITIONAL, "$1")
    .replace(COMMENT, "")
    .replace(/max-width:[^;"]*;?/g, "");

/** The tags of tables, from the outermost in, at the first words of the document. */
function framesOf(html: string): string[] {
  const open: string[] = [];
  for (const [tag] of html.slice(0, html.indexOf("<h1")).matchAll(/<(?:\/table|table\b[^>]*|td\b[^>]*)>/g)) {
    if (tag === "</table>") open.pop();
    else if (tag.startsWith("<table")) open.push(tag);
  }
  return open;
}

const count = (html: string, tag: RegExp): number => html.match(tag)?.length ?? 0;

test("keeps a report and a notice to operators 600 pixels wide in Outlook, and as wide as the window elsewhere", async () => {
  shift.configure({ publish: [QUICK] });
  shift.simulator.setFaults({
    faults: [{ operation: "ListSecurityRisk", project: 2, fault: "permission" }],
  });
  expect((await shift.command("nightly", "--date", NIGHT)).status).toBe(3);
  const mails = await Promise.all(shift.mailServer.mails.map(({ raw }) => readMail(raw)));
  expect(mails.map(({ subject }) => subject)).toEqual([
    expect.stringMatching(/^\[Partial\]/),
    expect.stringContaining("somebody has to look"),
  ]);
  for (const { html } of mails) {
    const word = asWord(html);
    expect(framesOf(word).map((tag) => /width="([^"]*)"/.exec(tag)?.[1])).toEqual(["100%", "600", "100%"]);
    expect(framesOf(html.replace(COMMENT, "")).at(-1)).toMatch(/width="100%".*max-width:600px/);
    for (const seen of [word, html.replace(COMMENT, "")]) {
      expect(count(seen, /<table\b/g)).toBe(count(seen, /<\/table>/g));
      expect(count(seen, /<td\b/g)).toBe(count(seen, /<\/td>/g));
    }
    // Word widens what it cannot break, and knows neither of these
    expect(word).not.toMatch(/<pre\b|display:\s*(?:flex|grid)|<div\b/);
    expect(word).toContain("mso-table-lspace: 0pt");
    for (const [tag] of word.matchAll(/<(?:table|body|td)\b[^>]*background-color:[^>]*>/g))
      expect(tag).toMatch(/ bgcolor="#[0-9a-f]{6}"/);
    expect(html).not.toMatch(/\bsrc=|\bbackground=|url\(|@import|<link\b/i);
  }
});
