import { extname } from "node:path";
import { z } from "zod";
import { PICTURE_BYTES, readSource } from "./definition/read-source.ts";
import { isThere, type SourceFile, sourceFile } from "./definition/source-file.ts";
import { TemplateError } from "./errors.ts";
import { FAMILIES, type FontChoice, type FontFile } from "./font-catalog.ts";
import { svgRefusals } from "./html/svg-refusals.ts";
import { readYaml } from "./layers.ts";

/** The names of `:root` in the base styles, but for the paper. */
const COLOURS = [
  "ink",
  "quiet",
  "line",
  "wash",
  "accent",
  "bad",
  "warn",
  "good",
  "edge",
  "critical",
  "high",
  "medium",
  "low",
] as const;
const PICTURES: Readonly<Record<string, string>> = { ".svg": "image/svg+xml", ".png": "image/png" };

const schema = z.strictObject({
  /** Stands where "nightledger" would. */
  company: z.string().min(1).max(60).optional(),
  /** A file of the folder: SVG or PNG. */
  logo: z.string().optional(),
  colours: z.partialRecord(z.enum(COLOURS), z.string().regex(/^#[0-9a-f]{6}$/i, "is no #rrggbb")).default({}),
  /** Families, the best first; those of npm that nightledger knows, or of `fontFiles`. */
  fonts: z.array(z.string().regex(/^[\p{L}\p{N} -]+$/u)).default([]),
  fontFiles: z
    .array(z.strictObject({ family: z.string(), weight: z.int().min(100).max(900), file: z.string() }))
    .default([]),
});

/** A company's looks: `theme.yaml` of a folder outside the repository. */
export interface Theme extends Omit<z.output<typeof schema>, "logo" | "fontFiles"> {
  folder: string | null;
  /** A data: URI. */
  logo: string | null;
  fontFiles: readonly FontFile[];
}

/** No company's looks: those of `reports/`. */
export const NO_THEME: Theme = { folder: null, logo: null, colours: {}, fonts: [], fontFiles: [] };

function existing(file: SourceFile): SourceFile {
  if (!isThere(file)) throw new TemplateError(file.path, "there is no such file");
  return file;
}

/** @throws TemplateError where a family is neither ours nor the theme's */
function checkFonts(
  file: string,
  { fonts, fontFiles }: { fonts: readonly string[]; fontFiles: readonly { family: string }[] },
): void {
  const known = [...new Set([...fontFiles, ...FAMILIES].map(({ family }) => family))];
  const odd = fonts.find((font) => !known.includes(font));
  if (odd === undefined) return;
  throw new TemplateError(
    file,
    `there is no font "${odd}". There is: ${known.join(", ")}; "fontFiles" may bring more`,
  );
}

function pictureOf(folder: string, file: string): string {
  const source = sourceFile(folder, file);
  const type = PICTURES[extname(file).toLowerCase()];
  if (type === undefined) throw new TemplateError(source.path, "a logo is an .svg or a .png");
  const bytes = readSource(source, PICTURE_BYTES);
  const [refusal] = type === PICTURES[".svg"] ? svgRefusals(bytes.toString("utf8")) : [];
  if (refusal !== undefined)
    throw new TemplateError(source.path, `a logo loads and runs nothing: ${refusal.why}`);
  return `data:${type};base64,${bytes.toString("base64")}`;
}

/** @throws TemplateError */
export function readTheme(folder: string): Theme {
  const source = sourceFile(folder, "theme.yaml");
  const { path: file } = source;
  if (!isThere(source)) throw new TemplateError(file, "there is no such file; a theme's folder needs one");
  const read = schema.safeParse(readYaml(source) ?? {});
  if (!read.success) throw new TemplateError(file, z.prettifyError(read.error));
  checkFonts(file, read.data);
  const { logo, fontFiles, ...rest } = read.data;
  return {
    ...rest,
    folder,
    logo: logo === undefined ? null : pictureOf(folder, logo),
    fontFiles: fontFiles.map((font) => ({ ...font, file: existing(sourceFile(folder, font.file)) })),
  };
}

/** The fonts that a theme asks for; those of nightledger follow where it has none. */
export const fontChoice = ({ fonts, fontFiles }: Theme): FontChoice => ({
  families: fonts,
  files: fontFiles,
});

/** The theme's colours as custom properties, over those of the styles: on paper, and where a reader likes it light. */
export function themeStyles({ colours }: Theme): string {
  const lines = Object.entries(colours).map(([colour, value]) => `--${colour}: ${value};`);
  return lines.length === 0
    ? ""
    : `@media print, (prefers-color-scheme: light) { :root { ${lines.join(" ")} } }`;
}
