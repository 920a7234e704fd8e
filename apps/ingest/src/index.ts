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
export { type AccountPlan, type NightPlan, planTonight } from "./plan.ts";
export { replay } from "./replay.ts";
export type { NightReplay, ReplayJob, ReplayResult, UnreadableAnswer } from "./replay-job.ts";
export { unitOf } from "./unit-of.ts";
