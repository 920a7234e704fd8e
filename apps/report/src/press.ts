import type { Browser } from "puppeteer-core";
import { openBrowser } from "./browser.ts";
import { pictureOfPage1, printPdf } from "./print.ts";

/** Prints documents; its browser starts with the first of them. */
export interface Press {
  print(html: string, format: "pdf" | "png"): Promise<Uint8Array>;
  /** The browser as it calls itself; null while none was needed. */
  version(): Promise<string | null>;
  close(): Promise<void>;
}

/** @throws BrowserNotFoundError when it first prints */
export function openPress(signal?: AbortSignal): Press {
  let starting: Promise<Browser> | undefined;
  const browser = (): Promise<Browser> => {
    starting ??= openBrowser(signal);
    return starting;
  };
  const close = async (): Promise<void> => {
    await (await starting?.catch(() => undefined))?.close();
  };
  const stop = () => void close();
  signal?.addEventListener("abort", stop, { once: true });
  return {
    async print(html, format) {
      signal?.throwIfAborted();
      try {
        return await (format === "pdf" ? printPdf : pictureOfPage1)(await browser(), html);
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    },
    version: async () => (await (await starting)?.version()) ?? null,
    async close() {
      signal?.removeEventListener("abort", stop);
      await close();
    },
  };
}
