import type { TargetOutcome } from "@nightledger/ingest";
import type { PgBoss } from "pg-boss";
import type { FetchJob, Told } from "./jobs.ts";
import type { Attempt, JobsInHand } from "./jobs-in-hand.ts";
import { TOLD_QUEUE } from "./work-schema.ts";
import type { WorkTally } from "./work-tally.ts";

/** So long the first of several waits for the others. Milliseconds. */
const PATIENCE_MS = 50;
/** So many are told at once at most. */
const MOST = 200;

interface Done {
  attempt: Attempt;
  job: FetchJob;
  /** Null where there was nothing left to do. */
  outcome: TargetOutcome | null;
}

export interface TellerTools {
  boss: PgBoss;
  inHand: JobsInHand;
  tally: WorkTally;
  worker: string;
  onProblem: (problem: string) => void;
}

/**
 * Tells the coordinator what became of targets, and the queue that they are done, many at a time. All of it is on record
 * before: what is lost here are lines and figures of what the run cost.
 */
export class Teller {
  readonly #tools: TellerTools;
  #waiting: Done[] = [];
  #timer: NodeJS.Timeout | undefined;
  #telling: Promise<void> = Promise.resolve();

  constructor(tools: TellerTools) {
    this.#tools = tools;
  }

  done(done: Done): void {
    this.#waiting.push(done);
    if (this.#waiting.length >= MOST) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), PATIENCE_MS);
  }

  /** Resolves when all of it is told. */
  async flush(): Promise<void> {
    this.#flush();
    await this.#telling;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#waiting.splice(0);
    this.#telling = this.#telling.then(() => this.#tell(batch));
  }

  async #tell(batch: readonly Done[]): Promise<void> {
    const { boss, inHand, tally, worker, onProblem } = this.#tools;
    try {
      for (const [runId, own] of Map.groupBy(batch, ({ job }) => job.runId)) {
        const outcomes = own.flatMap(({ job: { targetId }, outcome }) =>
          outcome === null ? [] : [{ targetId, outcome }],
        );
        const told: Told = { runId, outcomes, work: tally.take(), worker };
        await boss.send(TOLD_QUEUE, told);
      }
    } catch (error) {
      onProblem(`The coordinator was not told of ${batch.length} targets: ${(error as Error).message}`);
    }
    for (const own of Map.groupBy(batch, ({ attempt }) => attempt.queue).values()) {
      await inHand.complete(own.map(({ attempt }) => attempt)).catch((error: Error) => {
        onProblem(`The queue was not told of ${own.length} targets: ${error.message}`);
      });
    }
  }
}
