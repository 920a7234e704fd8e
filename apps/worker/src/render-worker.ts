import { setTimeout as sleep } from "node:timers/promises";
import type { RenderDone, RenderJob } from "./jobs.ts";
import type { JobsInHand } from "./jobs-in-hand.ts";
import type { Work } from "./open-work.ts";
import { RENDER_QUEUE } from "./work-schema.ts";
import type { WorkerRecord } from "./worker-record.ts";

/** How often a worker with nothing to render looks for work. Milliseconds. */
const LOOK_MS = 500;

/** Renders a report of a night: the editions that it made, as JSON has them. */
export type Renderer = (job: RenderJob, signal: AbortSignal) => Promise<unknown[]>;

export interface RenderTools {
  work: Work;
  inHand: JobsInHand;
  record: WorkerRecord;
  render: Renderer;
  onProblem: (problem: string) => void;
}

/** Takes reports from the queue and renders them one after the other: each keeps a browser busy. */
export class RenderWorker {
  readonly #tools: RenderTools;
  readonly #signal: AbortSignal;

  constructor(tools: RenderTools, signal: AbortSignal) {
    this.#tools = tools;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    let isThere = false;
    while (!this.#signal.aborted) {
      try {
        if (!isThere) await this.#tools.work.boss.createQueue(RENDER_QUEUE);
        isThere = true;
        if (await this.one()) continue;
      } catch (error) {
        this.#tools.onProblem(`The queue of reports: ${(error as Error).message}`);
      }
      await sleep(LOOK_MS, undefined, { signal: this.#signal }).catch(() => {});
    }
  }

  /** Renders a report, if one waits. */
  async one(): Promise<boolean> {
    const { work, inHand, record, render } = this.#tools;
    const [job] = await work.boss.fetch<RenderJob>(RENDER_QUEUE);
    if (job === undefined) return false;
    const attempt = inHand.add(RENDER_QUEUE, job);
    try {
      const done: RenderDone = { made: await render(job.data, this.#signal), worker: record.id };
      record.done();
      await inHand.complete([attempt], done);
    } catch (error) {
      record.failed();
      await inHand.fail(attempt, error as Error);
    }
    return true;
  }
}
