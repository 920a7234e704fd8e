import { Parser } from "htmlparser2";
import { pictureKind } from "./address.ts";
import { attributeRefusals } from "./attribute-refusals.ts";
import { cssRefusals } from "./css-refusals.ts";
import { active, type CheckPicture, type Refusal, reference } from "./refusal.ts";

/** Elements that run something, hold another document or change an address; the rest draws or is not known. */
const REFUSED: ReadonlySet<string> = new Set([
  "script",
  "handler",
  "listener",
  "foreignobject",
  "iframe",
  "embed",
  "object",
  "audio",
  "video",
  "animate",
  "set",
  "link",
  "base",
  "meta",
  "form",
]);

/** A name without its namespace: `x:script` may be a script, whatever `x` stands for. */
const localName = (name: string): string => name.slice(name.lastIndexOf(":") + 1).toLowerCase();

/** A picture within the picture: dots, but no other drawing, so that there is an end to it. */
const innerPicture: CheckPicture = (address) => {
  const kind = pictureKind(address);
  if (kind === "svg+xml") return [reference("an SVG within an SVG")];
  return kind === null ? null : [];
};

const ENCODINGS = /encoding\s*=\s*["'](?:utf-8|us-ascii|iso-8859-1)["']/i;

function instructionRefusals(name: string, data: string): Refusal[] {
  if (name.toLowerCase() === "?xml-stylesheet") return [reference("<?xml-stylesheet?> loads a stylesheet")];
  if (name.toLowerCase() === "?xml" && /encoding/i.test(data) && !ENCODINGS.test(data))
    return [active("an encoding other than utf-8")];
  if (/^!doctype$/i.test(name) && data.includes("["))
    return [reference("a document type that defines entities may put anything in")];
  return [];
}

/**
 * What an SVG that is shown as a picture has beside a drawing. A browser runs and loads nothing of it there; whoever
 * opens it by itself would.
 */
export function svgRefusals(svg: string): Refusal[] {
  const refusals: Refusal[] = [];
  const open: string[] = [];
  let styles = "";
  const parser = new Parser(
    {
      onopentagname(name) {
        open.push(localName(name));
        if (REFUSED.has(localName(name))) refusals.push(active(`a picture with <${name.slice(0, 40)}>`));
      },
      onattribute(name, value) {
        refusals.push(...attributeRefusals(open.at(-1) ?? "", name, value, innerPicture));
      },
      ontext(text) {
        if (open.at(-1) === "style") styles += text;
      },
      onclosetag: () => void open.pop(),
      onprocessinginstruction: (name, data) => void refusals.push(...instructionRefusals(name, data)),
    },
    { xmlMode: true },
  );
  if (svg.includes("\0")) refusals.push(active("an encoding other than utf-8"));
  parser.end(svg);
  return [...refusals, ...cssRefusals(styles, innerPicture)].map(({ rule, why }) => ({
    rule,
    why: `in an SVG: ${why}`,
  }));
}
