import type { Edition } from "./editions/edition.ts";
import { versionsNow } from "./editions/versions.ts";
import { othersTurn } from "./others-turn.ts";
import { checkPdf } from "./pdf/check-pdf.ts";
import type { Finding } from "./pdf/finding.ts";
import { finishPdf } from "./pdf/finish-pdf.ts";
import { openPrinter, type Printer } from "./printer/printer.ts";
import type { ReportDefinition } from "./report-definition.ts";

/** A4 at 96 dots an inch. */
const A4 = { width: 794, height: 1123 } as const;
const MEBIBYTE = 2 ** 20;

/** A printed edition, and what the gate has against it. */
export interface CheckedPdf {
  pdf: Uint8Array;
  /** Nothing where it may be delivered. */
  findings: readonly Finding[];
}

/** Prints editions of a report and checks them. */
export interface Press {
  /** Starts the browser, which takes as long as the questions to the ledger; else it starts with the first print. */
  start(): void;
  pdf(edition: Edition): Promise<CheckedPdf>;
  /** Page 1, at twice the size of A4's 96 dots an inch. */
  picture(edition: Edition): Promise<Uint8Array>;
  /** The browser as it calls itself; null while none was needed. */
  version(): Promise<string | null>;
  close(): Promise<void>;
}

interface PressOptions {
  signal?: AbortSignal | undefined;
  /** Gets a sentence for each installed browser that does not start, where another one does. */
  warn?: ((sentence: string) => void) | undefined;
}

/** @throws BrowserNotFoundError, SandboxError, PrintError when it prints */
export function openPress(
  { pages, maxMebibytes }: ReportDefinition,
  { signal, warn }: PressOptions = {},
): Press {
  let starting: Promise<Printer> | undefined;
  let isNeeded = false;
  const unneeded = new AbortController();
  const ends = AbortSignal.any([unneeded.signal, ...(signal === undefined ? [] : [signal])]);
  const start = (): Promise<Printer> => {
    starting ??= openPrinter({ warn, signal: ends });
    return starting;
  };
  const printer = (): Promise<Printer> => {
    isNeeded = true;
    return start();
  };
  const producer = `nightledger ${versionsNow(null).nightledger}`;
  return {
    // why it could not, the first print says
    start: () => void start().catch(() => {}),
    async pdf({ document, createdAt }) {
      const { html, figures, locale: language, title } = document;
      const { pdf: bare, refused } = await (await printer()).pdf(html);
      const pdf = await finishPdf(bare, { title, language, createdAt: new Date(createdAt), producer });
      await othersTurn();
      const maxBytes = maxMebibytes * MEBIBYTE;
      return {
        pdf,
        findings: await checkPdf(pdf, { html, figures, language, title, pages, maxBytes, refused }),
      };
    },
    async picture({ document }) {
      const html = document.html.replace("<html", '<html class="picture"');
      return (await printer()).picture(html, { ...A4, scale: 2 });
    },
    version: async () => (await starting)?.version ?? null,
    async close() {
      // a document that is refused before it is printed does not wait for a browser to start
      if (!isNeeded) unneeded.abort();
      await (await starting?.catch(() => undefined))?.close();
    },
  };
}
