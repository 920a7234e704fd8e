import type { PdfFile } from "./pdf-file.ts";
import { type PdfDict, PdfStream, type PdfValue } from "./pdf-value.ts";
import { readToUnicode, type ToUnicode } from "./to-unicode.ts";

/** A font as the pages draw with it. */
export interface Font {
  name: string;
  /** Its shapes are in the file. */
  embedded: boolean;
  bytesPerCode: 1 | 2;
  toUnicode: ToUnicode | null;
  /** Codes that draw the box of a character that the font does not have. */
  isMissing: (code: number) => boolean;
}

const FONT_FILES = ["/FontFile", "/FontFile2", "/FontFile3"] as const;
/** How the box is called; Chromium calls the shapes of a font it draws itself `g` and their number. */
const MISSING_NAMES = new Set<PdfValue>(["/.notdef", "/g0", "/g00"]);

/** A font may wear a subset's tag: `ABCDEF+Inter-Bold`. */
const plainName = (name: PdfValue): string =>
  String(name ?? "a font without a name").replace(/^\/([A-Z]{6}\+)?/, "");

/** Names by code, from an encoding's differences. */
function differencesOf(file: PdfFile, font: PdfDict): Map<number, PdfValue> {
  const names = new Map<number, PdfValue>();
  let code = 0;
  for (const value of file.list(file.dict(font.get("/Encoding")).get("/Differences"))) {
    if (typeof value === "number") code = value;
    else names.set(code++, value);
  }
  return names;
}

function missingCodes(file: PdfFile, font: PdfDict): Font["isMissing"] {
  const subtype = font.get("/Subtype");
  if (subtype === "/Type0") return (code) => code === 0;
  const names = differencesOf(file, font);
  if (subtype !== "/Type3") return (code) => MISSING_NAMES.has(names.get(code) ?? null);
  const shapes = file.dict(font.get("/CharProcs"));
  return (code) => {
    const name = names.get(code);
    return name === undefined || MISSING_NAMES.has(name) || !shapes.has(String(name));
  };
}

export function readFont(file: PdfFile, value: PdfValue | undefined): Font {
  const font = file.dict(value);
  const type0 = font.get("/Subtype") === "/Type0";
  const described = type0 ? file.dict(file.list(font.get("/DescendantFonts"))[0]) : font;
  const descriptor = file.dict(described.get("/FontDescriptor"));
  const toUnicode = file.get(font.get("/ToUnicode"));
  return {
    name: plainName(file.get(font.get("/BaseFont") ?? descriptor.get("/FontName"))),
    embedded:
      font.get("/Subtype") === "/Type3" ||
      FONT_FILES.some((key) => file.get(descriptor.get(key)) instanceof PdfStream),
    bytesPerCode: type0 ? 2 : 1,
    toUnicode:
      toUnicode instanceof PdfStream ? readToUnicode(file.decode(toUnicode).toString("latin1")) : null,
    isMissing: missingCodes(file, font),
  };
}
