import type { Reader } from "@nightledger/store";
import { DocumentMaker } from "../document.ts";
import { askAll } from "../editions/answers.ts";
import { askedOf, findSubjects, type ReportSubject } from "../editions/report-subject.ts";
import { NoTargetError, TemplateError } from "../errors.ts";
import { findDataDate } from "../find-data-date.ts";
import { checkHtml } from "../html/check-html.ts";
import type { ReportOrder } from "../report.ts";
import { readDefinition } from "../report-definition.ts";
import { type Preview, type PreviewOptions, startPreview } from "./preview-server.ts";

/** What is asked for, and where to serve it. */
export type PreviewOrder = Pick<
  ReportOrder,
  "name" | "dataDate" | "locale" | "reportsDir" | "themeDir" | "audience" | "only"
> &
  Pick<PreviewOptions, "port" | "made">;

interface Wanted {
  maker: DocumentMaker;
  dataDate: string;
  subject: ReportSubject;
}

/** The report as its folders are now, and whom it is about: of several targets the first. */
async function wantedOf(db: Reader["db"], order: PreviewOrder): Promise<Wanted> {
  const definition = readDefinition(order.reportsDir, order.name, order.themeDir);
  const maker = new DocumentMaker(definition, order.locale);
  const dataDate = await findDataDate(db, order.dataDate);
  const [subject] = await findSubjects(db, definition, dataDate, order);
  if (subject === undefined) throw new NoTargetError(dataDate);
  return { maker, dataDate, subject };
}

async function makeHtml(db: Reader["db"], order: PreviewOrder): Promise<string> {
  const { maker, ...wanted } = await wantedOf(db, order);
  const { datasets } = await askAll(db, maker, wanted, false);
  const { html } = await maker.make(datasets, wanted.dataDate, askedOf(wanted.subject));
  const [finding] = checkHtml(html);
  if (finding === undefined) return html;
  throw new TemplateError(
    `templates of ${order.name}`,
    `the report does not pass its gate: ${finding.detail}`,
  );
}

/**
 * Serves the HTML of a report on 127.0.0.1, made anew whenever a file of `reportsDir` or of the theme is saved. A
 * mistake in one of them is shown in the report's place; what no saved file can mend is refused at once.
 *
 * @throws UnknownReportError, UnknownLocaleError, NoDataError, NoTargetError
 */
export async function previewReport(db: Reader["db"], order: PreviewOrder): Promise<Preview> {
  await wantedOf(db, order).catch((error: unknown) => {
    if (!(error instanceof TemplateError)) throw error;
  });
  const { reportsDir, themeDir, port, made } = order;
  return await startPreview({
    make: () => makeHtml(db, order),
    // all of reports/: a report may come to extend another one
    folders: themeDir === undefined ? [reportsDir] : [reportsDir, themeDir],
    ...(port !== undefined && { port }),
    ...(made !== undefined && { made }),
  });
}
