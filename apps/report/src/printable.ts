import { type FontCatalog, type FontChoice, fontCatalog } from "./font-catalog.ts";
import { graphemes } from "./font-clusters.ts";

const MARK = /^[\p{M}\p{Emoji_Modifier}\u0e33\u0eb3]/u;
const PLAIN = /^[\x20-\x7e]*$/;
/**
 * Never drawn as they are: controls, formats (which turn the reading direction, or are not seen), lone surrogates,
 * private and unassigned characters, line and paragraph separators, stand-ins and fillers that look like nothing.
 */
const NEVER =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\ufffc\u115f\u1160\u2800\u3164\uffa0]|\p{Variation_Selector}|\u034f|\u17b4|\u17b5/u;
/** Joiners in the scripts that need them and in emoji, and the sign that makes an emoji of a character. */
const WELCOME =
  /(?<=[\p{scx=Arabic}\p{scx=Devanagari}])[\u200c\u200d]|(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]*)\u200d(?=\p{Extended_Pictographic})|(?<=\p{Emoji})[\ufe0e\ufe0f]/gu;
/** England, Scotland and Wales: a black flag with tags. */
const TAG_FLAG = /^\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]+\u{e007f}$/u;

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  return `‹U+${code.toString(16).toUpperCase().padStart(4, "0")}›`;
};

/** No writing stacks more marks on a letter; a name that does would be drawn over its neighbours. */
const STACKED = /[\p{Mn}\p{Me}]{5,}/u;

/** Whether a character becomes one with whatever stands before it. */
const extendsTheOneBefore = (character: string): boolean => [...graphemes(`\u203a${character}`)].length === 1;

function drawable(cluster: string, { faceFor }: FontCatalog): boolean {
  if (STACKED.test(cluster)) return false;
  const seen = TAG_FLAG.test(cluster) ? cluster.slice(0, 2) : cluster.replace(WELCOME, "");
  return !NEVER.test(seen) && faceFor(cluster) !== null;
}

/** A cluster that no font has whole: as much of it as one font has, the rest as escapes. */
function pieces(cluster: string, catalog: FontCatalog): string {
  let text = "";
  let drawn = "";
  for (const character of cluster) {
    const joined = drawn + character;
    if (drawable(joined, catalog) && (drawn !== "" || !extendsTheOneBefore(character))) {
      drawn = joined;
      text += character;
    } else {
      drawn = "";
      text += escaped(character);
    }
  }
  return text;
}

/**
 * A text from outside as it can be printed: what no font has a glyph for, and what would not be seen or would turn
 * the text around it, is written as `‹U+202E›`. For everything that comes from the cloud.
 */
export function printable(text: string, choice?: FontChoice): string {
  if (PLAIN.test(text)) return text;
  const catalog = fontCatalog(choice);
  let printed = "";
  for (const cluster of graphemes(text)) {
    // a mark without a letter would fall on what is printed before it
    const whole = !MARK.test(cluster) && drawable(cluster, catalog);
    printed += whole ? cluster : pieces(cluster, catalog);
  }
  return printed;
}
