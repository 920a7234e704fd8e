import { setTimeout as sleep } from "node:timers/promises";
import { CrashedError } from "@nightledger/core";
import {
  type FetchNight,
  type NightToFetch,
  recordMiss,
  Tally,
  type TargetOutcome,
} from "@nightledger/ingest";
import type { Ledger } from "@nightledger/store";
import { sql } from "kysely";
import { type Db, fromKysely, type JobInsert } from "pg-boss";
import type { FetchJob, Told } from "./jobs.ts";
import type { Work } from "./open-work.ts";
import { FETCH, fetchQueue, QUEUE_SCHEMA, SUSPECT, suspectQueue, TOLD_QUEUE } from "./work-schema.ts";

/** How often the coordinator looks for what is done. Milliseconds. */
const LOOK_MS = 200;
/** A worker that is alive may take so long for a job. Seconds. */
export const LONGEST_SECONDS = 12 * 60 * 60;
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

/** One job that has ended, whichever way. */
interface Ended {
  name: string;
  data: FetchJob;
  state: "completed" | "failed";
  output: { message?: string } | null;
  tries: number;
}

/** What is left of a run in the queue. */
interface Left {
  waiting: number;
  inHand: number;
}

/** A run whose targets workers fetch. */
class FetchRound {
  readonly #work: Work;
  readonly #night: NightToFetch;
  readonly #delegation: Delegation;
  readonly #tally: Tally;
  readonly #queues: string[];
  readonly #told = new Set<number>();

  constructor(work: Work, night: NightToFetch, delegation: Delegation) {
    this.#work = work;
    this.#night = night;
    this.#delegation = delegation;
    this.#tally = new Tally(night);
    const regions = [...new Set(night.planned.map(({ region }) => region))];
    this.#queues = regions.flatMap((region) => [fetchQueue(region), suspectQueue(region)]);
  }

  async run(): Promise<Tally> {
    await this.#missHopeless();
    await this.#clear();
    try {
      await this.#enqueue();
      await this.#wait();
    } finally {
      await this.#clear();
    }
    this.#tally.fetched = await this.#loaded();
    return this.#tally;
  }

  /** What discovery could not show needs no worker. */
  async #missHopeless(): Promise<void> {
    const { runId, planned, job } = this.#night;
    for (const { targetId, hopeless, account, region, projectId, projectName } of planned) {
      if (hopeless === null) continue;
      await recordMiss({ ledger: this.#work.ledger, runId, dataDate: job.dataDate }, targetId, hopeless);
      this.#tally.settled(targetId, {
        runId,
        target: { account, region, projectId, projectName },
        failureKind: hopeless.failureKind,
        detail: hopeless.message,
        ms: 0,
        waitedMs: 0,
        attempts: 0,
      });
    }
  }

  async #enqueue(): Promise<void> {
    const { runId, planned, job } = this.#night;
    const { boss, lapseSeconds } = this.#work;
    await boss.createQueue(TOLD_QUEUE);
    for (const queue of this.#queues) {
      await boss.createQueue(queue);
      await boss.updateQueue(queue, {
        // a worker that breaks off makes all that it had in hand suspects, of which each is tried by itself
        retryLimit: queue.startsWith(SUSPECT) ? Math.max(0, this.#delegation.tries - 2) : 0,
        heartbeatSeconds: lapseSeconds,
        expireInSeconds: LONGEST_SECONDS,
        deleteAfterSeconds: 24 * 60 * 60,
      });
    }
    const jobs = planned.flatMap(({ hopeless, from, unit, ...target }, rank) => {
      if (hopeless !== null) return [];
      const { targetId, account, region, projectId, projectName, enterpriseProjectId } = target;
      const named = { account, region, projectId, projectName, enterpriseProjectId };
      const data: FetchJob = {
        runId,
        dataDate: job.dataDate,
        reconcile: job.reconcile ?? "none",
        targetId,
        ...named,
        rank,
      };
      // the queue gives the highest priority first
      const insert: JobInsert<FetchJob> = { data, priority: planned.length - rank, group: { id: account } };
      return { queue: fetchQueue(region), insert };
    });
    // a queue's jobs all at once: a worker that looks at it sees whose they are
    for (const [queue, own] of Map.groupBy(jobs, (one) => one.queue)) {
      await boss.insert(
        queue,
        own.map(({ insert }) => insert),
      );
    }
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
    return await this.#left();
  }

  /** The time is over: nothing more is begun, and what is under way may end. */
  async #graceful(): Promise<void> {
    await this.#deleteWaiting();
    const until = performance.now() + GRACE_MS;
    while (performance.now() < until && (await this.#left()).inHand > 0) await sleep(LOOK_MS);
    await this.#collect();
  }

  async #giveUp(): Promise<void> {
    const { rows } = await sql<{ queue: string; account: string; waiting: number }>`
      SELECT queue, account, waiting FROM nightledger_work.queue_status
      WHERE queue = ANY(${this.#queues}::text[]) AND waiting > 0`.execute(this.#work.ledger.db);
    for (const { queue, account, waiting } of rows) {
      const region = queue.slice(queue.indexOf("/") + 1);
      const problem =
        `No worker took ${waiting} targets of account "${account}" in ${region}. ` +
        'Start a "nightledger worker" that serves the region and has the account in its configuration.';
      this.#tally.problems.set(problem, waiting);
      this.#delegation.onProblem(problem);
    }
  }

  /** Tells what has ended since, and takes it off the queue. */
  async #collect(): Promise<void> {
    const isOver = ({ name }: Ended) => name.startsWith(SUSPECT) || this.#delegation.tries === 1;
    // a job that is taken off one queue is in the other, or it is in neither and was given up
    const failed = await this.#work.ledger.db.transaction().execute(async (tx) => {
      const { rows } = await sql<Ended>`
        DELETE FROM ${sql.raw(QUEUE_SCHEMA)}.job
        WHERE name = ANY(${this.#queues}::text[]) AND state IN ('completed', 'failed')
          AND data ->> 'runId' = ${String(this.#night.runId)}
        RETURNING name, data, state, output, retry_count + 1 AS tries`.execute(tx);
      const unhappy = rows.filter(({ state }) => state === "failed");
      await this.#suspect(
        unhappy.filter((one) => !isOver(one)),
        fromKysely(tx),
      );
      return unhappy;
    });
    for (const { name, data, output, tries } of failed.filter(isOver)) {
      const before = name.startsWith(SUSPECT) ? 1 : 0;
      await this.#quarantine(data, output?.message ?? null, before + tries);
    }
    await this.#hear();
  }

  /** A worker broke off on these: one of them may be why. */
  async #suspect(failed: readonly Ended[], db: Db): Promise<void> {
    for (const [region, own] of Map.groupBy(failed, ({ data }) => data.region)) {
      await this.#work.boss.insert(
        suspectQueue(region),
        own.map(({ data }) => ({ data, group: { id: data.account } })),
        { db },
      );
    }
  }

  /** What workers said of targets. A target is told once, whoever else tells it again. */
  async #hear(): Promise<void> {
    const { rows } = await sql<{ data: Told }>`
      DELETE FROM ${sql.raw(QUEUE_SCHEMA)}.job WHERE name = ${TOLD_QUEUE} RETURNING data`.execute(
      this.#work.ledger.db,
    );
    for (const { data } of rows) {
      if (data.runId !== this.#night.runId) continue;
      this.#night.meter.elsewhere(data.work);
      for (const { targetId, outcome } of data.outcomes) {
        if (this.#told.has(targetId)) continue;
        this.#told.add(targetId);
        this.#tally.settled(targetId, outcome);
      }
    }
  }

  /** A job that workers broke off on, each time: its target is named with the others that are missing. */
  async #quarantine(data: FetchJob, said: string | null, tries: number): Promise<void> {
    const { runId, targetId, dataDate, account, region, projectId, projectName } = data;
    const error = new CrashedError(tries, said);
    await recordMiss({ ledger: this.#work.ledger, runId, dataDate }, targetId, error);
    const outcome: TargetOutcome = {
      runId,
      target: { account, region, projectId, projectName },
      failureKind: error.failureKind,
      detail: error.message,
      ms: 0,
      waitedMs: 0,
      attempts: error.attempts,
    };
    this.#tally.settled(targetId, outcome);
  }

  async #left(): Promise<Left> {
    const { rows } = await sql<Left>`
      SELECT COALESCE(sum(waiting), 0)::int AS waiting, COALESCE(sum(in_hand), 0)::int AS "inHand"
      FROM nightledger_work.queue_status WHERE queue = ANY(${this.#queues}::text[])`.execute(
      this.#work.ledger.db,
    );
    return rows[0] as Left;
  }

  async #deleteWaiting(): Promise<void> {
    await sql`
      DELETE FROM ${sql.raw(QUEUE_SCHEMA)}.job
      WHERE name = ANY(${this.#queues}::text[]) AND state < 'active'`.execute(this.#work.ledger.db);
  }

  /** Takes everything off the queue: a worker that still has some of it is refused by the ledger, since its run is over. */
  async #clear(): Promise<void> {
    await sql`
      DELETE FROM ${sql.raw(QUEUE_SCHEMA)}.job
      WHERE name = ${TOLD_QUEUE} OR name LIKE ${`${FETCH}%`} OR name LIKE ${`${SUSPECT}%`}`.execute(
      this.#work.ledger.db,
    );
  }

  /** What the run has put on record, whoever said so. */
  async #loaded(): Promise<number> {
    const { loaded } = await this.#work.ledger.db
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
