/** Retries that a run may always make, whatever it has achieved. */
const FLOOR = 20;
/** And so many more for each call that was made. */
const SHARE = 0.2;

/**
 * Bounds the retries of a whole run, so that a cloud in trouble is not asked many times over for everything, and
 * the quota goes to targets that have not been asked for yet.
 */
export class RetryBudget {
  #calls = 0;
  #retries = 0;

  called(): void {
    this.#calls += 1;
  }

  /** Whether one more retry may be made; it is counted when it may. */
  spend(): boolean {
    if (this.#retries >= FLOOR + this.#calls * SHARE) return false;
    this.#retries += 1;
    return true;
  }
}
