import { Parser } from "htmlparser2";
import { TemplateError } from "../errors.ts";

/** What a browser may do with a document: show what is in it. */
export const CONTENT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'";

const HEADER = "content-security-policy";

/** As it stands in a document. */
export const POLICY_TAG = `<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">`;

/** Whether an element sets a policy. */
export const isPolicy = (name: string, attributes: Readonly<Record<string, string>>): boolean =>
  name === "meta" && (attributes["http-equiv"] ?? "").trim().toLowerCase().startsWith(HEADER);

interface Frame {
  /** The elements that the document begins with. */
  begins: string[];
  /** The end of `<head>`. */
  head: number;
  /** Where the template sets a policy of its own: from, to. */
  policies: [number, number][];
  /** Whether there is text before all that. */
  isLate: boolean;
}

function frameOf(html: string): Frame {
  const frame: Frame = { begins: [], head: -1, policies: [], isLate: false };
  const parser = new Parser({
    onopentag(name, attributes) {
      if (frame.begins.length < 2) frame.begins.push(name);
      if (name === "head" && frame.head === -1) frame.head = parser.endIndex + 1;
      if (isPolicy(name, attributes)) frame.policies.push([parser.startIndex, parser.endIndex + 1]);
    },
    ontext(text) {
      if (frame.begins.length < 2 && text.trim() !== "") frame.isLate = true;
    },
  });
  parser.end(html);
  return frame;
}

/**
 * A document with our policy before anything else in it, and without any that its template brings.
 *
 * @throws TemplateError naming `file` where the document has no head that everything else follows
 */
export function withPolicy(html: string, file: string): string {
  const { begins, head, policies, isLate } = frameOf(html);
  if (begins.join(" ") !== "html head" || isLate) {
    throw new TemplateError(
      file,
      "a document begins with <!doctype html>, <html> and <head>: its content security policy is put there",
    );
  }
  const rest = policies
    .toReversed()
    .reduce((text, [from, to]) => text.slice(0, from) + text.slice(to).replace(/^\n/, ""), html);
  return `${rest.slice(0, head)}\n${POLICY_TAG}${rest.slice(head)}`;
}
