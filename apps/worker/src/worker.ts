import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud, Network } from "@nightledger/core";
import { refuseNewer } from "@nightledger/store";
import { FetchWorker } from "./fetch-worker.ts";
import { JobsInHand } from "./jobs-in-hand.ts";
import type { Work } from "./open-work.ts";
import { type Renderer, RenderWorker } from "./render-worker.ts";
import { SharedPace } from "./shared-pace.ts";
import { WorkTally } from "./work-tally.ts";
import { WorkerRecord } from "./worker-record.ts";

/** How often a worker says that it is there, and which jobs it has in hand. Milliseconds. */
const BEAT_MS = 3000;

export interface WorkerOrder {
  clouds: readonly Cloud[];
  /** Paced by a `SharedPace`. */
  network: Network;
  /** Its source addresses; empty leaves that to the system. */
  egress: readonly string[];
  /** The regions it serves; null is all. */
  regions: readonly string[] | null;
  /** Renders a report; null where it renders none. */
  render: Renderer | null;
  /** Aborted when it is to stop: it ends what it has begun. */
  signal: AbortSignal;
  /** Told of what went wrong beside the jobs. */
  onProblem: (problem: string) => void;
  /** Done each time that it has said that it is there. */
  onBeat?: (id: string) => Promise<void>;
  /** Told when it is ready to take jobs, with the id it is listed by. */
  onReady?: (id: string) => void;
}

/**
 * Takes work from the queue until it is told to stop. It may die at any moment: what it had in hand is taken over by
 * another when nothing was heard of it for a while.
 *
 * @throws NewerLedgerError when another version brings the ledger up to date meanwhile
 */
export async function runWorker(work: Work, order: WorkerOrder): Promise<void> {
  const { egress, regions, render, network } = order;
  const { pace } = network;
  if (!(pace instanceof SharedPace))
    throw new TypeError("A worker paces its calls with the others: it needs a SharedPace.");
  const record = new WorkerRecord(work, { egress, regions, renders: render !== null });
  const inHand = new JobsInHand(work.boss);
  const tally = new WorkTally(() => record.called());
  const outdated = new AbortController();
  const signal = AbortSignal.any([order.signal, outdated.signal]);
  network.watchers.add(tally);
  const clouds = new Map(order.clouds.map((cloud) => [cloud.account, cloud]));
  const tools = {
    work,
    clouds,
    network,
    pace,
    regions,
    inHand,
    tally,
    record,
    onProblem: order.onProblem,
  };

  /** Goes on while jobs that were begun end. */
  const ended = new AbortController();
  async function beat(): Promise<void> {
    while (!ended.signal.aborted) {
      try {
        await refuseNewer(work.ledger.db);
        await record.say(inHand.size);
        await inHand.touch();
        await order.onBeat?.(record.id);
      } catch (error) {
        if ((error as Error).name === "NewerLedgerError") outdated.abort(error);
        else
          order.onProblem(`The database was not told that this worker is there: ${(error as Error).message}`);
      }
      await sleep(BEAT_MS, undefined, { signal: ended.signal }).catch(() => {});
    }
  }

  await record.say(0);
  order.onReady?.(record.id);
  const beats = beat();
  try {
    const renders = render === null ? null : new RenderWorker({ ...tools, render }, signal).run();
    await Promise.all([new FetchWorker(tools, signal).run(), renders]);
    await inHand.none();
  } finally {
    ended.abort();
    await beats;
    network.watchers.delete(tally);
    await record.leave().catch(() => {});
  }
  outdated.signal.throwIfAborted();
}
