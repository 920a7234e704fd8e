import { setTimeout as sleep } from "node:timers/promises";
import { type Cloud, hssEndpoint, type Network, placeOf } from "@nightledger/core";
import { type Desk, fetchTarget, NightLoader, type TargetOutcome } from "@nightledger/ingest";
import { sql } from "kysely";
import type { Job } from "pg-boss";
import type { FetchJob } from "./jobs.ts";
import type { JobsInHand } from "./jobs-in-hand.ts";
import type { Work } from "./open-work.ts";
import type { Seat, SharedPace } from "./shared-pace.ts";
import { Teller } from "./teller.ts";
import { type WaitingLine, waitingLines } from "./waiting-lines.ts";
import { SUSPECT } from "./work-schema.ts";
import type { WorkTally } from "./work-tally.ts";
import type { WorkerRecord } from "./worker-record.ts";

/** How often a worker with nothing to do looks for work. Milliseconds. */
const LOOK_MS = 250;
/** How much longer one waits who is busy. Milliseconds. */
const BUSY_MS = 750;
/** Jobs taken at once, where no quota holds them up. */
const AT_ONCE = 64;

/** What a worker fetches with. */
export interface FetchTools {
  work: Work;
  clouds: ReadonlyMap<string, Cloud>;
  network: Network;
  pace: SharedPace;
  /** The regions it serves; null is all. */
  regions: readonly string[] | null;
  inHand: JobsInHand;
  tally: WorkTally;
  record: WorkerRecord;
  onProblem: (problem: string) => void;
}

/** A line that this worker serves, with the endpoint that its calls go to. */
type Line = WaitingLine & { origin: string; cloud: Cloud };

/** Takes targets from the queue and fetches them, until it is told to stop; then ends what it has begun. */
export class FetchWorker {
  readonly #tools: FetchTools;
  readonly #loader: NightLoader;
  readonly #teller: Teller;
  readonly #desks = new Map<string, Promise<void>>();
  readonly #signal: AbortSignal;
  readonly #underWay = new Set<Promise<void>>();
  /** Lines by their endpoint, as they were seen last. */
  #lines = new Map<string, Line[]>();
  /** All that waited then, also for others. */
  #waiting: WaitingLine[] = [];

  constructor(tools: FetchTools, signal: AbortSignal) {
    this.#tools = tools;
    this.#loader = new NightLoader(tools.work.ledger);
    this.#teller = new Teller({ ...tools, boss: tools.work.boss, worker: tools.record.id });
    this.#signal = signal;
  }

  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        const served = await this.#served();
        const suspects = served.filter(({ isSuspect }) => isSuspect);
        if (suspects.length > 0) await this.#doSuspects(suspects);
        this.#lines = Map.groupBy(
          served.filter(({ isSuspect }) => !isSuspect),
          ({ origin }) => origin,
        );
        for (const origin of this.#lines.keys()) this.#open(origin);
      } catch (error) {
        if (!this.#signal.aborted)
          this.#tools.onProblem(`The queue cannot be read: ${(error as Error).message}`);
      }
      await sleep(LOOK_MS, undefined, { signal: this.#signal }).catch(() => {});
      // where there is work enough there is no need to look, until some of it is not there any more
      if (this.#desks.size > 0) {
        const long = sleep(BUSY_MS, undefined, { signal: this.#signal }).catch(() => {});
        await Promise.race([long, ...this.#desks.values()]);
      }
    }
    await Promise.all(this.#desks.values());
    await this.#loader.flush().catch(() => {});
  }

  async #served(): Promise<Line[]> {
    const { work, regions, clouds } = this.#tools;
    this.#waiting = await waitingLines(work.ledger);
    return this.#waiting.flatMap((line) => {
      const cloud = clouds.get(line.account);
      if (cloud === undefined || (regions !== null && !regions.includes(line.region))) return [];
      try {
        return [{ ...line, cloud, origin: placeOf(hssEndpoint(cloud, line.region)) }];
      } catch (error) {
        this.#tools.onProblem((error as Error).message);
        return [];
      }
    });
  }

  /** One after the other, with nothing else in hand: if a worker breaks off on one, it is that one. */
  async #doSuspects(lines: readonly Line[]): Promise<void> {
    this.#lines = new Map();
    await Promise.all(this.#desks.values());
    await Promise.all(this.#underWay);
    for (const line of lines) {
      const seats = await this.#seatsFor(line.origin, [line], 1);
      await this.#fill(line.origin, [line], seats);
      await Promise.all(this.#underWay);
      await this.#teller.flush();
    }
  }

  /** Each endpoint has a desk of its own: none waits for another's quota. */
  #open(origin: string): void {
    if (this.#desks.has(origin)) return;
    const desk = this.#serve(origin)
      .catch((error: unknown) => {
        if (!this.#signal.aborted) this.#tools.onProblem((error as Error).message);
      })
      .finally(() => this.#desks.delete(origin));
    this.#desks.set(origin, desk);
  }

  async #serve(origin: string): Promise<void> {
    for (;;) {
      const lines = this.#lines.get(origin) ?? [];
      if (lines.length === 0 || this.#signal.aborted) return;
      await this.#loader.room();
      const seats = await this.#seatsFor(origin, lines, AT_ONCE);
      if (seats.length > 0) await this.#fill(origin, lines, seats);
    }
  }

  /** Room for jobs of some lines, or none, after a while in which there was none. */
  async #seatsFor(origin: string, lines: readonly Line[], most: number): Promise<readonly Seat[]> {
    const { pace, network, inHand, tally } = this.#tools;
    const addresses = network.egresses.map(({ address }) => address);
    const accounts = [...new Set(lines.map(({ account }) => account))];
    const begun = performance.now();
    const idle = inHand.size === 0;
    const { seats, waitMs } = await pace.reserve(origin, { accounts, addresses, most }, this.#signal);
    if (seats.length === 0) await sleep(waitMs, undefined, { signal: this.#signal });
    if (idle) tally.throttled(performance.now() - begun);
    return seats;
  }

  /** Takes a job for each seat, of the account that it is for. */
  async #fill(origin: string, lines: readonly Line[], seats: readonly Seat[]): Promise<void> {
    const free = new Set(seats);
    try {
      for (const [account, own] of Map.groupBy(seats, (seat) => seat.account)) {
        const left = own.values();
        let open = own.length;
        for (const queue of new Set(lines.map((line) => line.queue))) {
          const asked = lines.filter(
            (line) => line.queue === queue && (account === null || line.account === account),
          );
          if (open === 0 || asked.length === 0) continue;
          const jobs = await this.#tools.work.boss.fetch<FetchJob>(queue, {
            batchSize: open,
            ...this.#othersThan(queue, asked),
          });
          if (jobs.length < open) this.#forget(origin, asked);
          open -= jobs.length;
          await this.#beginAll(queue, jobs, () => {
            const seat = left.next().value as Seat;
            free.delete(seat);
            return seat;
          });
        }
      }
    } finally {
      for (const seat of free) seat.leave();
    }
  }

  /** Accounts in a queue whose jobs are not asked for, or not for this worker. */
  #othersThan(queue: string, asked: readonly Line[]): { ignoreGroups?: string[] } {
    const wanted = new Set(asked.map(({ account }) => account));
    const others = this.#waiting.filter((line) => line.queue === queue && !wanted.has(line.account));
    return others.length === 0 ? {} : { ignoreGroups: others.map(({ account }) => account) };
  }

  /** Begins those that are still to be done. One that was taken over from another worker may be done already. */
  async #beginAll(queue: string, jobs: readonly Job<FetchJob>[], seat: () => Seat): Promise<void> {
    if (jobs.length === 0) return;
    const all = jobs.map(({ data }) => data);
    const open = new Set(queue.startsWith(SUSPECT) ? await stillOpen(this.#tools.work, all) : all);
    for (const job of jobs) {
      if (open.has(job.data)) this.#begin(queue, job, seat());
      else {
        const attempt = this.#tools.inHand.add(queue, job);
        this.#teller.done({ attempt, job: job.data, outcome: null });
      }
    }
  }

  /** Lines that are empty are not asked again before they were looked for. */
  #forget(origin: string, lines: readonly Line[]): void {
    const left = (this.#lines.get(origin) ?? []).filter((one) => !lines.includes(one));
    this.#lines.set(origin, left);
  }

  #begin(queue: string, job: Job<FetchJob>, seat: Seat): void {
    const { inHand, record, onProblem } = this.#tools;
    const attempt = inHand.add(queue, job);
    const done = this.#fetch(job.data)
      .finally(() => seat.leave())
      .then(
        (outcome) => {
          record.done();
          this.#teller.done({ attempt, job: job.data, outcome });
        },
        async (error: Error) => {
          record.failed();
          onProblem(`A target is given back: ${error.message}`);
          await inHand.fail(attempt, error);
        },
      )
      .catch((error: Error) => onProblem(`The queue was not told of a target: ${error.message}`))
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  /** What became of a target; null where there was nothing left to do. */
  async #fetch(job: FetchJob): Promise<TargetOutcome | null> {
    const { work, clouds } = this.#tools;
    const { ledger } = work;
    const cloud = clouds.get(job.account);
    if (cloud === undefined) throw new Error(`This worker has no account "${job.account}".`);
    const { runId, dataDate, reconcile } = job;
    const desk: Desk = { ledger, loader: this.#loader, runId, dataDate, reconcile };
    try {
      return await fetchTarget(desk, { ...job, cloud, hopeless: null }).onRecord;
    } catch (error) {
      // another worker took the job over, or the coordinator ended the run: nothing of this is lost
      if ((await stillOpen(work, [job])).length === 0) return null;
      throw error;
    }
  }
}

/** Those of some jobs that are to be done: their run is under way, and their night is not on record. */
async function stillOpen<T extends FetchJob>({ ledger: { db } }: Work, jobs: readonly T[]): Promise<T[]> {
  const targets = jobs.map(({ targetId }) => targetId);
  const { rows } = await sql<{ run_id: number; target_id: number }>`
    SELECT r.id AS run_id, t.id AS target_id FROM run r, unnest(${targets}::bigint[]) AS t (id)
    WHERE r.status = 'running' AND r.id = ANY(${jobs.map(({ runId }) => runId)}::bigint[])
      AND NOT EXISTS (SELECT 1 FROM snapshot s WHERE s.target_id = t.id AND s.data_date = r.data_date)`.execute(
    db,
  );
  const open = new Set(rows.map(({ run_id, target_id }) => `${run_id} ${target_id}`));
  return jobs.filter(({ runId, targetId }) => open.has(`${runId} ${targetId}`));
}
