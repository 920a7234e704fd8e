/** So many calls in a window of time. */
export interface Quota {
  calls: number;
  windowMs: number;
}

/** What a call has to find room in before it may be made. */
export interface Lanes {
  /** Room is needed in each of these. */
  all: readonly string[];
  /** And in one of these: the source addresses it may go out from. */
  oneOf: readonly string[];
  /** Among calls that wait, the lowest goes first. */
  rank: number;
}

/** Leave to make one call. */
export interface Turn {
  /** Which of `oneOf` it goes through. */
  through: string;
  /** To be called when the call is over. `answeredAt` (`performance.now()`) is when the cloud had counted it. */
  done(answeredAt?: number): void;
}

/**
 * Who may call when. The calls of one process are paced by a `Pacer`; several hosts that share a user can keep
 * the same promises with counters of their own behind this.
 */
export interface Pace {
  take(lanes: Lanes, signal?: AbortSignal): Promise<Turn>;
  /** A refusal taught the quota of a lane, and that it is closed for so long. */
  learn(lane: string, quota: Quota | null, closedMs: number): void;
}

interface Lane {
  quota: Quota;
  underWay: number;
  /** When each call that has been answered leaves the window; ascending. */
  leaving: number[];
  closedUntil: number;
}

interface Waiting {
  lanes: Lanes;
  grant: (turn: Turn) => void;
}

const UNLIMITED: Quota = { calls: Number.POSITIVE_INFINITY, windowMs: 0 };
const MAX_TIMER_MS = 2_147_483_647;

/**
 * Paces the calls of one process. A call takes a place in each of its lanes and gives it back one window after
 * its answer came. The cloud counted it before it answered, so it never sees more calls in a window than there
 * are places, however long the way there is; and every place is used again at once.
 */
export class Pacer implements Pace {
  readonly #quotaOf: (lane: string) => Quota | null;
  readonly #lanes = new Map<string, Lane | null>();
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `quotaOf` tells what is known of a lane beforehand; null is no limit until one is learned. */
  constructor(quotaOf: (lane: string) => Quota | null) {
    this.#quotaOf = quotaOf;
  }

  take(lanes: Lanes, signal?: AbortSignal): Promise<Turn> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const turn = this.#tryTake(lanes);
      if (turn !== null) return resolve(turn);

      const stop = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        this.#wakeLater();
        reject(signal?.reason as Error);
      };
      const waiting: Waiting = {
        lanes,
        grant: (granted) => {
          signal?.removeEventListener("abort", stop);
          resolve(granted);
        },
      };
      signal?.addEventListener("abort", stop, { once: true });
      const place = this.#waiting.findLastIndex((other) => other.lanes.rank <= lanes.rank) + 1;
      this.#waiting.splice(place, 0, waiting);
      this.#wakeLater();
    });
  }

  learn(name: string, quota: Quota | null, closedMs: number): void {
    const known = this.#lane(name);
    const lane = known ?? { quota: quota ?? UNLIMITED, underWay: 0, leaving: [], closedUntil: 0 };
    if (quota !== null) lane.quota = quota;
    lane.closedUntil = Math.max(lane.closedUntil, performance.now() + closedMs);
    this.#lanes.set(name, lane);
  }

  #lane(name: string): Lane | null {
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      const quota = this.#quotaOf(name);
      lane = quota === null ? null : { quota, underWay: 0, leaving: [], closedUntil: 0 };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  #room(name: string, now: number): number {
    const lane = this.#lane(name);
    if (lane === null) return Number.POSITIVE_INFINITY;
    if (lane.closedUntil > now) return 0;
    const left = lane.leaving.findIndex((time) => time > now);
    lane.leaving.splice(0, left === -1 ? lane.leaving.length : left);
    return lane.quota.calls - lane.underWay - lane.leaving.length;
  }

  #tryTake({ all, oneOf }: Lanes): Turn | null {
    const now = performance.now();
    if (all.some((name) => this.#room(name, now) <= 0)) return null;
    const [widest] = oneOf
      .map((name) => ({ name, room: this.#room(name, now) }))
      .sort((a, b) => b.room - a.room);
    if (widest === undefined || widest.room <= 0) return null;

    const taken = [...all, widest.name].flatMap((name) => this.#lane(name) ?? []);
    for (const lane of taken) lane.underWay += 1;
    return { through: widest.name, done: (answeredAt) => this.#giveBack(taken, answeredAt) };
  }

  #giveBack(taken: readonly Lane[], answeredAt = performance.now()): void {
    if (taken.length === 0) return;
    for (const lane of taken) {
      lane.underWay -= 1;
      if (lane.quota.windowMs > 0) lane.leaving.push(answeredAt + lane.quota.windowMs);
    }
    this.#wake();
  }

  /** Gives every waiting call that finds room its turn, in the order of their ranks. */
  #wake(): void {
    if (this.#waiting.length === 0) return;
    const still: Waiting[] = [];
    for (const waiting of this.#waiting) {
      const turn = this.#tryTake(waiting.lanes);
      if (turn === null) still.push(waiting);
      else waiting.grant(turn);
    }
    this.#waiting = still;
    this.#wakeLater();
  }

  /** Sets the timer for the next moment at which a lane that somebody waits for has room again. */
  #wakeLater(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const name of new Set(this.#waiting.flatMap(({ lanes }) => [...lanes.all, ...lanes.oneOf]))) {
      const lane = this.#lane(name);
      if (lane === null) continue;
      for (const time of [lane.closedUntil, lane.leaving[0] ?? 0])
        if (time > now) next = Math.min(next, time);
    }
    if (!Number.isFinite(next)) return;
    this.#timer = setTimeout(() => this.#wake(), Math.min(MAX_TIMER_MS, Math.ceil(next - now)));
  }
}
