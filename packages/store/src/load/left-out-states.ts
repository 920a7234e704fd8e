/**
 * States of what discovery shows and nobody asks for. Each is the reason of the change of scope that led to it.
 * `unknown_region` is of earlier versions: such projects are expected now, and missing.
 */
export const LEFT_OUT_STATES = [
  "disabled",
  "unknown_region",
  "id_unreadable",
  "name_unreadable",
  "enabled_unreadable",
  "entry_unreadable",
  "seen_by_another_account",
  "configured_out",
] as const;

export type LeftOutState = (typeof LEFT_OUT_STATES)[number];

/** Whether the reason of a change of scope is the state that an entry is in since. */
export const isLeftOutState = (reason: string): reason is LeftOutState =>
  (LEFT_OUT_STATES as readonly string[]).includes(reason);
