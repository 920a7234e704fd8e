import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { getDocument, OPS } from "pdfjs-dist/legacy/build/pdf.mjs";
import { expect, test } from "vitest";
import { sourceFile } from "./definition/source-file.ts";
import { fontFaces } from "./fonts.ts";
import { printable } from "./printable.ts";
import { openPrinter } from "./printer/printer.ts";

const NAMES = [
  "生产-支付网关",
  "カタカナ",
  "한국어",
  "مشروع",
  "שלום",
  "ทดสอบ",
  "परीक्षण",
  "Ελληνικά",
  "\u{1f469}\u200d\u{1f4bb}",
  "\u{1f44d}\u{1f3fd}",
  "\u{1f1e9}\u{1f1ea}",
  "1\ufe0f\u20e3",
  "\u{1f9ff}",
  "\u202eevil",
  "a\u0000",
  "𠮷",
  "i\u0323\u0334",
];

/** Each face of a stylesheet, in the order in which it stands. */
const facesOf = (css: string): string[] =>
  [...css.matchAll(/font-family:"([^"]+)";font-style:normal;font-weight:(\d+)/g)].map(
    ([, family, weight]) => `${family} ${weight}`,
  );

test("a Latin text takes one file of Inter in each weight, and nothing else", () => {
  const css = fontFaces("<p>Score — 79.2, ±0</p>");
  expect(facesOf(css)).toEqual(["Inter 400", "Inter 600", "Inter 700"]);
  expect(css).toContain(':root{--fonts:"Inter";');
});

test("only the weights of the stylesheet are embedded", () => {
  expect(facesOf(fontFaces("a", { weights: [400] }))).toEqual(["Inter 400"]);
});

test("a weight that Chinese has not is the next heavier one", () => {
  expect(new Set(facesOf(fontFaces("生", { weights: [400, 600] })))).toEqual(
    new Set(["Inter 400", "Inter 600", "Noto Sans SC 400", "Noto Sans SC 700"]),
  );
});

test("a theme's own font comes first, and ours where it has no glyph", () => {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-fonts-"));
  try {
    const inter = dirname(createRequire(import.meta.url).resolve("@fontsource/inter/400.css"));
    const file = sourceFile(inter, "files/inter-latin-400-normal.woff2");
    const choice = { families: ["Acme Sans"], files: [{ family: "Acme Sans", file, weight: 400 }] };
    expect(facesOf(fontFaces("Score Ω 生", { ...choice, weights: [400, 700] }))).toEqual([
      "Acme Sans 400",
      "Inter 400",
      "Inter 700",
      "Noto Sans SC 400",
      "Noto Sans SC 700",
    ]);
    const broken = sourceFile(folder, "broken.woff2");
    writeFileSync(broken.path, "no font");
    const wrong = { families: ["Acme"], files: [{ family: "Acme", file: broken, weight: 400 }] };
    expect(() => fontFaces("a", wrong)).toThrow(`${broken.path}: is no font to use`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a family that is not there is named, with those that are", () => {
  expect(() => fontFaces("a", { families: ["Arial"] })).toThrow(/no font "Arial".*Inter, Noto Sans SC/);
});

test("every glyph of a printed name is drawn, each with a font that is embedded", async () => {
  const body = NAMES.map((name) => `<p><bdi>${printable(name)}</bdi> <b>${printable(name)}</b></p>`).join("");
  const style = `${fontFaces(body)} body{font-family:var(--fonts)}`;
  const printer = await openPrinter();
  const html = `<!doctype html><html lang="en"><title>x</title><style>${style}</style>${body}</html>`;
  const { pdf } = await printer.pdf(html).finally(() => printer.close());
  const fonts = new Set<string>();
  const undrawn: string[] = [];
  const loading = getDocument({ data: new Uint8Array(pdf), verbosity: 0, fontExtraProperties: true });
  const page = await (await loading.promise).getPage(1);
  const { fnArray, argsArray } = await page.getOperatorList();
  for (const [index, operation] of fnArray.entries()) {
    const [first] = argsArray[index] ?? [];
    if (operation === OPS.setFont) {
      const { name, missingFile } = page.commonObjs.get(first);
      fonts.add(missingFile ? `${name} is not embedded` : name.slice("ABCDEF+".length));
    }
    if (operation !== OPS.showText) continue;
    for (const glyph of first) if (glyph.originalCharCode === 0) undrawn.push(glyph.unicode);
  }
  await loading.destroy();
  expect(undrawn).toEqual([]);
  expect([...fonts].sort()).toEqual([
    "Inter-Bold",
    "Inter-Regular",
    "NanumGothic",
    "NanumGothicBold",
    "NotoEmoji-Bold",
    "NotoEmoji-Regular",
    "NotoSansArabic-Bold",
    "NotoSansArabic-Regular",
    "NotoSansDevanagari-Bold",
    "NotoSansDevanagari-Regular",
    "NotoSansHebrewThin-Bold",
    "NotoSansHebrewThin-Regular",
    "NotoSansSCThin-Bold",
    "NotoSansSCThin-Regular",
    "NotoSansThai-Bold",
    "NotoSansThai-Regular",
  ]);
});
