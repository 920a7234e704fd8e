import type { Watch } from "../watch/watch.ts";

/** What a night tells while it is under way. */
export type NightWatch = Omit<Watch, "ended">;
