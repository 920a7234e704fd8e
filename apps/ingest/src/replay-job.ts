import type { RevisionDaily } from "@nightledger/store";
import type { IngestJob } from "./job.ts";

/** Which nights are read again. */
export interface ReplayJob {
  /** `YYYY-MM-DD`, both included; left out, from the first night to the last. */
  from?: string;
  to?: string;
  only?: IngestJob["only"];
  /** Tell what would differ, and write nothing. */
  dryRun?: boolean;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
  /** The figures of a night that differ, as `revision_daily` tells them. */
  onDifferences?: (differences: readonly RevisionDaily[]) => void;
}

/** A stored answer that cannot be read any more: its night stays as it was. */
export interface UnreadableAnswer {
  dataDate: string;
  account: string;
  region: string;
  projectId: string;
  projectName: string;
  enterpriseProjectId: string;
  problem: string;
}

/** How the answers of a night are read now. */
export interface NightReplay {
  dataDate: string;
  /** Null where nothing was written. */
  runId: number | null;
  answers: number;
  unchanged: number;
  /** Read otherwise than before. */
  revised: number;
  /** Let out of quarantine. */
  admitted: number;
  /** Still in quarantine: understood now as little as then. */
  quarantined: number;
  unreadable: number;
}

/** What a replay found. */
export interface ReplayResult {
  dryRun: boolean;
  /** partial: an answer cannot be read any more. interrupted: stopped between two nights; those before are done. */
  status: "complete" | "partial" | "interrupted";
  nights: NightReplay[];
  /** How many figures differ. */
  differences: number;
  unreadable: UnreadableAnswer[];
}
