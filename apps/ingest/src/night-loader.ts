import { type Ledger, loadNights, type Night } from "@nightledger/store";

/** So many nights go into one transaction at most. */
const BATCH = 100;

/**
 * Loads nights as they come, many to a transaction when they come faster than the disk takes them. A night is
 * on record when `load` resolves.
 */
export class NightLoader {
  readonly #db: Ledger["db"];
  #waiting: { night: Night; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #busy = false;

  constructor(db: Ledger["db"]) {
    this.#db = db;
  }

  load(night: Night): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ night, resolve, reject });
      if (!this.#busy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      try {
        await loadNights(
          this.#db,
          batch.map(({ night }) => night),
        );
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#busy = false;
  }
}
