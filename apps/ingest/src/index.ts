export { ingest } from "./ingest.ts";
export type { IngestAccount, IngestJob, IngestProgress, IngestResult } from "./job.ts";
