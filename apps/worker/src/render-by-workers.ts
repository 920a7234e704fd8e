import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Delegation } from "./fetch-by-workers.ts";
import type { RenderDone, RenderJob } from "./jobs.ts";
import type { Work } from "./open-work.ts";
import { LONGEST_SECONDS } from "./run-queue.ts";
import { QUEUE_SCHEMA, RENDER_QUEUE } from "./work-schema.ts";

/** How often the coordinator looks for what is rendered. Milliseconds. */
const LOOK_MS = 200;

interface Ended {
  id: string;
  state: "completed" | "failed";
  output: (RenderDone & { message?: string }) | null;
  tries: number;
}

/** The reports of a night that are handed to workers all at once, and waited for one by one. */
export class RenderRound {
  readonly #work: Work;
  readonly #delegation: Delegation;
  readonly #ids = new Map<string, string>();
  readonly #ended = new Map<string, Ended>();
  readonly #order = randomUUID();

  constructor(work: Work, delegation: Delegation) {
    this.#work = work;
    this.#delegation = delegation;
  }

  /** Whether a worker that renders is alive; else the coordinator had better do it. */
  async isServed(): Promise<boolean> {
    const { rows } = await sql<{ alive: number }>`
      SELECT count(*)::int AS alive FROM nightledger_work.worker_status WHERE is_alive AND renders`.execute(
      this.#work.ledger.db,
    );
    return (rows[0]?.alive ?? 0) > 0;
  }

  /** Puts reports into the queue, by names that they are asked for by. What another round left there is taken off. */
  async enqueue(dataDate: string, groups: ReadonlyMap<string, unknown>): Promise<void> {
    const { boss, lapseSeconds } = this.#work;
    await boss.createQueue(RENDER_QUEUE);
    await boss.updateQueue(RENDER_QUEUE, {
      retryLimit: this.#delegation.tries - 1,
      heartbeatSeconds: lapseSeconds,
      expireInSeconds: LONGEST_SECONDS,
      deleteAfterSeconds: 24 * 60 * 60,
    });
    await this.clear();
    for (const [name, group] of groups) {
      const data: RenderJob = { order: this.#order, dataDate, group };
      const id = await boss.send(RENDER_QUEUE, data);
      if (id !== null) this.#ids.set(name, id);
    }
  }

  /**
   * The editions of a report, when they are made; null when no worker is left that could make them, and the
   * coordinator has the job back.
   *
   * @throws Error with what the workers said, when they gave it up
   */
  async made(name: string, signal: AbortSignal): Promise<unknown[] | null> {
    const id = this.#ids.get(name);
    if (id === undefined) return null;
    for (;;) {
      await this.#collect();
      const ended = this.#ended.get(id);
      if (ended?.state === "completed") return ended.output?.made ?? [];
      if (ended !== undefined)
        throw new Error(ended.output?.message ?? `${ended.tries} workers broke off on it.`);
      signal.throwIfAborted();
      if (!(await this.isServed()) && (await this.#takeBack(id))) return null;
      await sleep(LOOK_MS, undefined, { signal });
    }
  }

  /** Takes everything off the queue that is not done yet. */
  async clear(): Promise<void> {
    await sql`DELETE FROM ${sql.raw(QUEUE_SCHEMA)}.job WHERE name = ${RENDER_QUEUE}`.execute(
      this.#work.ledger.db,
    );
  }

  /** Whether the job was there to be taken: one that is in hand is waited for until its worker counts as gone. */
  async #takeBack(id: string): Promise<boolean> {
    const { numAffectedRows } = await sql`
      DELETE FROM ${sql.raw(QUEUE_SCHEMA)}.job WHERE name = ${RENDER_QUEUE} AND id = ${id} AND state < 'active'`.execute(
      this.#work.ledger.db,
    );
    return numAffectedRows === 1n;
  }

  async #collect(): Promise<void> {
    const { rows } = await sql<Ended>`
      DELETE FROM ${sql.raw(QUEUE_SCHEMA)}.job
      WHERE name = ${RENDER_QUEUE} AND state IN ('completed', 'failed')
      RETURNING id, state, output, retry_count + 1 AS tries`.execute(this.#work.ledger.db);
    for (const ended of rows) this.#ended.set(ended.id, ended);
  }
}
