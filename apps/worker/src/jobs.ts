import type { TargetOutcome, WorkDone } from "@nightledger/ingest";

/** A target whose night a worker is to fetch. Credentials are no part of it: each worker has its own configuration. */
export interface FetchJob {
  runId: number;
  dataDate: string;
  reconcile: "none" | "score";
  targetId: number;
  account: string;
  region: string;
  projectId: string;
  projectName: string;
  enterpriseProjectId: string;
  /** Among targets that wait for their turn the lowest goes first. */
  rank: number;
}

/** What became of a target. */
export interface ToldOutcome {
  targetId: number;
  outcome: TargetOutcome;
}

/** What a worker says of targets that it has dealt with. */
export interface Told {
  runId: number;
  outcomes: ToldOutcome[];
  /** What it did since it last said so. */
  work: WorkDone;
  worker: string;
}

/** A report of a night to be rendered into the folder that workers share with the coordinator. */
export interface RenderJob {
  /** Which of its coordinator's renderings it is. */
  order: string;
  dataDate: string;
  group: unknown;
}

/** What a worker says of a rendering: the editions, as `makeEditions` gives them. */
export interface RenderDone {
  made: unknown[];
  worker: string;
}
