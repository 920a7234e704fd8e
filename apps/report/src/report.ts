import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reader } from "@nightledger/store";
import { renderHtml } from "./html.ts";
import { readLocale } from "./locale.ts";
import { findDataDate, readFigures } from "./metrics.ts";
import { buildModel } from "./model.ts";
import { openPrinter } from "./printer/printer.ts";
import { readDefinition } from "./report-definition.ts";

export interface ReportOrder {
  /** A folder of `reportsDir`. */
  name: string;
  /** `YYYY-MM-DD`; the newest night when it is undefined. */
  dataDate: string | undefined;
  /** A file of the report's `locales`, such as `en`. */
  locale: string;
  reportsDir: string;
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

/** Page 1 of A4 on a screen of 96 dots an inch, at twice the size. */
const A4_TWICE = { width: 794, height: 1123, scale: 2 } as const;

/** How the styles tell a picture from print. */
const asPicture = (html: string): string => html.replace("<html", '<html class="picture"');

/** Puts a file in place whole or not at all. */
function place(file: string, content: Uint8Array): string {
  const partial = `${file}.${process.pid}.partial`;
  try {
    writeFileSync(partial, content);
    renameSync(partial, file);
  } finally {
    rmSync(partial, { force: true });
  }
  return file;
}

/**
 * Renders a report of one night: metric views → report model → HTML → PDF.
 *
 * @throws UnknownReportError, UnknownLocaleError, NoDataError, TemplateError, BrowserNotFoundError, SandboxError, PrintError
 */
export async function renderReport(db: Reader["db"], order: ReportOrder): Promise<RenderedReport> {
  const definition = readDefinition(order.reportsDir, order.name);
  const locale = readLocale(definition, order.locale);

  // one transaction: a night that is loaded meanwhile shows whole or not at all
  const figures = await db.transaction().execute(async (tx) => {
    const dataDate = await findDataDate(tx, order.dataDate);
    order.progress?.(`Reading the night of ${dataDate}`);
    return readFigures(tx, dataDate, definition.settings.trendNights);
  });
  const html = await renderHtml(definition, locale, buildModel(figures, definition));

  order.signal?.throwIfAborted();
  order.progress?.("Printing");
  const printer = await openPrinter({
    pages: 1,
    ...(order.signal !== undefined && { signal: order.signal }),
  });
  if (printer.unsandboxed !== null) order.progress?.(`Without Chromium's sandbox: ${printer.unsandboxed}`);
  try {
    const { pdf } = await printer.pdf(html);
    const png = order.png === true ? await printer.picture(asPicture(html), A4_TWICE) : null;
    mkdirSync(order.outDir, { recursive: true });
    const file = join(order.outDir, `${definition.name}-${figures.dataDate}-${locale.tag}`);
    return {
      dataDate: figures.dataDate,
      pdf: place(`${file}.pdf`, pdf),
      png: png === null ? null : place(`${file}.png`, png),
    };
  } finally {
    await printer.close();
  }
}
