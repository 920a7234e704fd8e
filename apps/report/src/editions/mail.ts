import { TemplateError } from "../errors.ts";
import { helpers } from "../helpers.ts";
import type { Locale } from "../locale.ts";
import type { ReportDefinition } from "../report-definition.ts";
import { type Frame, openTemplates } from "../templates.ts";
import { unescapeHtml } from "../unescape-html.ts";

/** The short of a report, for the body of a mail. */
export interface MailBody {
  html: string;
  /** Without any markup. */
  text: string;
}

const withoutFigures = (html: string): string =>
  html.replace(/<span data-figure="[^"]*"[^>]*>([^<]*)<\/span>/g, "$1");

/** What a template for text has made: markup of figures gone, and what was escaped for HTML as it was. */
const asText = (markup: string): string =>
  `${unescapeHtml(markup.replace(/<[^>]*>/g, ""))
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim()}\n`;

/** Makes the mail bodies of a report in a language, of `templates/mail.hbs` and `templates/mail-text.hbs`. */
export function mailMaker(definition: ReportDefinition, locale: Locale): (data: object) => MailBody {
  const fillerOf = (frame: Frame) =>
    openTemplates(
      definition,
      helpers(locale, ({ name }) => {
        throw new TemplateError(
          `templates/${frame}.hbs`,
          `a mail has no charts, and this asks for "${name}"`,
        );
      }),
      frame,
    );
  const [html, text] = [fillerOf("mail"), fillerOf("mail-text")];
  return (data) => ({ html: withoutFigures(html(data)), text: asText(text(data)) });
}
