/** Something that decides what the ledger's tables hold and what is read from them. */
export interface Definition {
  /** Such as `view`, `table`, `trigger`. */
  kind: string;
  name: string;
  /** The table or view that it belongs to: its own name where it is one. */
  of: string;
  /** What it is made of, as its engine says it. */
  text: string;
  /** Whether it can stand on a table of ours without a change to what is read or written, like a plain index. */
  harmless: boolean;
}
