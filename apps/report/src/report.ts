import { join } from "node:path";
import type { Reader } from "@nightledger/store";
import { openBrowser } from "./browser.ts";
import { DocumentMaker } from "./document.ts";
import { findDataDate } from "./find-data-date.ts";
import { placeFile } from "./place-file.ts";
import { pictureOfPage1, printPdf } from "./print.ts";
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
  themeDir?: string;
  outDir: string;
  /** Page 1 as a picture, too. */
  png?: boolean;
  signal?: AbortSignal;
  progress?: (step: string) => void;
}

export interface RenderedReport {
  dataDate: string;
  pdf: string;
  png: string | null;
}

/**
 * Renders a report of one night: metric views → datasets → HTML → PDF.
 *
 * @throws UnknownReportError, UnknownLocaleError, NoDataError, TemplateError, BrowserNotFoundError
 */
export async function renderReport(db: Reader["db"], order: ReportOrder): Promise<RenderedReport> {
  const definition = readDefinition(order.reportsDir, order.name, order.themeDir);
  const maker = new DocumentMaker(definition, order.locale);
  const subject = { audience: null, targetId: null };

  // one transaction: a night that is loaded meanwhile shows whole or not at all
  const { dataDate, datasets } = await db.transaction().execute(async (tx) => {
    const found = await findDataDate(tx, order.dataDate);
    order.progress?.(`Reading the night of ${found}`);
    return { dataDate: found, datasets: await maker.ask(tx, found, subject) };
  });
  const { html } = await maker.make(datasets, dataDate, subject);

  order.signal?.throwIfAborted();
  order.progress?.("Printing");
  const browser = await openBrowser(order.signal);
  const stop = () => void browser.close();
  order.signal?.addEventListener("abort", stop, { once: true });
  try {
    const pdf = await printPdf(browser, html);
    const png = order.png === true ? await pictureOfPage1(browser, html) : null;
    const file = join(order.outDir, `${definition.name}-${dataDate}-${order.locale}`);
    return {
      dataDate,
      pdf: placeFile(`${file}.pdf`, pdf),
      png: png === null ? null : placeFile(`${file}.png`, png),
    };
  } catch (error) {
    order.signal?.throwIfAborted();
    throw error;
  } finally {
    order.signal?.removeEventListener("abort", stop);
    await browser.close();
  }
}
