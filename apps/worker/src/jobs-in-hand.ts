import type { Job, PgBoss } from "pg-boss";

/** One try at a job: what a later try of another worker makes void. */
export interface Attempt {
  queue: string;
  id: string;
  retryCount: number;
}

const tried = ({ id, retryCount }: Attempt) => ({ id, retryCount });

/** The jobs that a worker has taken, and says every few seconds that it still has. */
export class JobsInHand {
  readonly #boss: PgBoss;
  readonly #attempts = new Set<Attempt>();
  #idle: (() => void)[] = [];

  constructor(boss: PgBoss) {
    this.#boss = boss;
  }

  get size(): number {
    return this.#attempts.size;
  }

  add(queue: string, { id, retryCount }: Job<object> & { retryCount?: number }): Attempt {
    const attempt = { queue, id, retryCount: retryCount ?? 0 };
    this.#attempts.add(attempt);
    return attempt;
  }

  /** Jobs of one queue are done. What the queue cannot be told lapses, and is found done by who takes it over. */
  async complete(attempts: readonly Attempt[], output?: object): Promise<void> {
    const [first] = attempts;
    if (first === undefined) return;
    try {
      await this.#boss.complete(first.queue, attempts.map(tried), output ?? null);
    } finally {
      this.#remove(attempts);
    }
  }

  /** Gives a job back: it is tried again while it may be. */
  async fail(attempt: Attempt, { message }: Error): Promise<void> {
    try {
      await this.#boss.fail(attempt.queue, tried(attempt), { message });
    } finally {
      this.#remove([attempt]);
    }
  }

  #remove(attempts: readonly Attempt[]): void {
    for (const attempt of attempts) this.#attempts.delete(attempt);
    if (this.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Says that all of them are still worked on. */
  async touch(): Promise<void> {
    for (const [queue, attempts] of Map.groupBy(this.#attempts, (one) => one.queue)) {
      await this.#boss.touch(queue, attempts.map(tried));
    }
  }

  /** Resolves when there is none. */
  async none(): Promise<void> {
    if (this.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }
}
