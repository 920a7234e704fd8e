import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestBrowser } from "../test-browser.ts";
import { finishPdf } from "./finish-pdf.ts";
import { pdfText } from "./pdf-text.ts";
import { printSample, sampleHtml } from "./print-sample.ts";

const METADATA = {
  title: "Risk <summary> & 安全",
  language: "en",
  subject: "The night of 2026-11-24",
  author: "nightledger",
  keywords: ["security", "risk"],
  createdAt: new Date("2026-11-24T02:00:00Z"),
  producer: "nightledger 0.1.0",
} as const;

const HTML = sampleHtml(`<h1>Summary</h1>
  <p>A <strong>strong</strong> and an <em>emphatic</em> word, <a href="#end">to the end</a>.</p>
  <ul><li>one</li><li>two <b>words</b></li></ul>
  <figure><div role="img" aria-label="The score fell"><svg width="90" height="40"><g role="graphics-symbol" aria-label="a bar"><text x="5" y="20">points</text></g></svg></div>
  <figcaption>Score</figcaption></figure>
  <table><thead><tr><th scope="col">Project</th></tr></thead><tbody><tr><td>shop</td></tr></tbody></table>
  <h2 id="end">The end</h2>`);

let browser: Browser;
let printed: Uint8Array;
let finished: Uint8Array;

beforeAll(async () => {
  browser = await openTestBrowser();
  printed = await printSample(browser, HTML);
  finished = await finishPdf(printed, METADATA);
});

afterAll(() => browser.close());

interface Tag {
  role?: string;
  alt?: string;
  children?: Tag[];
}

/** Another program's reading of the file. */
async function read(pdf: Uint8Array) {
  const loading = getDocument({ data: new Uint8Array(pdf), verbosity: 0 });
  const document = await loading.promise;
  const { info, metadata } = await document.getMetadata();
  const page = await document.getPage(1);
  const content = await page.getTextContent({ includeMarkedContent: true });
  const result = {
    info: info as Record<string, unknown>,
    xmp: metadata?.getRaw() as string | undefined,
    tree: (await page.getStructTree()) as Tag,
    annotations: (await page.getAnnotations()) as { subtype: string; contentsObj: { str: string } }[],
    items: content.items as { type?: string; tag?: string | null; str?: string }[],
    fingerprint: document.fingerprints[0],
    outline: (await document.getOutline()).map(({ title }) => title),
  };
  await loading.destroy();
  return result;
}

/** A tree as text: `Table(TR(TH TD))`. */
function shape({ role, children = [] }: Tag): string {
  const own = children.filter(({ role }) => role !== undefined).map(shape);
  return own.length === 0 ? `${role}` : `${role}(${own.join(" ")})`;
}

test("two prints of the same HTML are the same bytes when they are finished", async () => {
  const other = await openTestBrowser();
  try {
    const again = await finishPdf(await printSample(other, HTML), METADATA);
    expect(Buffer.compare(finished, again)).toBe(0);
  } finally {
    await other.close();
  }
});

test("what Chromium calls a table's heads makes no difference", async () => {
  const table = sampleHtml(`<h1>Risks</h1><table><thead><tr><th id="p" scope="col">Project</th>
    <th id="r" scope="col">Risks</th><th scope="col">Change</th></tr></thead>
    <tbody><tr><td headers="p">shop</td><td headers="p r">4</td><td>1</td></tr></tbody></table>`);
  const asPrinted = await printSample(browser, table);
  const counts = /\(node(\d{8})\)/g;
  const text = Buffer.from(asPrinted).toString("latin1");
  expect(text.match(counts)?.length).toBeGreaterThan(3);
  const backwards = text.replace(counts, (_, count: string) => `(node${99_999_999 - Number(count)})`);
  const [one, other] = [asPrinted, Buffer.from(backwards, "latin1")].map((pdf) => finishPdf(pdf, METADATA));
  expect(Buffer.compare((await one) ?? new Uint8Array(), (await other) ?? new Uint8Array())).toBe(0);
  const heads = /\/Headers \[(\(node\d+\) ?)+\]/;
  expect(text).toMatch(heads);
});

test("another time gives another file that says the same", async () => {
  const later = await finishPdf(printed, { ...METADATA, createdAt: new Date("2026-11-25T02:00:00Z") });
  expect(Buffer.compare(finished, later)).not.toBe(0);
  expect(pdfText(later)).toEqual(pdfText(finished));
  expect((await read(later)).fingerprint).not.toBe((await read(finished)).fingerprint);
});

test("it says what it is, when it was made and by what", async () => {
  const { info, xmp, outline } = await read(finished);
  expect(info).toMatchObject({
    PDFFormatVersion: "1.7",
    Title: "Risk <summary> & 安全",
    Language: "en",
    Subject: "The night of 2026-11-24",
    Author: "nightledger",
    Keywords: "security, risk",
    CreationDate: "D:20261124020000Z",
    ModDate: "D:20261124020000Z",
    Producer: "nightledger 0.1.0",
  });
  expect(xmp).toContain(`<rdf:li xml:lang="x-default">Risk &lt;summary&gt; &amp; 安全</rdf:li>`);
  expect(xmp).toContain("<dc:language><rdf:Bag><rdf:li>en</rdf:li></rdf:Bag></dc:language>");
  expect(xmp).toContain("<xmp:CreateDate>2026-11-24T02:00:00Z</xmp:CreateDate>");
  expect(outline).toEqual(["Summary"]);
});

test("it calls itself PDF/UA-1 only when it has what that needs", async () => {
  expect((await read(finished)).xmp).toContain("<pdfuaid:part>1</pdfuaid:part>");
  const lacking = sampleHtml(`<h1>Summary</h1><h3>A level is left out</h3>`);
  const { xmp } = await read(await finishPdf(await printSample(browser, lacking), METADATA));
  expect(xmp).not.toContain("pdfuaid:part");
});

test("header and footer are decoration, all else is content", async () => {
  const { items } = await read(finished);
  const open: (string | null)[] = [];
  const decoration: string[] = [];
  const unmarked: string[] = [];
  for (const { type, tag, str } of items) {
    if (type?.startsWith("begin")) open.push(tag ?? null);
    else if (type === "endMarkedContent") open.pop();
    else if (open.includes("Artifact")) decoration.push(str ?? "");
    else if (open.length === 0) unmarked.push((str ?? "").trim());
  }
  expect(decoration.join("")).toContain("Page 1 of 1");
  expect(decoration.join("")).toContain("Summary 2026");
  expect(unmarked.join("")).toBe("");
});

test("the structure uses the standard's types: items have bodies, a chart is one image", async () => {
  const { tree } = await read(finished);
  const text = shape(tree).replaceAll(/\bNonStruct\b/g, "-");
  expect(text).toContain("P(- Span(-) - Span(-) - Link(-) -)");
  expect(text).toMatch(/L\(LI\(Lbl[^ ]* LBody\) LI\(Lbl[^ ]* LBody\(/);
  expect(text).toMatch(/Div\(Figure\([-() ]*\) Caption\(-\)\)/);
  expect(JSON.stringify(tree)).toContain("The score fell");
  expect(JSON.stringify(tree)).not.toContain("a bar");
});

test("a link says where it leads", async () => {
  const { annotations } = await read(finished);
  expect(annotations.map(({ subtype, contentsObj }) => [subtype, contentsObj.str])).toEqual([
    ["Link", "to the end"],
  ]);
});

test("nothing that is written on the pages changes", async () => {
  expect(pdfText(finished)).toEqual(pdfText(printed));
  const words = (items: { str?: string }[]) => items.map(({ str }) => str ?? "").join("");
  expect(words((await read(finished)).items)).toBe(words((await read(printed)).items));
});

test("a finished file can be finished again", async () => {
  const again = await finishPdf(finished, METADATA);
  expect(pdfText(again)).toEqual(pdfText(finished));
  expect((await read(again)).info.Title).toBe(METADATA.title);
});
