import { fontFaces } from "../fonts.ts";
import { glyphFindings } from "../pdf/page-rules.ts";
import { draw, pagesOf } from "../pdf/pages.ts";
import { PdfFile } from "../pdf/pdf-file.ts";
import { pdfText } from "../pdf/pdf-text.ts";
import { openPrinter, type PrinterOptions } from "./printer.ts";

/** What a trial prints: plain and Chinese text, as a report of the cloud's projects has it. */
export const TRIAL_TEXT = "nightledger 安全风险摘要：生产-支付网关 79.2";

/** A line of print, and who printed it. */
export interface TrialPrint {
  /** The browser, as it calls itself, where it is, and whether its sandbox is on. */
  browser: string;
  /** The browsers that do not start, though they come before it; a sentence or two each. */
  failed: string[];
  /** What the PDF says when it is read again. */
  text: string;
  /** Glyphs that are boxes, cannot be read again, or whose font is not in the file; a sentence each. */
  faults: string[];
}

type TrialOptions = Pick<PrinterOptions, "signal" | "browsers">;

/**
 * Prints a line with the fonts that reports embed, and reads it again.
 *
 * @throws BrowserNotFoundError, SandboxError, PrintError; TemplateError where a font is not there
 */
export async function trialPrint({ signal, browsers }: TrialOptions = {}): Promise<TrialPrint> {
  const fonts = fontFaces(TRIAL_TEXT, { weights: [400] });
  const html = `<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>Trial</title><style>${fonts} body { font-family: var(--fonts) }</style></head><body><p>${TRIAL_TEXT}</p></body></html>`;
  const failed: string[] = [];
  const warn = (sentence: string) => failed.push(sentence);
  const printer = await openPrinter({ pages: 1, warn, browsers, ...(signal !== undefined && { signal }) });
  try {
    const { pdf } = await printer.pdf(html);
    const { version, name, unsandboxed } = printer;
    const shut = unsandboxed === null ? "with its sandbox" : `without its sandbox (${unsandboxed})`;
    const file = new PdfFile(pdf);
    const faults = glyphFindings(draw(file, pagesOf(file)).faults).map(({ detail }) => detail);
    return {
      browser: `${version} (${name.replace(/,$/, "")}) ${shut}`,
      failed,
      text: pdfText(pdf).join(" "),
      faults,
    };
  } finally {
    await printer.close();
  }
}
