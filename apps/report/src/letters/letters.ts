import Handlebars from "handlebars";
import type { Imprint } from "../document.ts";
import { asLine, asText, mailFiller } from "../editions/mail.ts";
import { TemplateError } from "../errors.ts";
import { Formats } from "../formats.ts";
import { checkHtml } from "../html/check-html.ts";
import { withPolicy } from "../html/content-policy.ts";
import { type Filling, readLocale } from "../locale.ts";
import { readDefinition } from "../report-definition.ts";

const { SafeString, escapeExpression } = Handlebars;

/** The same for those whose mail shows HTML and for those whose does not. */
export interface Words {
  html: string;
  text: string;
}

/** A figure that an edition has otherwise than the one before, as each prints it. */
export interface ChangedFigure {
  /** As `nightledger explain` takes it, such as `portfolio.score`. */
  id: string;
  before: string;
  after: string;
}

/** What is put over a report's mail, or at its end. */
export type Notice =
  | { name: "partial"; fresh: number; expected: number }
  | { name: "correction"; edition: number; figures: readonly ChangedFigure[] }
  | { name: "unchanged"; since: string | null; place: string }
  | { name: "attached"; files: string }
  | { name: "tooLarge"; place: string };

/** What is sent where there is no report to send. Dates are `YYYY-MM-DD`; an audience by its title. */
export type LetterContent =
  | {
      name: "heldCoverage";
      audience: string | null;
      date: string;
      fresh: number;
      expected: number;
      atLeast: number;
    }
  | { name: "heldGate" | "heldFailed" | "heldMissed"; audience: string | null; date: string }
  | {
      name: "failure";
      date: string;
      /** The night in a line; null where it did not come that far. */
      summary: string | null;
      items: readonly string[];
      lines: readonly string[];
    };

export interface Letter extends Words {
  /** One line. */
  subject: string;
}

/** Writes what accompanies reports, or stands in for them, in a language. */
export interface LetterWriter {
  /** What marks a subject of a partial night. */
  partialMark: string;
  notice(notice: Notice): Words;
  /** `seal` is the head of the ledger's chain; null where there is none, or no ledger. */
  letter(content: LetterContent, seal: Imprint["seal"]): Letter;
}

/** A part of a mail, if it may be sent. @throws TemplateError */
function passed(html: string, file: string): string {
  const [finding] = checkHtml(html);
  if (finding !== undefined) throw new TemplateError(file, `does not pass the gate: ${finding.detail}`);
  return html;
}

/** So many figures of a correction are listed; both editions' JSON has all. */
const FIGURES_LISTED = 15;

/**
 * Reads the words and templates of `reports/base`, or of a report's own layers.
 *
 * @throws UnknownReportError, UnknownLocaleError, TemplateError
 */
export function openLetters({
  reportsDir,
  themeDir,
  report,
  locale: language,
}: {
  reportsDir: string;
  themeDir?: string | undefined;
  report: string;
  locale: string;
}): LetterWriter {
  const definition = readDefinition(reportsDir, report, themeDir);
  const locale = readLocale(definition, language);
  const formats = new Formats(locale.tag);
  const filler = (frame: Parameters<typeof mailFiller>[2]) => mailFiller(definition, locale, frame);
  const [noticeHtml, noticeText] = [filler("mail-notice"), filler("mail-notice-text")];
  const [html, text, line] = [filler("letter"), filler("letter-text"), filler("letter-subject")];
  const words = (key: string, values: Record<string, Filling>) => new SafeString(locale.markup(key, values));

  const labelled = ({ id, before, after }: ChangedFigure) => {
    const key = `notice.correction.figures.${id.replace(".", "_")}`;
    return { label: locale.has(key) ? words(key, {}) : id, before, after };
  };

  /** The values of a notice's sentence: the dates in words, the numbers as they are counted by. */
  function fillings(notice: Notice): Record<string, Filling> {
    if (notice.name === "unchanged") return { ...notice, since: formats.date(notice.since) };
    if (notice.name === "correction") return { edition: notice.edition };
    return notice;
  }

  function notice(given: Notice): Words {
    const figures = given.name === "correction" ? given.figures : [];
    const data = {
      name: given.name,
      words: words(`notice.${given.name}.text`, fillings(given)),
      rows: figures.slice(0, FIGURES_LISTED).map(labelled),
      more: Math.max(0, figures.length - FIGURES_LISTED),
    };
    return { html: passed(noticeHtml(data), "templates/mail-notice.hbs"), text: asText(noticeText(data)) };
  }

  function letter(content: LetterContent, seal: Imprint["seal"]): Letter {
    const { summary, items, lines } =
      content.name === "failure" ? content : { summary: null, items: [], lines: [] };
    const title = content.name === "failure" ? "" : content.audience;
    const values = {
      ...content,
      date: formats.date(content.date),
      report: new SafeString(
        `${locale.markup("title")}${title === null ? "" : ` · ${escapeExpression(title)}`}`,
      ),
      ...{ summary: "", items: "", lines: "", audience: "" },
    };
    const paragraphs = locale
      .entries()
      .map(([key]) => key)
      .filter((key) => key.startsWith(`letter.${content.name}.paragraphs.`));
    const data = {
      locale: locale.tag,
      company: definition.theme.company ?? null,
      subject: words(`letter.${content.name}.subject`, values),
      paragraphs: paragraphs.map((key) => words(key, values)),
      summary,
      items,
      lines,
      seal,
    };
    const letterHtml = withPolicy(html(data), "templates/letter.hbs");
    return {
      html: passed(letterHtml, "templates/letter.hbs"),
      text: asText(text(data)),
      subject: asLine(line(data)),
    };
  }

  return { partialMark: asLine(locale.markup("notice.partial.mark")), notice, letter };
}
