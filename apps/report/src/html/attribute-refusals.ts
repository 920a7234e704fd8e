import { isFragment, isLink } from "./address.ts";
import { cssRefusals } from "./css-refusals.ts";
import { active, type CheckPicture, quoted, type Refusal, reference } from "./refusal.ts";

/** Attributes that name an address, and of which a report needs none. */
const ADDRESSES: ReadonlySet<string> = new Set([
  "action",
  "archive",
  "background",
  "base",
  "cite",
  "classid",
  "codebase",
  "data",
  "dynsrc",
  "formaction",
  "icon",
  "imagesrcset",
  "longdesc",
  "lowsrc",
  "manifest",
  "ping",
  "poster",
  "profile",
  "srcdoc",
  "srcset",
  "usemap",
]);
/** Attributes that are words, or names of ours: whatever stands in them is shown or looked up, and never loaded. */
const WORDS = /^(?:alt|title|content|class|id|name|lang|summary|abbr|aria-.*|data-.*)$/;
/** What a value needs to be a style that loads something. */
const LOADS = /[@\\]|url|image|src|cross-fade|element|paint|expression/i;

const given = (element: string, name: string, value: string): string =>
  `<${element} ${name}=${quoted(value)}>`;

function hrefRefusals(element: string, name: string, value: string, check: CheckPicture): Refusal[] {
  if (element === "a") {
    if (isLink(value)) return [];
    return [
      active(
        `${given(element, name, value)} leads neither to https: nor to mailto: nor to a place in the document`,
      ),
    ];
  }
  if (isFragment(value)) return [];
  const picture = element === "image" ? check(value) : null;
  return picture ?? [reference(`${given(element, name, value)} is not in the document`)];
}

function srcRefusals(element: string, value: string, check: CheckPicture): Refusal[] {
  const picture = element === "img" ? check(value) : null;
  return picture ?? [reference(`${given(element, "src", value)} is not in the document`)];
}

/** What an attribute of HTML or SVG would load or run. `element` is in small letters. */
export function attributeRefusals(
  element: string,
  attribute: string,
  value: string,
  check: CheckPicture,
): Refusal[] {
  const whole = attribute.toLowerCase();
  if (whole === "xmlns" || whole.startsWith("xmlns:")) return [];
  const name = whole.slice(whole.lastIndexOf(":") + 1);
  if (!/^[a-z][\w.-]*$/.test(name)) return [active(`<${element}> has an attribute ${quoted(attribute)}`)];
  if (name.startsWith("on")) return [active(`<${element} ${name}> is a script`)];
  if (name === "src") return srcRefusals(element, value, check);
  if (name === "href") return hrefRefusals(element, whole, value, check);
  if (ADDRESSES.has(name)) return [reference(`${given(element, name, value)} names an address`)];
  return WORDS.test(whole) || !LOADS.test(value) ? [] : cssRefusals(value, check);
}
