import type { Reader } from "@nightledger/store";
import { DocumentMaker } from "./document.ts";
import { askAll } from "./editions/answers.ts";
import { type EditionFormat, needsWorkbook } from "./editions/edition-formats.ts";
import { mailsOf } from "./editions/make-edition.ts";
import { makeFiles } from "./editions/make-files.ts";
import type { Manifest } from "./editions/manifest.ts";
import { nextEdition } from "./editions/next-edition.ts";
import { nightRuns } from "./editions/night-runs.ts";
import { type PlacedEdition, placeEdition } from "./editions/place-edition.ts";
import { findSubjects, type ReportAudience, type ReportTarget } from "./editions/report-subject.ts";
import { NoTargetError } from "./errors.ts";
import { findDataDate } from "./find-data-date.ts";
import { openPress } from "./press.ts";
import { readDefinition } from "./report-definition.ts";

export interface ReportOrder {
  /** A folder of `reportsDir`. */
  name: string;
  /** `YYYY-MM-DD`; the newest night when it is undefined. */
  dataDate: string | undefined;
  /** A file of the report's `locales`, such as `en`. */
  locale: string;
  reportsDir: string;
  /** A company's own looks and words. */
  themeDir?: string | undefined;
  outDir: string;
  formats: readonly EditionFormat[];
  /** Whose targets `db` shows; all of them when it is left out. */
  audience?: ReportAudience;
  /** Which targets a report about a target is made of; all of the night when it is left out. */
  only?: ((target: ReportTarget) => boolean) | undefined;
  /** The ledger's newest seal, for the manifest. */
  seal?: Manifest["seal"];
  signal?: AbortSignal;
  progress?: (step: string) => void;
}

/**
 * Renders a report of one night, for each subject it is about: metric views → datasets → HTML → files and a manifest.
 * Gives each edition when its files are in place.
 *
 * @throws UnknownReportError, UnknownLocaleError, NoDataError, NoTargetError, TemplateError, BrowserNotFoundError
 */
export async function* renderReport(db: Reader["db"], order: ReportOrder): AsyncGenerator<PlacedEdition> {
  const definition = readDefinition(order.reportsDir, order.name, order.themeDir);
  const maker = new DocumentMaker(definition, order.locale);
  const dataDate = await findDataDate(db, order.dataDate);
  const subjects = await findSubjects(db, definition, dataDate, order);
  if (subjects.length === 0) throw new NoTargetError(dataDate);
  const runs = await nightRuns(db, dataDate);
  const mails = mailsOf(maker);
  const press = openPress(order.signal);
  try {
    for (const subject of subjects) {
      order.signal?.throwIfAborted();
      order.progress?.(
        `Reading the night of ${dataDate}${subject.target ? `, ${subject.target.projectName}` : ""}`,
      );
      // one transaction: a night that is loaded meanwhile shows whole or not at all
      const answers = await db
        .transaction()
        .execute((tx) => askAll(tx, maker, { dataDate, subject }, needsWorkbook(order.formats)));
      const { edition, before } = await nextEdition(maker, answers, {
        outDir: order.outDir,
        now: new Date(),
        mails,
      });
      order.signal?.throwIfAborted();
      order.progress?.("Printing");
      const files = await makeFiles(edition, order.formats, {
        locale: maker.locale,
        print: ({ document }, format) => press.print(document.html, format),
      });
      order.signal?.throwIfAborted();
      const { seal = null } = order;
      const chromium = await press.version();
      yield placeEdition(order.outDir, edition, files, {
        before,
        runs,
        seal,
        theme: definition.theme,
        chromium,
      });
    }
  } finally {
    await press.close();
  }
}
