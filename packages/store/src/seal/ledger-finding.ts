/** A place where the ledger is not what was sealed. */
export interface LedgerFinding {
  /**
   * `altered` is not as it was written; `unsealed` is older than seals are, so that nothing can be said of it; `pending`
   * came after the last seal, and the next one covers it.
   */
  kind: "altered" | "unsealed" | "pending";
  table: string;
  /** Which row, or rows, of it. */
  key: string;
  /** The run whose seal does not match, where it is one. */
  runId: number | null;
  detail: string;
}
