export { ingest } from "./ingest.ts";
export type { IngestAccount, IngestJob, IngestProgress, IngestResult, PinnedProject } from "./job.ts";
