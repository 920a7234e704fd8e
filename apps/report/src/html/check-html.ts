import { Parser } from "htmlparser2";
import type { Finding } from "../pdf/finding.ts";
import { ALLOWED_ELEMENTS } from "./allowed-elements.ts";
import { attributeRefusals } from "./attribute-refusals.ts";
import { CONTENT_POLICY, isPolicy } from "./content-policy.ts";
import { cssRefusals } from "./css-refusals.ts";
import { isMsoConditional, withPlainComments } from "./mso-conditionals.ts";
import { pictureRefusals } from "./picture-refusals.ts";
import { active, quoted, type Refusal } from "./refusal.ts";

/** So many are listed: a template that is wrong is wrong in each row. */
const AT_MOST = 50;
/** Elements whose text is no markup: not to a browser either, as long as nothing in it looks like some. */
const RAW: ReadonlySet<string> = new Set(["style", "title"]);
const LIKE_MARKUP = /<[a-z/!?]/i;
const ENTITY = /&(?:#|[a-z][a-z0-9]*;)/i;

function metaRefusals(attributes: Readonly<Record<string, string>>): Refusal[] {
  const { charset = "utf-8", content = "" } = attributes;
  const refusals: Refusal[] = [];
  if (charset.trim().toLowerCase() !== "utf-8")
    refusals.push(active(`<meta charset=${quoted(charset)}>: it is utf-8`));
  const isOurs = isPolicy("meta", attributes) && content === CONTENT_POLICY;
  if (attributes["http-equiv"] !== undefined && !isOurs) {
    refusals.push(active(`<meta http-equiv=${quoted(attributes["http-equiv"])}> commands the browser`));
  }
  return refusals;
}

/** Signs that a browser and this parser, or two browsers, read differently: what is after them could be hidden. */
const AMBIGUITIES: readonly (readonly [RegExp, string])[] = [
  [/\p{Cc}(?<![\t\n\f\r\u007f-\u009f])/u, "a control character"],
  [/<!\[/, "a section <![…"],
  [/<\/(?![a-z][a-z0-9]*[ \t\n\r]*>)/i, "an end tag that is more than a name"],
];

const ambiguities = (html: string): Refusal[] => {
  // what is in our own conditional comments is a comment to every parser but Word's
  const rest = withPlainComments(html);
  return AMBIGUITIES.filter(([sign]) => sign.test(rest)).map(([, what]) =>
    active(`${what}: one parser reads it as text, another as markup`),
  );
};

/** A text with its entities undone. */
function unescaped(text: string): string {
  const parts: string[] = [];
  new Parser({ ontext: (part) => void parts.push(part) }).end(text);
  return parts.join("");
}

function rawRefusals(name: string, text: string): Refusal[] {
  if (LIKE_MARKUP.test(text))
    return [active(`<${name}> holds what looks like markup (write "< " in a media query)`)];
  if (name !== "style") return [];
  // a style within a drawing is read with its entities undone, one without is read as it stands
  const texts = ENTITY.test(text) ? [text, unescaped(text)] : [text];
  return texts.flatMap((css) => cssRefusals(css, pictureRefusals));
}

/** Finds what a parser meets, with the place of each. */
class Inspection {
  readonly findings = new Map<string, Finding>();
  readonly #html: string;
  readonly #parser: Parser;
  #element = "";
  #raw: { name: string; from: number } | null = null;

  constructor(html: string) {
    this.#html = html;
    this.#parser = new Parser({
      onopentagname: (name) => this.#open(name),
      onattribute: (name, value) =>
        this.#refuse(attributeRefusals(this.#element, name, value, pictureRefusals)),
      onopentag: (name, attributes) => this.#opened(name, attributes),
      onclosetag: (_, isImplied) => this.#close(isImplied ? html.length : this.#parser.startIndex),
      oncomment: (text) => this.#comment(text),
      onprocessinginstruction: (name) => this.#instruction(name),
    });
    this.#refuse(ambiguities(html));
    this.#parser.end(html);
    this.#close(html.length);
  }

  #refuse(refusals: readonly Refusal[]): void {
    if (this.findings.size >= AT_MOST) return;
    for (const { rule, why } of refusals) {
      if (this.findings.has(why)) continue;
      const line = this.#html.slice(0, Math.max(0, this.#parser.startIndex)).split("\n").length;
      this.findings.set(why, { rule, page: null, detail: `Line ${line} of the HTML: ${why}.` });
    }
  }

  #open(name: string): void {
    this.#element = name.toLowerCase();
    if (!ALLOWED_ELEMENTS.has(this.#element))
      this.#refuse([active(`<${name.slice(0, 40)}> is no element of an edition`)]);
  }

  #opened(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#raw !== null) this.#refuse([active(`<${this.#raw.name}> holds <${name}>`)]);
    this.#close(this.#parser.startIndex);
    if (name === "meta") this.#refuse(metaRefusals(attributes));
    if (RAW.has(name)) this.#raw = { name, from: this.#parser.endIndex + 1 };
  }

  /** The text of the element that is open, as it stands in the document. */
  #close(to: number): void {
    if (this.#raw === null) return;
    const { name, from } = this.#raw;
    this.#raw = null;
    this.#refuse(rawRefusals(name, this.#html.slice(from, Math.max(from, to))));
  }

  #comment(text: string): void {
    if (/[<>]|^[[?]/.test(text) && !isMsoConditional(text))
      this.#refuse([active("a comment with markup in it, which some programs read")]);
  }

  #instruction(name: string): void {
    if (name.toLowerCase() !== "!doctype")
      this.#refuse([active(`<${name.slice(0, 40)} is no part of an edition`)]);
  }
}

/**
 * What keeps HTML from being an edition, a mail's body or a part of one: whatever would load something that is not in
 * it, run, send or redirect. Nothing where it may be delivered. It does not rest on the policy, which programs that
 * show mail do not know.
 */
export const checkHtml = (html: string): Finding[] => [...new Inspection(html).findings.values()];
