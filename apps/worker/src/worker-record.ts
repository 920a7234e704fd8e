import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { NEWEST_SCHEMA } from "@nightledger/store";
import { sql } from "kysely";
import type { Work } from "./open-work.ts";

/** What a worker offers. */
export interface Offer {
  /** Its source addresses; empty leaves that to the system. */
  egress: readonly string[];
  /** The regions it serves; null is all. */
  regions: readonly string[] | null;
  renders: boolean;
}

const MINUTE_MS = 60_000;

/** How many things took place in the last minute. */
class LastMinute {
  #times: number[] = [];

  add(): void {
    this.#times.push(performance.now());
  }

  count(): number {
    const since = performance.now() - MINUTE_MS;
    this.#times = this.#times.filter((time) => time > since);
    return this.#times.length;
  }
}

/** What a worker says of itself, every few seconds. */
export class WorkerRecord {
  readonly id = randomUUID();
  readonly #work: Work;
  readonly #offer: Offer;
  readonly #doneLately = new LastMinute();
  readonly #callsLately = new LastMinute();
  #done = 0;
  #failed = 0;
  #calls = 0;

  constructor(work: Work, offer: Offer) {
    this.#work = work;
    this.#offer = offer;
  }

  done(): void {
    this.#done += 1;
    this.#doneLately.add();
  }

  failed(): void {
    this.#failed += 1;
  }

  called(): void {
    this.#calls += 1;
    this.#callsLately.add();
  }

  async say(inHand: number): Promise<void> {
    const { egress, regions, renders } = this.#offer;
    const counts = {
      in_hand: inHand,
      done: this.#done,
      failed: this.#failed,
      calls: this.#calls,
      done_last_minute: this.#doneLately.count(),
      calls_last_minute: this.#callsLately.count(),
    };
    const names = sql.join(Object.keys(counts).map((name) => sql.ref(name)));
    const sets = Object.entries(counts).map(([name, value]) => sql`${sql.ref(name)} = ${value}`);
    await sql`
      INSERT INTO nightledger_work.worker (id, host, pid, egress, regions, renders, version, lapse_seconds, ${names})
        VALUES (${this.id}, ${hostname()}, ${process.pid}, ${egress.join(" ")}, ${regions?.join(" ") ?? "all"},
          ${renders}, ${NEWEST_SCHEMA}, ${this.#work.lapseSeconds}, ${sql.join(Object.values(counts))})
        ON CONFLICT (id) DO UPDATE SET heard_at = clock_timestamp(), ${sql.join(sets)}`.execute(
      this.#work.ledger.db,
    );
  }

  /** It works no more. Those that died and were not heard of for a day go with it. */
  async leave(): Promise<void> {
    await sql`
      DELETE FROM nightledger_work.worker
        WHERE id = ${this.id} OR heard_at < clock_timestamp() - interval '1 day'`.execute(
      this.#work.ledger.db,
    );
  }
}
