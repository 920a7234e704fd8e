import type { CallWatcher } from "@nightledger/core";
import { hasQuota, type WorkDone } from "@nightledger/ingest";

/** A quota holds nobody up for less; the way to the database does. */
const LEAST_MS = 50;

const NOTHING: WorkDone = { calls: 0, quotaCalls: 0, receivedBytes: 0, throttledMs: 0 };

/** Counts what a worker does, until it says so. */
export class WorkTally implements CallWatcher {
  #work = { ...NOTHING };
  readonly #onCall: () => void;

  constructor(onCall: () => void) {
    this.#onCall = onCall;
  }

  waits(): void {}
  waited(): void {}

  begins(operation: string): void {
    this.#work.calls += 1;
    if (hasQuota(operation)) this.#work.quotaCalls += 1;
    this.#onCall();
  }

  ends(bytes: number): void {
    this.#work.receivedBytes += bytes;
  }

  throttled(ms: number): void {
    if (ms >= LEAST_MS) this.#work.throttledMs += ms;
  }

  /** What was done since this was asked last. */
  take(): WorkDone {
    const work = this.#work;
    this.#work = { ...NOTHING };
    return work;
  }
}
