/** Widths of Inter's characters, in parts of the font size; what is not here is as wide as a small letter. */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [
    /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\u{1f000}-\u{1ffff}\u{20000}-\u{3ffff}]/u,
    1,
  ],
  [/[\p{Mn}\p{Me}\p{Cf}]/u, 0],
  [/[MWmw@%]/, 0.9],
  [/[\p{Lu}+=<>~#&\u2212\u00b1]/u, 0.69],
  [/\p{Nd}/u, 0.63],
  [/[fjtrs\-()[\]{}"/\\]/, 0.42],
  [/[il.,:;'|! \u00b7]/, 0.28],
];
const SMALL_LETTER = 0.57;
const BOLD = 1.06;
const VEGA_SIZE = 11;

const widths = new Map<string, number>();

function widthOf(character: string): number {
  const known = widths.get(character);
  if (known !== undefined) return known;
  const width = WIDTHS.find(([pattern]) => pattern.test(character))?.[1] ?? SMALL_LETTER;
  widths.set(character, width);
  return width;
}

/** How wide a text will be, in pixels: near enough to keep labels apart, the same on every machine. */
export function chartTextWidth(
  { fontSize = VEGA_SIZE, fontWeight }: { fontSize?: number; fontWeight?: string | number },
  text: unknown,
): number {
  let parts = 0;
  for (const character of String(text ?? "")) parts += widthOf(character);
  const bold = fontWeight === "bold" || Number(fontWeight) >= 600;
  return parts * fontSize * (bold ? BOLD : 1);
}
