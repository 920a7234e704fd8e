import { type Chromium, type FailedChromium, type Launch, launchChromium } from "./chromium.ts";
import { groupMemoryMiB } from "./process-group.ts";
import { ShutPage } from "./shut-page.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** After so many documents a page gives back what they left in memory: 12 ms, and it stays flat. */
const PURGE_AFTER = 20;

export interface PoolSettings {
  /** Documents that a page prints before a fresh one takes its place. */
  recycleAfter: number;
  /** Documents that a Chromium prints before a fresh one takes its place. */
  restartAfter: number;
  /** What the processes of a Chromium may hold before a fresh one takes its place, in MiB. */
  memoryLimitMiB: number;
  launchTimeoutMs: number;
  warn?: Launch["warn"];
  browsers?: Launch["browsers"];
}

/** A Chromium at work. */
interface Shift {
  chromium: Chromium;
  /** Pages that print just now. */
  busy: number;
  documents: number;
  /** It gets no more documents, and ends with those it has. */
  over: boolean;
}

/** It tells by its pipes first that it is gone, then as a process. */
const isUp = ({ browser, process }: Chromium): boolean => browser.connected && !process.ended.aborted;

/** Pages ready to print. They are used again, but not for ever, and neither is the Chromium they are pages of. */
export class PagePool {
  readonly #settings: PoolSettings;
  readonly #stop: AbortSignal;
  readonly #idle: ShutPage[] = [];
  readonly #shifts = new Map<Chromium, Shift>();
  #serving: Promise<Shift> | null = null;
  /** Those that did not start while another did; they are not tried again. */
  readonly #failed: FailedChromium[] = [];

  constructor(settings: PoolSettings, stop: AbortSignal) {
    this.#settings = settings;
    this.#stop = stop;
  }

  /** The Chromium that gets the next document; started if there is none. @throws BrowserNotFoundError, SandboxError */
  async serving(): Promise<Shift> {
    this.#serving ??= this.#begin();
    const serving = this.#serving;
    const shift = await serving;
    if (!shift.over && isUp(shift.chromium)) return shift;
    if (this.#serving === serving) this.#serving = null;
    return await this.serving();
  }

  async #begin(): Promise<Shift> {
    try {
      const chromium = await launchChromium({ ...this.#settings, signal: this.#stop }, this.#failed);
      const shift = { chromium, busy: 0, documents: 0, over: false };
      this.#shifts.set(chromium, shift);
      return shift;
    } catch (error) {
      this.#serving = null;
      throw error;
    }
  }

  /** A page for one document, to be given back; `fresh` is one that has shown none before. */
  async take(signal: AbortSignal, which: "any" | "fresh"): Promise<ShutPage> {
    const shift = await unlessAborted(this.serving(), signal);
    shift.busy += 1;
    try {
      const used = which === "any" ? this.#used(shift) : undefined;
      if (used !== undefined) return used;
      const usable = AbortSignal.any([signal, shift.chromium.process.ended]);
      return await unlessAborted(ShutPage.open(shift.chromium, usable), usable);
    } catch (error) {
      await this.#leave(shift);
      throw error;
    }
  }

  #used({ chromium }: Shift): ShutPage | undefined {
    for (let page = this.#idle.pop(); page !== undefined; page = this.#idle.pop()) {
      if (page.chromium === chromium && !page.gone.aborted) return page;
    }
    return undefined;
  }

  /** @param clean whether the document was printed to its end */
  async giveBack(page: ShutPage, clean: boolean): Promise<void> {
    const shift = this.#shifts.get(page.chromium);
    if (shift === undefined) return;
    shift.documents += 1;
    shift.over ||= shift.documents >= this.#settings.restartAfter || this.#isLarge(shift);
    const again = clean && !shift.over && !page.gone.aborted && page.documents < this.#settings.recycleAfter;
    const ready = again ? await this.#tidy(page) : false;
    if (ready) this.#idle.push(page);
    else if (!shift.over && isUp(page.chromium)) await this.#close(page);
    await this.#leave(shift);
  }

  #isLarge({ chromium, documents }: Shift): boolean {
    const { group } = chromium.process;
    if (group === null || documents % PURGE_AFTER !== 0) return false;
    return (groupMemoryMiB(group) ?? 0) > this.#settings.memoryLimitMiB;
  }

  async #tidy(page: ShutPage): Promise<boolean> {
    if (page.documents % PURGE_AFTER !== 0) return true;
    const unhindered = AbortSignal.any([page.gone, AbortSignal.timeout(this.#settings.launchTimeoutMs)]);
    return await unlessAborted(page.purge(), unhindered).then(
      () => true,
      () => false,
    );
  }

  /** A page that does not close takes its Chromium with it. */
  async #close(page: ShutPage): Promise<void> {
    const { process } = page.chromium;
    const patience = AbortSignal.any([process.ended, AbortSignal.timeout(this.#settings.launchTimeoutMs)]);
    await unlessAborted(page.close(), patience).catch(() => process.end());
  }

  async #leave(shift: Shift): Promise<void> {
    shift.busy -= 1;
    if (shift.busy > 0 || (!shift.over && isUp(shift.chromium))) return;
    await shift.chromium.process.end();
    this.#shifts.delete(shift.chromium);
  }

  /** Ends every Chromium at once. */
  async end(): Promise<void> {
    await this.#serving?.catch(() => {});
    await Promise.all([...this.#shifts.keys()].map(({ process }) => process.end()));
  }
}
