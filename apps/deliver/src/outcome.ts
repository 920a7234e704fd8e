/** What became of a try to deliver. */
export type Outcome =
  | { state: "sent"; answer: string }
  /** For good: this recipient will not have it. */
  | { state: "refused"; answer: string }
  /** Later, perhaps. `everyone`: not just this recipient; `forNow` until the next round, `forThisRun` not again by itself. */
  | { state: "deferred"; answer: string; everyone?: "forNow" | "forThisRun" }
  /** It may have arrived. */
  | { state: "unknown"; answer: string }
  /** The other side takes none as large. */
  | { state: "tooLarge"; answer: string };
