import { type CallWatcher, LONGEST_PAUSE_MS, longestCallMs, type Network } from "@nightledger/core";
import type { IngestAccount } from "../job.ts";

/** What a busy database or machine may take beside the calls. Milliseconds. */
const SLACK_MS = 60_000;
/** How long what was cut off may take to end by itself. Milliseconds. */
const GRACE_MS = 5000;
const TICK_MS = 1000;

const minutes = (ms: number): string => `${Math.max(1, Math.round(ms / 60_000))} min`;

/** Nothing was settled for longer than calls can take: the run ends itself. */
export class StalledRunError extends Error {
  constructor(silentMs: number) {
    super(
      `Nothing was settled for ${minutes(silentMs)}, which is longer than calls can take: the run ended itself. ` +
        "What is on record stays, and the rest is missing; the same command fetches it. Report this, with the log.",
    );
    this.name = "StalledRunError";
  }
}

/**
 * The longest that a run may be silent: one call with all its tries, and the longest pause of a quota. Milliseconds.
 */
export function longestSilenceMs(accounts: readonly IngestAccount[]): number {
  const calls = accounts.map(({ cloud }) => longestCallMs(cloud.limits));
  return Math.max(0, ...calls) + LONGEST_PAUSE_MS + SLACK_MS;
}

/**
 * Watches that a run makes progress: that calls end, and that targets and accounts are settled. A machine that sleeps,
 * or that is busy with one thing, is not silent, so only time in which this process could do something counts.
 */
export class SilenceWatch implements CallWatcher {
  readonly #limitMs: number;
  readonly #networks: ReadonlySet<Network>;
  readonly #stalled = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #leftMs: number;
  #tickedAt = performance.now();

  /** @param limitMs how long nothing may be settled; milliseconds, more than 0 */
  constructor(limitMs: number, networks: Iterable<Network>) {
    this.#limitMs = limitMs;
    this.#leftMs = limitMs;
    this.#networks = new Set(networks);
    for (const { watchers } of this.#networks) watchers.add(this);
    const tickMs = Math.min(TICK_MS, limitMs / 4);
    this.#timer = setInterval(() => this.#tick(tickMs), tickMs).unref();
  }

  /** Aborted with a StalledRunError when it was silent for too long. */
  get signal(): AbortSignal {
    return this.#stalled.signal;
  }

  /** Something was settled. */
  settled(): void {
    this.#leftMs = Math.max(this.#leftMs, this.#limitMs);
  }

  waits(): void {}
  waited(): void {
    this.settled();
  }
  begins(): void {}
  ends(): void {
    this.settled();
  }

  closed(ms: number): void {
    this.#leftMs = Math.max(this.#leftMs, this.#limitMs + ms);
  }

  /**
   * Waits for work that this watch's signal stops; if it does not end by then, it is left.
   *
   * @throws StalledRunError, and what the work throws
   */
  async bounded<T>(work: Promise<T>): Promise<T> {
    const left = Promise.withResolvers<never>();
    let timer: NodeJS.Timeout | undefined;
    const leave = () => {
      timer = setTimeout(() => left.reject(this.signal.reason), Math.min(GRACE_MS, this.#limitMs));
    };
    if (this.signal.aborted) leave();
    else this.signal.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([work, left.promise]);
    } finally {
      clearTimeout(timer);
      this.signal.removeEventListener("abort", leave);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const { watchers } of this.#networks) watchers.delete(this);
  }

  #tick(tickMs: number): void {
    const now = performance.now();
    this.#leftMs -= Math.min(now - this.#tickedAt, 2 * tickMs);
    this.#tickedAt = now;
    if (this.#leftMs <= 0 && !this.signal.aborted) this.#stalled.abort(new StalledRunError(this.#limitMs));
  }
}
