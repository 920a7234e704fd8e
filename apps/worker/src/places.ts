import { randomUUID } from "node:crypto";
import type { Quota } from "@nightledger/core";
import type { Ledger } from "@nightledger/store";
import { sql } from "kysely";

/** A place of a lane, taken. */
export interface Place {
  lane: string;
  nth: number;
  token: string;
}

/** What was to be had. */
export interface Taken {
  /** Those of one call each: its own, and that of the whole if one is needed. */
  places: Place[][];
  /** Where there was none: how long until the next place is free. Milliseconds. */
  waitMs: number;
}

/** Somebody else looks at this moment, or a clock is a little off. Milliseconds. */
const LEAST_WAIT_MS = 5;

/**
 * Places of quotas that all workers share, one row each. A place is free again one window after the answer to the
 * call that took it, by the clock of the database; the place of a worker that died, when no call of it can be under
 * way any more. So nobody sees more calls in a window than there are places, whoever makes them.
 */
export class SharedPlaces {
  readonly #db: Ledger["db"];
  /** How long a call can take. Milliseconds. */
  readonly #longestMs: number;
  readonly #made = new Map<string, number>();
  /** With the moment (`performance.now()`) at which each is free. */
  #settled: { place: Place; freeAt: number }[] = [];
  #settling: Promise<void> | null = null;

  constructor({ db }: Ledger, longestMs: number) {
    this.#db = db;
    this.#longestMs = longestMs;
  }

  /** Sees to it that lanes have as many places as their quotas. */
  async make(quotas: ReadonlyMap<string, Quota>): Promise<void> {
    const open = [...quotas].filter(([lane, { calls }]) => this.#made.get(lane) !== calls).sort();
    if (open.length === 0) return;
    const lanes = sql`unnest(
      ${open.map(([lane]) => lane)}::text[], ${open.map(([, { calls }]) => calls)}::int[]) AS l (lane, calls)`;
    await sql`
      INSERT INTO nightledger_work.place (lane, nth)
        SELECT l.lane, nth FROM ${lanes}, generate_series(1, l.calls) AS nth ORDER BY l.lane, nth
        ON CONFLICT DO NOTHING`.execute(this.#db);
    await sql`
      DELETE FROM nightledger_work.place p USING ${lanes} WHERE p.lane = l.lane AND p.nth > l.calls`.execute(
      this.#db,
    );
    for (const [lane, { calls }] of open) this.#made.set(lane, calls);
  }

  /**
   * Takes up to `most` free places of lanes, those first that have been free for the longest: no lane waits for another.
   * With each of them goes a place of `whole`, a lane that all of them need, where there is one.
   */
  async take(lanes: readonly string[], most: number, windowMs: number, whole?: string): Promise<Taken> {
    const token = randomUUID();
    const { rows } = await sql<Place>`
      WITH own AS MATERIALIZED (
        SELECT lane, nth FROM nightledger_work.place
        WHERE lane = ANY(${[...lanes]}::text[]) AND free_at <= clock_timestamp()
        ORDER BY free_at LIMIT ${most} FOR UPDATE SKIP LOCKED),
      whole AS MATERIALIZED (
        SELECT lane, nth FROM nightledger_work.place
        WHERE lane = ${whole ?? ""} AND free_at <= clock_timestamp()
        ORDER BY free_at LIMIT (SELECT count(*) FROM own) FOR UPDATE SKIP LOCKED)
      UPDATE nightledger_work.place p
        SET free_at = clock_timestamp() + ${windowMs + this.#longestMs} * interval '1 millisecond', token = ${token}
        FROM (SELECT * FROM own UNION ALL SELECT * FROM whole) AS free
        WHERE p.lane = free.lane AND p.nth = free.nth
        RETURNING p.lane, p.nth, p.token`.execute(this.#db);
    const own = rows.filter(({ lane }) => lane !== whole);
    const together = rows.filter(({ lane }) => lane === whole);
    const enough = whole === undefined ? own.length : together.length;
    for (const place of own.slice(enough)) this.freeIn(place, 0);
    const places = own.slice(0, enough).map((place, nth) => [place, ...together.slice(nth, nth + 1)]);
    if (places.length > 0) return { places, waitMs: 0 };
    // what is short is what decides
    return { places, waitMs: await this.#waitMs(own.length > 0 && whole !== undefined ? [whole] : lanes) };
  }

  async #waitMs(lanes: readonly string[]): Promise<number> {
    const { rows } = await sql<{ ms: number | null }>`
      SELECT (EXTRACT(EPOCH FROM min(free_at) - clock_timestamp()) * 1000)::float8 AS ms
      FROM nightledger_work.place
      WHERE lane = ANY(${[...lanes]}::text[]) AND free_at > '-infinity'`.execute(this.#db);
    return Math.max(LEAST_WAIT_MS, Math.ceil(rows[0]?.ms ?? 0));
  }

  /**
   * Says when a place is free again, from now on; in one statement with others that are said at about the same time.
   * However long that takes: the moment stays the same.
   */
  freeIn(place: Place, ms: number): void {
    this.#settled.push({ place, freeAt: performance.now() + ms });
    this.#settling ??= this.#settle();
  }

  /** Resolves when all that was said is on record. */
  async flush(): Promise<void> {
    await this.#settling;
  }

  /** What cannot be said now lapses of itself. */
  async #settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#settled.length > 0) {
      const batch = this.#settled.splice(0);
      const begun = performance.now();
      try {
        await sql`
          UPDATE nightledger_work.place p SET free_at = clock_timestamp() + s.ms * interval '1 millisecond'
          FROM unnest(
            ${batch.map(({ place }) => place.lane)}::text[], ${batch.map(({ place }) => place.nth)}::int[],
            ${batch.map(({ place }) => place.token)}::uuid[],
            ${batch.map(({ freeAt }) => Math.max(0, freeAt - begun))}::float8[]
          ) AS s (lane, nth, token, ms)
          WHERE p.lane = s.lane AND p.nth = s.nth AND p.token = s.token`.execute(this.#db);
      } catch {
        const late = performance.now() - begun;
        if (late > this.#longestMs) continue;
        await new Promise((resolve) => setTimeout(resolve, 1000));
        this.#settled.push(...batch);
      }
    }
    this.#settling = null;
  }

  /** Nobody calls through a lane for so long: a refusal said so. */
  async close(lane: string, ms: number): Promise<void> {
    await sql`
      UPDATE nightledger_work.place
        SET free_at = GREATEST(free_at, clock_timestamp() + ${ms} * interval '1 millisecond')
        WHERE lane = ${lane}`.execute(this.#db);
  }
}
