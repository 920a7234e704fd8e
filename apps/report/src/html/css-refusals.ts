import { isFontData, isFragment } from "./address.ts";
import { active, type CheckPicture, quoted, type Refusal, reference } from "./refusal.ts";

/** Functions beside `url()` that load something, or that run what is not ours. */
const REFUSED_FUNCTIONS: ReadonlySet<string> = new Set([
  "src",
  "image",
  "image-set",
  "-webkit-image-set",
  "cross-fade",
  "-webkit-cross-fade",
  "element",
  "-moz-element",
  "paint",
]);

const ESCAPE = /\\(?:([0-9a-f]{1,6})[ \t\n]?|(\n)|([^\n]))/gi;
const NAME = /@?(?:[-\w\u0080-\uffff]|\\(?:[0-9a-f]{1,6}[ \t\n]?|[^\n0-9a-f]))+/iy;

/** Escapes undone: `\75rl` is `url`. */
const plain = (text: string): string =>
  text.replace(ESCAPE, (_, code: string | undefined, newline: string | undefined, sign = "") => {
    if (newline !== undefined) return "";
    if (code === undefined) return sign;
    const point = Number.parseInt(code, 16);
    return point === 0 || point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point);
  });

/** The first place at or after `from` of an unescaped sign. */
function endAt(css: string, from: number, signs: readonly string[]): number {
  let end = css.length;
  for (const sign of signs) {
    let at = css.indexOf(sign, from);
    while (at !== -1 && at < end) {
      const before = /\\*$/.exec(css.slice(Math.max(from, at - 16), at))?.[0].length ?? 0;
      if (before % 2 === 0) end = at;
      else at = css.indexOf(sign, at + 1);
    }
  }
  return end;
}

/** What stands in `url(…)`, and where that ends. */
function urlAt(css: string, from: number): { address: string; end: number } {
  const start = from + (/^[ \t\n]*/.exec(css.slice(from, from + 64))?.[0].length ?? 0);
  const quote = css[start];
  if (quote === '"' || quote === "'") {
    const end = endAt(css, start + 1, [quote, "\n"]);
    return { address: plain(css.slice(start + 1, end)), end: end + 1 };
  }
  const end = endAt(css, start, [")"]);
  return { address: plain(css.slice(start, end)), end: end + 1 };
}

function addressRefusals(address: string, check: CheckPicture): Refusal[] {
  if (isFragment(address) || isFontData(address)) return [];
  return check(address) ?? [reference(`url(${quoted(address)}) is not in the document`)];
}

function nameRefusals(name: string, isFunction: boolean): Refusal[] {
  if (name === "@import") return [reference("@import loads another stylesheet")];
  if (isFunction && REFUSED_FUNCTIONS.has(name))
    return [reference(`${name}() loads a picture; use url(data:…)`)];
  if (isFunction && name === "expression") return [active("expression() is a script")];
  return [];
}

/** What a stylesheet, or a `style` attribute, asks for beside itself. It is read as browsers do: escapes, comments, strings. */
export function cssRefusals(given: string, check: CheckPicture): Refusal[] {
  const css = given.replace(/\r\n?|\f/g, "\n");
  const refusals: Refusal[] = [];
  let at = 0;
  while (at < css.length) {
    NAME.lastIndex = at;
    const sign = css[at] ?? "";
    if (css.startsWith("/*", at)) {
      const end = css.indexOf("*/", at + 2);
      at = end === -1 ? css.length : end + 2;
    } else if (sign === '"' || sign === "'") {
      at = endAt(css, at + 1, [sign, "\n"]) + 1;
    } else if (NAME.test(css)) {
      const name = plain(css.slice(at, NAME.lastIndex)).toLowerCase();
      at = NAME.lastIndex;
      if (name === "url" && css[at] === "(") {
        const { address, end } = urlAt(css, at + 1);
        refusals.push(...addressRefusals(address, check));
        at = end;
      } else refusals.push(...nameRefusals(name, css[at] === "("));
    } else at += 1;
  }
  return refusals;
}
