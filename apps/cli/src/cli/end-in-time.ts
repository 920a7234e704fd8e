import { EXIT } from "../exit-status.ts";

/** A command that is to stop has so long to end by itself; whoever stops it waits for 10 seconds. Milliseconds. */
export const GRACE_MS = 8000;
/** The exit status of a command that was stopped twice. */
const AT_ONCE = 130;

/** What of the process is used. */
export interface EndingProcess {
  err(text: string): void;
  exit(status?: number): void;
  /** Whether somebody still reads what was written. */
  isRead(): boolean;
}

/**
 * Ends the process whatever its promises and connections do: after the first signal when the grace is over, at once on
 * the second, and after the command itself is done. What is on record stays, and what is not is as if it had been
 * killed.
 */
export class EndInTime {
  readonly #process: EndingProcess;
  readonly #stop = new AbortController();
  #forced: NodeJS.Timeout | undefined;

  constructor(own: EndingProcess) {
    this.#process = own;
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** A signal came. */
  signalled(): void {
    if (this.#stop.signal.aborted) {
      this.#process.exit(AT_ONCE);
      return;
    }
    this.#process.err("\nStopping; what is on record stays. Once more to stop at once.\n");
    // it has to ring even where nothing else keeps the process alive, or a promise that hangs would decide the status
    this.#forced = setTimeout(() => {
      this.#process.err(
        `nightledger: it did not end within ${GRACE_MS / 1000} seconds and is ended now. What is on record stays; the same command finishes the rest.\n`,
      );
      this.#process.exit(EXIT.partial);
    }, GRACE_MS);
    this.#stop.abort();
  }

  /** The command is done: what it left open may not keep the process alive. */
  done(): void {
    clearTimeout(this.#forced);
    const wait = () => {
      setTimeout(() => (this.#process.isRead() ? wait() : this.#process.exit()), GRACE_MS).unref();
    };
    wait();
  }
}
