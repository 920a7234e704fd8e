import type { NightToFetch } from "@nightledger/ingest";
import { sql } from "kysely";
import type { JobInsert } from "pg-boss";
import type { FetchJob, Told } from "./jobs.ts";
import type { Work } from "./open-work.ts";
import { FETCH, fetchQueue, QUEUE_SCHEMA, SUSPECT, suspectQueue, TOLD_QUEUE } from "./work-schema.ts";

/** A worker that is alive may take so long for a job. Seconds. */
export const LONGEST_SECONDS = 12 * 60 * 60;
/** What nobody collects is deleted after so long. Seconds. */
const KEPT_SECONDS = 24 * 60 * 60;

/** A job that nobody will bring to an end any more. */
export interface GivenUp {
  job: FetchJob;
  /** What its last worker said of it; null where it said nothing. */
  said: string | null;
  /** How many began it. */
  tries: number;
}

/** What is left of a run in the queue. */
export interface Left {
  waiting: number;
  inHand: number;
}

/** Targets of an account that no worker has taken. */
export interface Untaken {
  account: string;
  region: string;
  waiting: number;
}

interface Ended {
  name: string;
  data: FetchJob;
  state: "completed" | "failed";
  output: { message?: string } | null;
  tries: number;
}

const JOB = sql.raw(`${QUEUE_SCHEMA}.job`);

/** The targets of one run in the queues of their regions, as its coordinator sees them. */
export class RunQueue {
  readonly #work: Work;
  readonly #runId: number;
  readonly #tries: number;
  readonly #queues: string[];

  /** `tries`: how often a job is begun at most. */
  constructor(work: Work, { runId, planned }: NightToFetch, tries: number) {
    this.#work = work;
    this.#runId = runId;
    this.#tries = tries;
    const regions = [...new Set(planned.map(({ region }) => region))];
    this.#queues = regions.flatMap((region) => [fetchQueue(region), suspectQueue(region)]);
  }

  /** Puts the targets of a run into it, the first of them to be done first. */
  async fill({ planned, job }: NightToFetch): Promise<void> {
    await this.#make();
    const { dataDate, reconcile = "none" } = job;
    const jobs = planned.flatMap(({ hopeless, from, unit, ...target }, rank) => {
      if (hopeless !== null) return [];
      const { targetId, account, region, projectId, projectName, enterpriseProjectId } = target;
      const named = { account, region, projectId, projectName, enterpriseProjectId };
      const data: FetchJob = { runId: this.#runId, dataDate, reconcile, targetId, ...named, rank };
      // the queue gives the highest priority first
      const insert: JobInsert<FetchJob> = { data, priority: planned.length - rank, group: { id: account } };
      return { queue: fetchQueue(region), insert };
    });
    // a queue's jobs all at once: a worker that looks at it sees whose they are
    for (const [queue, own] of Map.groupBy(jobs, (one) => one.queue)) {
      const inserts = own.map(({ insert }) => insert);
      await this.#work.boss.insert(queue, inserts);
    }
  }

  async #make(): Promise<void> {
    const { boss, lapseSeconds } = this.#work;
    await boss.createQueue(TOLD_QUEUE);
    for (const queue of this.#queues) {
      await boss.createQueue(queue);
      await boss.updateQueue(queue, {
        // a worker that breaks off makes all that it had in hand suspects, of which each is tried by itself
        retryLimit: queue.startsWith(SUSPECT) ? Math.max(0, this.#tries - 2) : 0,
        heartbeatSeconds: lapseSeconds,
        expireInSeconds: LONGEST_SECONDS,
        deleteAfterSeconds: KEPT_SECONDS,
      });
    }
  }

  /**
   * Takes off what has ended. What a worker broke off on once is put back, to be done alone; what is not tried again is
   * given. A job that goes from one queue to the other is never in neither.
   */
  async collect(): Promise<GivenUp[]> {
    const isOver = ({ name }: Ended) => name.startsWith(SUSPECT) || this.#tries === 1;
    const { fromKysely } = await import("pg-boss");
    const failed = await this.#work.ledger.db.transaction().execute(async (tx) => {
      const { rows } = await sql<Ended>`
        DELETE FROM ${JOB}
        WHERE name = ANY(${this.#queues}::text[]) AND state IN ('completed', 'failed')
          AND data ->> 'runId' = ${String(this.#runId)}
        RETURNING name, data, state, output, retry_count + 1 AS tries`.execute(tx);
      const unhappy = rows.filter(({ state }) => state === "failed");
      const suspects = unhappy.filter((one) => !isOver(one)).map(({ data }) => data);
      for (const [region, own] of Map.groupBy(suspects, (data) => data.region)) {
        const inserts = own.map((data) => ({ data, group: { id: data.account } }));
        await this.#work.boss.insert(suspectQueue(region), inserts, { db: fromKysely(tx) });
      }
      return unhappy;
    });
    return failed.filter(isOver).map(({ name, data, output, tries }) => ({
      job: data,
      said: output?.message ?? null,
      tries: tries + (name.startsWith(SUSPECT) ? 1 : 0),
    }));
  }

  /** Takes off what workers have said of targets since. */
  async hear(): Promise<Told[]> {
    const { rows } = await sql<{ data: Told }>`
      DELETE FROM ${JOB} WHERE name = ${TOLD_QUEUE} RETURNING data`.execute(this.#work.ledger.db);
    return rows.map(({ data }) => data).filter(({ runId }) => runId === this.#runId);
  }

  async left(): Promise<Left> {
    const { rows } = await sql<Left>`
      SELECT COALESCE(sum(waiting), 0)::int AS waiting, COALESCE(sum(in_hand), 0)::int AS "inHand"
      FROM nightledger_work.queue_status WHERE queue = ANY(${this.#queues}::text[])`.execute(
      this.#work.ledger.db,
    );
    return rows[0] as Left;
  }

  async untaken(): Promise<Untaken[]> {
    const { rows } = await sql<{ queue: string; account: string; waiting: number }>`
      SELECT queue, account, waiting FROM nightledger_work.queue_status
      WHERE queue = ANY(${this.#queues}::text[]) AND waiting > 0`.execute(this.#work.ledger.db);
    return rows.map(({ queue, ...line }) => ({ ...line, region: queue.slice(queue.indexOf("/") + 1) }));
  }

  /** Takes off what nobody has begun. */
  async deleteWaiting(): Promise<void> {
    await sql`DELETE FROM ${JOB} WHERE name = ANY(${this.#queues}::text[]) AND state < 'active'`.execute(
      this.#work.ledger.db,
    );
  }

  /**
   * Takes everything off, also what another run left: a worker that still has some of it is refused by the ledger, since
   * its run is over.
   */
  async clear(): Promise<void> {
    await sql`
      DELETE FROM ${JOB}
      WHERE name = ${TOLD_QUEUE} OR name LIKE ${`${FETCH}%`} OR name LIKE ${`${SUSPECT}%`}`.execute(
      this.#work.ledger.db,
    );
  }
}
