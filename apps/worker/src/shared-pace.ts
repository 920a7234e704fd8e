import { setTimeout as sleep } from "node:timers/promises";
import { type Lanes, lane, type Pace, Pacer, type Quota, type Turn } from "@nightledger/core";
import type { Place, SharedPlaces } from "./places.ts";

/** The operation that a target's job begins with. */
const FIRST = "ListSecurityRisk";
/** So long nobody waits for a place without looking again: another worker may have died, or said that it is done. */
const LOOK_AGAIN_MS = 1000;

const FIRST_RANK = 0;
const LAST_RANK = Number.MAX_SAFE_INTEGER;

/** Lanes that all workers share: a user's quota, and that of an operation as a whole. */
const isShared = (name: string): boolean => name.startsWith("user ") || name.startsWith("operation ");

/** Leave to begin one job of an account at an endpoint: its first call finds room at once. */
export interface Seat {
  /** Null is any account. */
  account: string | null;
  /** To be called when the job is over: what its calls did not use is free at once. */
  leave(): void;
}

/** Seats where there is no quota: of these accounts in turn, or of any. */
const freeSeats = (accounts: readonly string[] | null, most: number): Seat[] =>
  Array.from({ length: most }, (_, nth) => ({
    account: accounts?.[nth % accounts.length] ?? null,
    leave: () => {},
  }));

interface Reserved {
  local: Turn;
  places: readonly Place[];
}

/** What a worker could reserve. */
export interface Seats {
  seats: Seat[];
  /** How long there will be none, where there were none. Milliseconds. */
  waitMs: number;
}

/**
 * Paces the calls of one worker among others: its addresses, its connections and its keys by itself, the quotas of
 * users and operations by places that all workers share. Room is found before a job is taken, so that nobody sits on
 * work that another could do.
 */
export class SharedPace implements Pace {
  readonly #local: Pacer;
  readonly #places: SharedPlaces;
  readonly #quotaOf: (name: string) => Quota | null;
  readonly #learned = new Map<string, Quota>();
  readonly #closedUntil = new Map<string, number>();
  readonly #reserved = new Map<string, Reserved[]>();
  readonly #locals = new Map<string, Lanes>();

  constructor(quotaOf: (name: string) => Quota | null, places: SharedPlaces) {
    this.#quotaOf = quotaOf;
    this.#places = places;
    this.#local = new Pacer((name) => (isShared(name) ? null : quotaOf(name)));
  }

  /**
   * Reserves up to `most` beginnings for jobs of accounts at an endpoint, whichever account has room. Waits until one
   * of this worker's addresses has room; gives none where no account has.
   */
  async reserve(
    origin: string,
    {
      accounts,
      addresses,
      most,
    }: { accounts: readonly string[]; addresses: readonly (string | null)[]; most: number },
    signal: AbortSignal,
  ): Promise<Seats> {
    const lanes = this.#lanes(`begin ${origin}`, {
      all: [lane.everything],
      oneOf: addresses.map((address) => lane.address(FIRST, origin, address)),
    });
    const free = this.#unlimited(origin, accounts, addresses);
    // without a quota one takes many at once, when all that were taken before have begun
    const first = await this.#local.take(lanes, free.length === 0 ? FIRST_RANK : LAST_RANK, signal);
    if (free.length > 0) {
      first.unused();
      return { seats: freeSeats(free.length === accounts.length ? null : free, most), waitMs: 0 };
    }
    const turns = [first];
    while (turns.length < most) {
      const more = this.#local.tryTake(lanes);
      if (more === null) break;
      turns.push(more);
    }
    const seats: Seat[] = [];
    let waitMs = LOOK_AGAIN_MS;
    try {
      const found = await this.#placesFor(origin, accounts, turns.length);
      waitMs = Math.min(waitMs, found.waitMs);
      for (const { account, places } of found.granted) {
        seats.push(this.#seat(origin, account, { local: turns.shift() as Turn, places }));
      }
    } finally {
      for (const turn of turns) turn.unused();
    }
    return { seats, waitMs };
  }

  /** Accounts whose calls no quota holds up, as far as is known. */
  #unlimited(origin: string, accounts: readonly string[], addresses: readonly (string | null)[]): string[] {
    if (addresses.some((address) => this.#quota(lane.address(FIRST, origin, address)) !== null)) return [];
    const isFree = (name: string) => this.#quota(name) === null && this.#closedFor(name) === 0;
    return accounts.filter((account) => isFree(lane.user(FIRST, origin, account)));
  }

  /** Places of as many calls as can be made, each with the account it is of. */
  async #placesFor(
    origin: string,
    accounts: readonly string[],
    most: number,
  ): Promise<{ granted: { account: string; places: Place[] }[]; waitMs: number }> {
    const open = accounts.filter((account) => this.#closedFor(lane.user(FIRST, origin, account)) === 0);
    if (open.length === 0) return { granted: [], waitMs: LOOK_AGAIN_MS };
    const free = open.filter((account) => this.#quota(lane.user(FIRST, origin, account)) === null);
    if (free.length > 0) {
      const seat = (nth: number) => ({ account: free[nth % free.length] as string, places: [] });
      return { granted: Array.from({ length: most }, (_, nth) => seat(nth)), waitMs: 0 };
    }
    const accountOf = new Map(open.map((account) => [lane.user(FIRST, origin, account), account]));
    const { places, waitMs } = await this.#take([...accountOf.keys()], most, lane.operation(FIRST, origin));
    const granted = places.map((own) => ({
      account: accountOf.get(own[0]?.lane ?? "") as string,
      places: own,
    }));
    return { granted, waitMs };
  }

  async #take(names: readonly string[], most: number, whole?: string) {
    const together = whole !== undefined && this.#quota(whole) !== null ? whole : undefined;
    const quotas = new Map(
      [...names, ...(together === undefined ? [] : [together])].flatMap((name) => {
        const quota = this.#quota(name);
        return quota === null ? [] : [[name, quota] as const];
      }),
    );
    await this.#places.make(quotas);
    const windowMs = Math.max(0, ...[...quotas.values()].map((quota) => quota.windowMs));
    return await this.#places.take(names, most, windowMs, together);
  }

  #seat(origin: string, account: string, reserved: Reserved): Seat {
    const whose = lane.user(FIRST, origin, account);
    const queue = this.#reserved.get(whose) ?? [];
    this.#reserved.set(whose, queue);
    queue.push(reserved);
    return {
      account,
      leave: () => {
        const at = queue.indexOf(reserved);
        if (at === -1) return;
        queue.splice(at, 1);
        this.#putBack(reserved);
      },
    };
  }

  #putBack({ local, places }: Reserved): void {
    local.unused();
    for (const place of places) this.#places.freeIn(place, 0);
  }

  async take(lanes: Lanes, rank: number, signal?: AbortSignal): Promise<Turn> {
    const whose = lanes.all.find((name) => (this.#reserved.get(name)?.length ?? 0) > 0);
    const reserved =
      (whose === undefined ? undefined : this.#reserved.get(whose)?.shift()) ??
      (await this.#reserveOne(lanes, rank, signal));
    // a key may be used by so many calls at a time, whoever has room
    const keys = lanes.all.filter((name) => name.startsWith("key "));
    const [key = ""] = keys;
    const keyTurn =
      keys.length === 0
        ? null
        : await this.#local.take(this.#lanes(key, { all: [], oneOf: keys }), rank, signal).catch((error) => {
            this.#putBack(reserved);
            throw error;
          });
    const { local, places } = reserved;
    return {
      through: local.through,
      done: (answeredAt = performance.now()) => {
        keyTurn?.done();
        local.done(answeredAt);
        for (const place of places) this.#places.freeIn(place, this.#leftOfWindow(place.lane, answeredAt));
      },
      unused: () => {
        keyTurn?.unused();
        this.#putBack(reserved);
      },
    };
  }

  #leftOfWindow(name: string, answeredAt: number): number {
    const windowMs = this.#quota(name)?.windowMs ?? 0;
    return Math.max(0, windowMs - (performance.now() - answeredAt));
  }

  /** For calls that no job's beginning stands for: second tries, scores, discovery. */
  async #reserveOne({ all, oneOf }: Lanes, rank: number, signal: AbortSignal | undefined): Promise<Reserved> {
    const own = all.filter((name) => !isShared(name) && !name.startsWith("key "));
    const lanes = this.#lanes(`${own.join("\n")}\n\n${oneOf.join("\n")}`, { all: own, oneOf });
    const shared = all.filter((name) => isShared(name));
    for (;;) {
      const local = await this.#local.take(lanes, rank, signal);
      const places: Place[] = [];
      let waitMs = 0;
      try {
        for (const name of shared) {
          waitMs = this.#closedFor(name);
          if (waitMs > 0) break;
          if (this.#quota(name) === null) continue;
          const taken = await this.#take([name], 1);
          places.push(...taken.places.flat());
          waitMs = taken.waitMs;
          if (waitMs > 0) break;
        }
      } catch (error) {
        this.#putBack({ local, places });
        throw error;
      }
      if (waitMs === 0) return { local, places };
      this.#putBack({ local, places });
      await sleep(Math.min(waitMs, LOOK_AGAIN_MS), undefined, signal ? { signal } : {});
    }
  }

  learn(name: string, quota: Quota | null, closedMs: number): void {
    if (quota !== null) this.#learned.set(name, quota);
    if (!isShared(name)) {
      this.#local.learn(name, quota, closedMs);
      return;
    }
    this.#closedUntil.set(name, performance.now() + closedMs);
    const known = this.#quota(name);
    if (known === null) return;
    // the others learn it by the places; where the database does not answer, by a refusal of their own
    const tell = this.#places.make(new Map([[name, known]])).then(() => this.#places.close(name, closedMs));
    tell.catch(() => {});
  }

  #quota(name: string): Quota | null {
    return this.#learned.get(name) ?? this.#quotaOf(name);
  }

  #closedFor(name: string): number {
    return Math.max(0, (this.#closedUntil.get(name) ?? 0) - performance.now());
  }

  /** The pacer tells its queues apart by the object. */
  #lanes(name: string, lanes: Lanes): Lanes {
    const known = this.#locals.get(name) ?? lanes;
    this.#locals.set(name, known);
    return known;
  }
}
