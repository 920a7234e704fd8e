import { TemplateError } from "../errors.ts";
import { helpers } from "../helpers.ts";
import { withPolicy } from "../html/content-policy.ts";
import type { Locale } from "../locale.ts";
import type { ReportDefinition } from "../report-definition.ts";
import { type Frame, openTemplates } from "../templates.ts";
import { unescapeHtml } from "../unescape-html.ts";

/** The short of a report, for the body of a mail. */
export interface MailBody {
  html: string;
  /** Without any markup. */
  text: string;
  /** One line. */
  subject: string;
}

type Filler = (data: object) => string;

const withoutFigures = (html: string): string =>
  html.replace(/<span data-figure="[^"]*"[^>]*>([^<]*)<\/span>/g, "$1");

/** What a template for text has made: markup of figures gone, and what was escaped for HTML as it was. */
export const asText = (markup: string): string =>
  `${unescapeHtml(markup.replace(/<[^>]*>/g, ""))
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim()}\n`;

/** The same on one line, as a header has it. */
export const asLine = (markup: string): string => asText(markup).replace(/\s+/g, " ").trim();

/** A template of a mail with what it sees filled in. @throws TemplateError */
export const mailFiller = (definition: ReportDefinition, locale: Locale, frame: Frame) =>
  openTemplates(
    definition,
    helpers(locale, ({ name }) => {
      throw new TemplateError(`templates/${frame}.hbs`, `a mail has no charts, and this asks for "${name}"`);
    }),
    frame,
  );

/** Makes the mails of a report in a language, of `templates/mail.hbs`, `mail-text.hbs` and `mail-subject.hbs`. */
export function mailMaker(definition: ReportDefinition, locale: Locale): (data: object) => MailBody {
  const [html, text, subject] = (["mail", "mail-text", "mail-subject"] as const).map((frame) =>
    mailFiller(definition, locale, frame),
  ) as [Filler, Filler, Filler];
  return (data) => ({
    html: withPolicy(withoutFigures(html(data)), "templates/mail.hbs"),
    text: asText(text(data)),
    subject: asLine(subject(data)),
  });
}
