import { type Ledger, loadNights, type Night } from "@nightledger/store";

/** So many nights go into one transaction at most. */
const BATCH = 200;
/** And so long one waits at most for others to come. Milliseconds. */
const PATIENCE_MS = 100;
/** When so many wait, nothing more is fetched. */
const BACKLOG = 2 * BATCH;

interface Waiting {
  night: Night;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Loads nights as they come, many to a transaction when they come fast: each transaction has to wait for the disk.
 * A night is on record when its `load` resolves.
 */
export class NightLoader {
  readonly #ledger: Ledger;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #roomFor: (() => void)[] = [];

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  load(night: Night): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ night, resolve, reject });
      if (this.#waiting.length >= BATCH) void this.flush();
      else this.#timer ??= setTimeout(() => void this.flush(), PATIENCE_MS);
    });
  }

  /** Resolves when another night may be fetched. */
  async room(): Promise<void> {
    if (this.#waiting.length >= BACKLOG) await new Promise<void>((resolve) => this.#roomFor.push(resolve));
  }

  /** Resolves when nothing waits any more. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#loadBatch(this.#waiting.splice(0, BATCH));
      for (const resolve of this.#roomFor.splice(0)) resolve();
    }
  }

  /** A night that cannot be loaded takes no other with it. */
  async #loadBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      await loadNights(
        this.#ledger,
        batch.map(({ night }) => night),
      );
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else for (const one of batch) await this.#loadBatch([one]);
    }
  }
}
