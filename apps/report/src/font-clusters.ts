const clusters = new Intl.Segmenter("und", { granularity: "grapheme" });
/** Text in which a character may belong to the one before it. */
const JOINING = /[\p{M}\p{Cf}\p{Emoji_Modifier}\p{Regional_Indicator}\u1100-\u11ff\u0e33\u0eb3]/u;

/** A text in what the eye takes for one character each: a letter with its marks, a flag, a family. */
export function* graphemes(text: string): Iterable<string> {
  if (!JOINING.test(text)) yield* text;
  else for (const { segment } of clusters.segment(text)) yield segment;
}
