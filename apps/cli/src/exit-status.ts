/** What the shell is told; documented in docs/operations.md. */
export const EXIT = {
  complete: 0,
  usage: 2,
  partial: 3,
  nothingFetched: 4,
  gateFailed: 5,
  deliveryFailed: 6,
  locked: 7,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];
