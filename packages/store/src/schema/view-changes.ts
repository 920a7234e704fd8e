/** What an upgrade does to views, by their names. */
export interface ViewChanges {
  /** New ones. */
  created: string[];
  /** Those that get another definition in their place. */
  replaced: string[];
  /** Those that are dropped and created again, since they or what they read get other columns. */
  recreated: string[];
  /** Those that are of no version any more. */
  dropped: string[];
}
