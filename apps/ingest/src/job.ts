import type { Cloud, EnterpriseProjects, FailureKind } from "@nightledger/core";
import type { NameGiven, RiskException, ScopeChanges } from "@nightledger/store";
import type { FetchNight } from "./fetch-night.ts";
import type { Projects } from "./project-settings.ts";

/** An account as ingest sees it. */
export interface IngestAccount {
  cloud: Cloud;
  enterpriseProjects: EnterpriseProjects;
  /** Projects that are expected every night, whether discovery shows them or not. */
  pinnedProjects?: readonly PinnedProject[];
  /** The business unit that its projects belong to, but for those that a rule names. */
  unit?: string | undefined;
  /** The first rule that fits a project counts. */
  units?: readonly UnitRule[];
}

/** Projects of one business unit. */
export interface UnitRule {
  unit: string;
  /** Patterns of project names or ids, `*` standing for any text. */
  projects: readonly string[];
}

/** A project that must be there. Its name begins with its region. */
export interface PinnedProject {
  id: string;
  name: string;
}

/** What one run has to do. */
export interface IngestJob {
  /** `YYYY-MM-DD` in the configured time zone. */
  dataDate: string;
  accounts: readonly IngestAccount[];
  /** Calls under way at once, over all accounts. */
  concurrency: number;
  /** `score`: ShowRiskScore is asked for each target, too, to hold its score against the deductions. */
  reconcile?: "none" | "score";
  /** Only targets for which this is true are expected and fetched. */
  only?: (target: { account: string; region: string; projectId: string; projectName: string }) => boolean;
  /** What is said of projects, by their ids: aliases, owners, units, and what is left out. */
  projects?: Projects | undefined;
  /** Risks that somebody answers for, from this night on; left out, those on record stay as they are. */
  exceptions?: readonly RiskException[] | undefined;
  /** How long nothing may be settled before the run ends itself. Milliseconds; default what calls and quotas can take. */
  longestSilenceMs?: number;
  /** Who fetches what is planned; left out, this process. */
  fetchNight?: FetchNight | undefined;
  signal?: AbortSignal;
  /** Aborted when nothing more is to be fetched: what is left is missing as `not_attempted`, and the run ends as any other. */
  deadline?: AbortSignal;
  /** Aborted when discovery is waited for no longer: accounts that have not answered by then are missing. */
  discoveryDeadline?: AbortSignal;
  onProgress?: (progress: IngestProgress) => void;
  /** Told of each target that was planned, as soon as its outcome is on record. */
  onOutcome?: (outcome: TargetOutcome) => void;
}

/** What became of one target of a run. */
export interface TargetOutcome {
  runId: number;
  target: { account: string; region: string; projectId: string; projectName: string };
  /** Null is fresh. */
  failureKind: FailureKind | null;
  /** What went wrong, in a sentence; null when fresh. */
  detail: string | null;
  /** From its turn in the run until its answer. Milliseconds. */
  ms: number;
  /** How much of that it waited for turns, which are paced by the quota. Milliseconds. */
  waitedMs: number;
  /** Calls made for it. */
  attempts: number;
}

/** How far a run is. */
export interface IngestProgress {
  step: "discover" | "fetch";
  done: number;
  total: number;
}

/** What a run gave: every expected target has an outcome. */
export interface IngestResult {
  runId: number;
  dataDate: string;
  /** complete: all fresh. partial: some missing. failed: none fresh. interrupted: stopped from outside. */
  status: "complete" | "partial" | "failed" | "interrupted";
  expected: number;
  /** Fetched and loaded by this run. */
  fetched: number;
  /** Already on record from an earlier run of the same date. */
  alreadyFresh: number;
  missing: number;
  /** How tonight's discovery differs from the last, and how many projects the configuration leaves out. */
  scope: ScopeChanges & { renamed: NameGiven[]; leftOut: number };
  /** What went wrong, once per sentence. */
  problems: string[];
}
