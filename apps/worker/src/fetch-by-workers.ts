import { setTimeout as sleep } from "node:timers/promises";
import { type CloudError, CrashedError } from "@nightledger/core";
import { type FetchNight, type NightToFetch, recordMiss, Tally } from "@nightledger/ingest";
import type { Ledger } from "@nightledger/store";
import type { Work } from "./open-work.ts";
import { type GivenUp, type Left, RunQueue } from "./run-queue.ts";

/** How often the coordinator looks for what is done. Milliseconds. */
const LOOK_MS = 200;
/** How long the database may not answer before the run breaks off. Milliseconds. */
const PATIENCE_MS = 30_000;
/** How long jobs that are under way at the deadline are waited for. Milliseconds. */
const GRACE_MS = 5000;

/** How a coordinator hands its work out. */
export interface Delegation {
  /** A job is tried so often: one that breaks off workers each time is given up. */
  tries: number;
  /** Work that no worker takes for so long is given up. Milliseconds. */
  quietMs: number;
  onProblem: (problem: string) => void;
}

/** A target as its outcome names it. */
interface Missed {
  targetId: number;
  account: string;
  region: string;
  projectId: string;
  projectName: string;
}

/** A run whose targets workers fetch. */
class FetchRound {
  readonly #ledger: Ledger;
  readonly #night: NightToFetch;
  readonly #delegation: Delegation;
  readonly #queue: RunQueue;
  readonly #tally: Tally;
  readonly #told = new Set<number>();

  constructor(work: Work, night: NightToFetch, delegation: Delegation) {
    this.#ledger = work.ledger;
    this.#night = night;
    this.#delegation = delegation;
    this.#queue = new RunQueue(work, night, delegation.tries);
    this.#tally = new Tally(night);
  }

  async run(): Promise<Tally> {
    // what discovery could not show needs no worker
    for (const target of this.#night.planned) {
      if (target.hopeless !== null) await this.#miss(target, target.hopeless);
    }
    await this.#queue.clear();
    try {
      await this.#queue.fill(this.#night);
      await this.#wait();
    } finally {
      await this.#queue.clear();
    }
    this.#tally.fetched = await this.#loaded();
    return this.#tally;
  }

  async #miss(target: Missed, error: CloudError): Promise<void> {
    const { runId, job } = this.#night;
    const { targetId, account, region, projectId, projectName } = target;
    await recordMiss({ ledger: this.#ledger, runId, dataDate: job.dataDate }, targetId, error);
    this.#tally.settled(targetId, {
      runId,
      target: { account, region, projectId, projectName },
      failureKind: error.failureKind,
      detail: error.message,
      ms: 0,
      waitedMs: 0,
      attempts: error.attempts,
    });
  }

  /** Until everything has an outcome, the time is over, or nobody takes what is left. */
  async #wait(): Promise<void> {
    const { job } = this.#night;
    const ends = [job.signal, job.deadline].filter((one) => one !== undefined);
    const end = AbortSignal.any(ends);
    let seen = "";
    let quietSince = performance.now();
    let answeredAt = performance.now();
    for (;;) {
      const left = await this.#look().catch((error: Error) => {
        // the lease says when it was for too long
        if (performance.now() - answeredAt > PATIENCE_MS) throw error;
        this.#delegation.onProblem(`The queue could not be read, and is again: ${error.message}`);
        return null;
      });
      if (left === null) {
        await sleep(1000, undefined, { signal: end }).catch(() => {});
        if (end.aborted) return await this.#graceful();
        continue;
      }
      answeredAt = performance.now();
      if (left.waiting + left.inHand === 0) {
        await this.#collect();
        return;
      }
      if (end.aborted) return await this.#graceful();
      const now = `${left.waiting} ${left.inHand}`;
      if (now !== seen || left.inHand > 0) quietSince = performance.now();
      seen = now;
      if (performance.now() - quietSince > this.#delegation.quietMs) {
        await this.#giveUp();
        return;
      }
      await sleep(LOOK_MS, undefined, { signal: end }).catch(() => {});
    }
  }

  async #look(): Promise<Left> {
    await this.#collect();
    return await this.#queue.left();
  }

  /** The time is over: nothing more is begun, and what is under way may end. */
  async #graceful(): Promise<void> {
    await this.#queue.deleteWaiting();
    const until = performance.now() + GRACE_MS;
    while (performance.now() < until && (await this.#queue.left()).inHand > 0) await sleep(LOOK_MS);
    await this.#collect();
  }

  async #giveUp(): Promise<void> {
    for (const { account, region, waiting } of await this.#queue.untaken()) {
      const problem =
        `No worker took ${waiting} targets of account "${account}" in ${region}. ` +
        'Start a "nightledger worker" that serves the region and has the account in its configuration.';
      this.#tally.problems.set(problem, waiting);
      this.#delegation.onProblem(problem);
    }
  }

  /** Tells what has ended since, and takes it off the queue. A target is told once, whoever else tells it again. */
  async #collect(): Promise<void> {
    for (const one of await this.#queue.collect()) await this.#quarantine(one);
    for (const { work, outcomes } of await this.#queue.hear()) {
      this.#night.meter.elsewhere(work);
      for (const { targetId, outcome } of outcomes) {
        if (this.#told.has(targetId)) continue;
        this.#told.add(targetId);
        this.#tally.settled(targetId, outcome);
      }
    }
  }

  /** A job that workers broke off on, each time: its target is named with the others that are missing. */
  async #quarantine({ job, said, tries }: GivenUp): Promise<void> {
    await this.#miss(job, new CrashedError(tries, said));
  }

  /** What the run has put on record, whoever said so. */
  async #loaded(): Promise<number> {
    const { loaded } = await this.#ledger.db
      .selectFrom("snapshot")
      .select((eb) => eb.fn.countAll<number>().as("loaded"))
      .where("run_id", "=", this.#night.runId)
      .executeTakeFirstOrThrow();
    return loaded;
  }
}

/** Hands a night's targets to workers, and waits for them. */
export const fetchByWorkers =
  (work: Work, delegation: Delegation): FetchNight =>
  (_: Ledger, night) =>
    new FetchRound(work, night, delegation).run();
