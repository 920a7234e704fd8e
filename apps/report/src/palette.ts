import { readSourceText } from "./definition/read-source.ts";
import type { SourceFile } from "./definition/source-file.ts";
import { TemplateError } from "./errors.ts";

/** Colours of a report by their names in the styles, without the dashes. */
export type Palette = ReadonlyMap<string, string>;

const ROOT = /^:root\s*\{([^}]*)\}/gm;
const COLOUR = /--([a-z-]+):\s*(#[0-9a-f]{6})\s*;/gi;

/** The colours that stylesheets have in `:root`, the later over the earlier, and those of a theme over all. */
export function readPalette(
  styles: readonly SourceFile[],
  theme: Readonly<Record<string, string>> = {},
): Palette {
  const blocks = styles.flatMap((file) => [...readSourceText(file).matchAll(ROOT)]);
  const colours = blocks.flatMap(([, block = ""]) => [...block.matchAll(COLOUR)]);
  return new Map([
    ...colours.map(([, name = "", colour = ""]) => [name, colour] as const),
    ...Object.entries(theme),
  ]);
}

const TEXTS = ["ink", "quiet", "accent", "bad", "warn", "good"] as const;
const GROUNDS = ["paper", "wash"] as const;
const LEAST = 4.5;

/** Relative luminance as WCAG 2 has it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Whether texts can be read on the paper and on what is washed. @throws TemplateError naming `file` */
export function checkContrast(palette: Palette, file: string): void {
  for (const text of TEXTS) {
    for (const ground of GROUNDS) {
      const [colour, behind] = [palette.get(text), palette.get(ground)];
      if (colour === undefined || behind === undefined) continue;
      const ratio = contrast(colour, behind);
      if (ratio >= LEAST) continue;
      const found = (Math.floor(ratio * 10) / 10).toFixed(1);
      throw new TemplateError(
        file,
        `the colour "${text}" (${colour}) has ${found}:1 against "${ground}" (${behind}); to be read it needs ${LEAST}:1`,
      );
    }
  }
}
