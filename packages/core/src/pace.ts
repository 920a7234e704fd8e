/** So many calls in a window of time. */
export interface Quota {
  calls: number;
  windowMs: number;
}

/** What a call has to find room in before it may be made. Calls of a kind share one of these. */
export interface Lanes {
  /** Room is needed in each of these. */
  all: readonly string[];
  /** And in one of these: the source addresses it may go out from. */
  oneOf: readonly string[];
}

/** Leave to make one call. */
export interface Turn {
  /** Which of `oneOf` it goes through. */
  through: string;
  /** To be called when the call is over. `answeredAt` (`performance.now()`) is when the cloud had counted it. */
  done(answeredAt?: number): void;
  /** To be called instead, when no call was made of it: its places are free again at once. */
  unused(): void;
}

/**
 * Who may call when. The calls of one process are paced by a `Pacer`; several hosts that share a user keep the same
 * promises with counters that they share.
 */
export interface Pace {
  /** Waits for room. Among calls that wait, the lowest `rank` goes first. */
  take(lanes: Lanes, rank: number, signal?: AbortSignal): Promise<Turn>;
  /** A refusal taught the quota of a lane, and that it is closed for so long. */
  learn(lane: string, quota: Quota | null, closedMs: number): void;
}

interface Lane {
  name: string;
  quota: Quota;
  underWay: number;
  /** When each call that has been answered leaves the window; ascending. */
  leaving: number[];
  closedUntil: number;
  /** How many queues have it among those that all their calls go through. */
  queues: number;
}

interface Waiting {
  rank: number;
  grant: (turn: Turn) => void;
}

/** Calls that need the same lanes, those that wait in the order of their ranks. */
interface Queue {
  all: readonly Lane[];
  oneOf: readonly Lane[];
  waiting: Waiting[];
}

const UNLIMITED: Quota = { calls: Number.POSITIVE_INFINITY, windowMs: 0 };
const MAX_TIMER_MS = 2_147_483_647;

/** The place of the queue whose first call has the lowest rank. */
function firstInLine(queues: readonly Queue[]): number {
  let first = 0;
  let lowest = Number.POSITIVE_INFINITY;
  for (let place = 0; place < queues.length; place += 1) {
    const rank = queues[place]?.waiting[0]?.rank ?? Number.POSITIVE_INFINITY;
    if (rank >= lowest) continue;
    first = place;
    lowest = rank;
  }
  return first;
}

/**
 * Paces the calls of one process. A call takes a place in each of its lanes and gives it back one window after
 * its answer came. The cloud counted it before it answered, so it never sees more calls in a window than there
 * are places, however long the way there; and every place is used again at once.
 */
export class Pacer implements Pace {
  readonly #quotaOf: (lane: string) => Quota | null;
  readonly #lanes = new Map<string, Lane>();
  readonly #queues = new Map<Lanes, Queue>();
  #timer: NodeJS.Timeout | undefined;

  /** `quotaOf` tells what is known of a lane beforehand; null is no limit until one is learned. */
  constructor(quotaOf: (lane: string) => Quota | null) {
    this.#quotaOf = quotaOf;
  }

  take(lanes: Lanes, rank: number, signal?: AbortSignal): Promise<Turn> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    const queue = this.#queue(lanes);
    const turn = this.#tryTake(queue, performance.now());
    if (turn !== null) return Promise.resolve(turn);
    return new Promise((resolve, reject) => {
      const stop = () => {
        queue.waiting.splice(queue.waiting.indexOf(waiting), 1);
        this.#wake();
        reject(signal?.reason as Error);
      };
      const waiting: Waiting = {
        rank,
        grant: (granted) => {
          signal?.removeEventListener("abort", stop);
          resolve(granted);
        },
      };
      signal?.addEventListener("abort", stop, { once: true });
      const place = queue.waiting.findLastIndex((other) => other.rank <= rank) + 1;
      queue.waiting.splice(place, 0, waiting);
      this.#wake();
    });
  }

  /** A turn if there is room at once, past those that wait; else null. */
  tryTake(lanes: Lanes): Turn | null {
    return this.#tryTake(this.#queue(lanes), performance.now());
  }

  learn(name: string, quota: Quota | null, closedMs: number): void {
    const lane = this.#lane(name);
    if (quota !== null) lane.quota = quota;
    lane.closedUntil = Math.max(lane.closedUntil, performance.now() + closedMs);
  }

  #lane(name: string): Lane {
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = {
        name,
        quota: this.#quotaOf(name) ?? UNLIMITED,
        underWay: 0,
        leaving: [],
        closedUntil: 0,
        queues: 0,
      };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  #queue(lanes: Lanes): Queue {
    let queue = this.#queues.get(lanes);
    if (queue === undefined) {
      const named = (names: readonly string[]) => names.map((name) => this.#lane(name));
      queue = { all: named(lanes.all), oneOf: named(lanes.oneOf), waiting: [] };
      for (const lane of queue.all) lane.queues += 1;
      this.#queues.set(lanes, queue);
    }
    return queue;
  }

  #room(lane: Lane, now: number): number {
    if (lane.closedUntil > now) return 0;
    const { leaving } = lane;
    const [first] = leaving;
    if (first !== undefined && first <= now) {
      const left = leaving.findIndex((time) => time > now);
      leaving.splice(0, left === -1 ? leaving.length : left);
    }
    return lane.quota.calls - lane.underWay - leaving.length;
  }

  #tryTake({ all, oneOf }: Queue, now: number): Turn | null {
    for (const lane of all) if (this.#room(lane, now) <= 0) return null;
    let widest: Lane | undefined;
    let most = 0;
    for (const lane of oneOf) {
      const room = this.#room(lane, now);
      if (room > most) [widest, most] = [lane, room];
    }
    if (widest === undefined) return null;

    const taken = [...all, widest];
    for (const lane of taken) lane.underWay += 1;
    return {
      through: widest.name,
      done: (answeredAt) => this.#giveBack(taken, answeredAt),
      unused: () => this.#putBack(taken),
    };
  }

  #putBack(taken: readonly Lane[]): void {
    for (const lane of taken) lane.underWay -= 1;
    this.#wake();
  }

  #giveBack(taken: readonly Lane[], answeredAt = performance.now()): void {
    for (const lane of taken) {
      lane.underWay -= 1;
      if (lane.quota.windowMs > 0) lane.leaving.push(answeredAt + lane.quota.windowMs);
    }
    this.#wake();
  }

  /** Gives every waiting call that finds room its turn, in the order of their ranks. */
  #wake(): void {
    const now = performance.now();
    const open = [...this.#queues.values()].filter(({ waiting }) => waiting.length > 0);
    while (open.length > 0) {
      const place = firstInLine(open);
      const queue = open[place] as Queue;
      const turn = this.#tryTake(queue, now);
      if (turn !== null) queue.waiting.shift()?.grant(turn);
      else if (this.#isShutToAll(queue, now)) break;
      if (turn === null || queue.waiting.length === 0) open.splice(place, 1);
    }
    this.#wakeLater(now);
  }

  /** Whether there is no room in a lane that every call goes through: then nobody else need be tried. */
  #isShutToAll({ all }: Queue, now: number): boolean {
    return all.some((lane) => lane.queues === this.#queues.size && this.#room(lane, now) <= 0);
  }

  /**
   * Sets the timer for the next moment at which a lane that somebody waits for has room again, seen from `now`:
   * the moment at which there was none. A place that is left between the two would be nobody's.
   */
  #wakeLater(now: number): void {
    let next = Number.POSITIVE_INFINITY;
    for (const { all, oneOf, waiting } of this.#queues.values()) {
      if (waiting.length === 0) continue;
      for (const lanes of [all, oneOf]) {
        for (const { closedUntil, leaving } of lanes) {
          if (closedUntil > now) next = Math.min(next, closedUntil);
          const [first] = leaving;
          if (first !== undefined && first > now) next = Math.min(next, first);
        }
      }
    }
    clearTimeout(this.#timer);
    if (next === Number.POSITIVE_INFINITY) return;
    // the moment may have passed while all queues were looked at
    const leftMs = Math.max(0, Math.ceil(next - performance.now()));
    this.#timer = setTimeout(() => this.#wake(), Math.min(MAX_TIMER_MS, leftMs));
  }
}
