export { withoutConfiguredOut } from "./discovery/configured-out.ts";
export { type FetchNight, fetchNight, type NightToFetch, Tally } from "./fetch-night.ts";
export { type Desk, fetchTarget, recordMiss } from "./fetch-target.ts";
export { ingest } from "./ingest.ts";
export type {
  IngestAccount,
  IngestJob,
  IngestProgress,
  IngestResult,
  PinnedProject,
  TargetOutcome,
  UnitRule,
} from "./job.ts";
export { NightLoader } from "./night-loader.ts";
export { type AccountPlan, type NightPlan, planTonight } from "./plan.ts";
export { longestSilenceMs, StalledRunError } from "./progress/silence-watch.ts";
export type { ProjectSettings, Projects } from "./project-settings.ts";
export { replay } from "./replay.ts";
export type { NightReplay, ReplayJob, ReplayResult, UnreadableAnswer } from "./replay-job.ts";
export { hasQuota, type WorkDone } from "./run-meter.ts";
export { unitOf } from "./unit-of.ts";
