import { availableParallelism } from "node:os";
import { BrowserNotFoundError, PrintError, SandboxError } from "../errors.ts";
import { sweepBrowserFolders } from "./browser-folder.ts";
import type { Launch } from "./chromium.ts";
import { pageAsPdf } from "./page-as-pdf.ts";
import { frame, type PictureSize, pageAsPicture, unframe } from "./page-as-picture.ts";
import { PagePool } from "./page-pool.ts";
import type { ShutPage } from "./shut-page.ts";
import { Turns } from "./turns.ts";
import { unlessAborted } from "./unless-aborted.ts";

export interface PrinterOptions {
  /** Documents printed at a time. A core fewer than there are, at least 1: whoever makes the HTML needs one. */
  pages?: number;
  /** Documents that a page prints before a fresh one takes its place: 100. */
  recycleAfter?: number;
  /** Documents that a Chromium prints before a fresh one takes its place: 2,000. */
  restartAfter?: number;
  /** What Chromium's processes may hold together before a fresh one takes its place: 2,048 MiB. Linux only. */
  memoryLimitMiB?: number;
  /** How long Chromium may take to start: 30 s. */
  launchTimeoutMs?: number;
  /** How long a document may take, from its turn on: 60 s. */
  printTimeoutMs?: number;
  /** Ends all of it at once. */
  signal?: AbortSignal;
  /** Gets a sentence or two for each installed browser that does not start, where another one does. */
  warn?: Launch["warn"];
  /** The browsers to try, the best first: PUPPETEER_EXECUTABLE_PATH's alone, else the installed, then the packaged. */
  browsers?: Launch["browsers"];
}

export interface Printed {
  pdf: Uint8Array;
  /** What the document tried to load and did not get. A document that holds all it needs tries nothing. */
  refused: string[];
}

const DEFAULTS = {
  recycleAfter: 100,
  restartAfter: 2000,
  memoryLimitMiB: 2048,
  launchTimeoutMs: 30_000,
  printTimeoutMs: 60_000,
} as const;
const GONE = /target (closed|crashed)|session closed/i;

type Settings = Required<Omit<PrinterOptions, "signal" | "pages" | "warn" | "browsers">>;

/** Prints HTML to PDF and PNG in Chromium, where it runs no script and reaches nothing. Close it. */
export class Printer {
  /** Why Chromium runs without its sandbox; null when it runs with it. */
  readonly unsandboxed: string | null;
  /** What Chromium calls itself. */
  readonly version: string;
  /** Its file, or that it is the packaged one. */
  readonly name: string;
  readonly #settings: Settings;
  readonly #pool: PagePool;
  readonly #turns: Turns;
  readonly #stop: AbortController;
  readonly #release: () => void;

  /** @internal Use openPrinter. */
  constructor(
    about: { unsandboxed: string | null; version: string; name: string },
    work: { settings: Settings; pool: PagePool; turns: Turns; stop: AbortController; release: () => void },
  ) {
    this.unsandboxed = about.unsandboxed;
    this.version = about.version;
    this.name = about.name;
    this.#settings = work.settings;
    this.#pool = work.pool;
    this.#turns = work.turns;
    this.#stop = work.stop;
    this.#release = work.release;
  }

  /**
   * The document as PDF: A4 unless it names a size, tagged, with an outline of its headings.
   *
   * @throws PrintError, BrowserNotFoundError, SandboxError, the signal's reason
   */
  async pdf(html: string, options: { signal?: AbortSignal } = {}): Promise<Printed> {
    return await this.#inTurn(options.signal, async (page) => {
      await page.show(html);
      const pdf = await pageAsPdf(page);
      return { pdf, refused: page.refused.take() };
    });
  }

  /**
   * The document as it looks on a screen, as PNG.
   *
   * @throws PrintError, BrowserNotFoundError, SandboxError, the signal's reason
   */
  async picture(html: string, options: PictureSize & { signal?: AbortSignal }): Promise<Uint8Array> {
    return await this.#inTurn(options.signal, async (page) => {
      await frame(page.session, options);
      await page.show(html);
      await page.fontsLoaded();
      const picture = await pageAsPicture(page.session, options.fullPage === true);
      await unframe(page.session);
      return picture;
    });
  }

  async #inTurn<T>(given: AbortSignal | undefined, work: (page: ShutPage) => Promise<T>): Promise<T> {
    const signal = AbortSignal.any([this.#stop.signal, ...(given === undefined ? [] : [given])]);
    await this.#turns.take(signal);
    try {
      return await this.#once(signal, work, "any").catch((error: unknown) => {
        if (!(error instanceof PrintError && error.failure === "crashed")) throw error;
        // it may have been short of memory for a moment
        return this.#once(signal, work, "fresh");
      });
    } finally {
      this.#turns.give();
    }
  }

  async #once<T>(
    signal: AbortSignal,
    work: (page: ShutPage) => Promise<T>,
    which: "any" | "fresh",
  ): Promise<T> {
    const late = AbortSignal.timeout(this.#settings.printTimeoutMs);
    let page: ShutPage | null = null;
    let clean = false;
    try {
      page = await this.#pool.take(AbortSignal.any([signal, late]), which);
      const result = await unlessAborted(work(page), AbortSignal.any([signal, page.gone, late]));
      clean = true;
      return result;
    } catch (error) {
      signal.throwIfAborted();
      throw this.#failure(page, late, error);
    } finally {
      if (page !== null) await this.#pool.giveBack(page, clean);
    }
  }

  #failure(page: ShutPage | null, late: AbortSignal, error: unknown): unknown {
    if (error instanceof BrowserNotFoundError || error instanceof SandboxError) return error;
    const seconds = this.#settings.printTimeoutMs / 1000;
    if (late.aborted) return new PrintError("timeout", `it took longer than ${seconds} s`, error);
    const said = (error as Error).message;
    // commands under way may be refused before the event that tells why comes
    const crashed = page === null || page.gone.aborted || !page.chromium.browser.connected || GONE.test(said);
    if (crashed) return new PrintError("crashed", "its page crashed, and so did a fresh one", error);
    return new PrintError("failed", `Chromium says "${said}"`, error);
  }

  /** Ends Chromium; what is not printed yet is refused. Nothing of it is left, no process and no file. */
  async close(): Promise<void> {
    this.#release();
    this.#stop.abort(new PrintError("closed", "the printer was closed"));
    await this.#pool.end();
  }
}

/**
 * Starts a Chromium that prints. What a killed process of ours left behind is removed first.
 *
 * @throws BrowserNotFoundError, SandboxError, the signal's reason
 */
export async function openPrinter(options: PrinterOptions = {}): Promise<Printer> {
  const { pages = Math.max(1, availableParallelism() - 1), signal, warn, browsers, ...given } = options;
  const settings = { ...DEFAULTS, ...given };
  signal?.throwIfAborted();
  sweepBrowserFolders();
  const stop = new AbortController();
  const pool = new PagePool({ ...settings, warn, browsers }, stop.signal);
  const abort = () => {
    stop.abort(signal?.reason);
    void pool.end();
  };
  signal?.addEventListener("abort", abort, { once: true });
  const release = () => signal?.removeEventListener("abort", abort);
  try {
    const { chromium } = await pool.serving();
    const version = await unlessAborted(chromium.browser.version(), stop.signal);
    const work = { settings, pool, turns: new Turns(pages), stop, release };
    const { unsandboxed, name } = chromium;
    return new Printer({ unsandboxed, version, name }, work);
  } catch (error) {
    release();
    await pool.end();
    throw error;
  }
}
