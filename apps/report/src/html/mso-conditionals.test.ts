import { expect, test } from "vitest";
import { checkHtml } from "./check-html.ts";
import { MSO_CONDITIONALS } from "./mso-conditionals.ts";

const [RESOLUTION = "", FRAME = "", END = ""] = MSO_CONDITIONALS;

test("lets our own comments for Outlook pass, as they stand", () => {
  const html = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>${RESOLUTION}</head><body>${FRAME}<p>x</p>${END}</body></html>`;
  expect(checkHtml(html)).toEqual([]);
});

test.each([
  ["another width", FRAME.replaceAll("600", "700")],
  ["another condition", FRAME.replace("mso", "gte mso 9")],
  ["a picture in it", FRAME.replace("<tr>", '<tr background="https://evil.example/a.png">')],
  ["more after it", END.replace("<![endif]-->", '<img src="https://evil.example/a.png"><![endif]-->')],
  ["one shown to all but Outlook", "<!--[if !mso]><!--><p>x</p><!--<![endif]-->"],
  ["ours within a comment", `<!-- ${FRAME} <script>alert(1)</script> -->`],
  ["ours within an attribute", `<p title="${FRAME}<script>alert(1)</script>">x</p>`],
  ["ours within an end tag", `<p>x</p${FRAME}>`],
  ["a section around ours", `<!${END}[if mso]>`],
])("refuses a comment for Outlook with %s", (_, html) => {
  expect(checkHtml(html).length).toBeGreaterThan(0);
});
