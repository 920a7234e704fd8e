export { type Delegation, fetchByWorkers } from "./fetch-by-workers.ts";
export type { RenderJob } from "./jobs.ts";
export { openWork, type Work } from "./open-work.ts";
export { SharedPlaces } from "./places.ts";
export { RenderRound } from "./render-by-workers.ts";
export type { Renderer } from "./render-worker.ts";
export { SharedPace } from "./shared-pace.ts";
export { type WorkStatus, workStatus } from "./work-status.ts";
export { runWorker, type WorkerOrder } from "./worker.ts";
