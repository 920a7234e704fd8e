import type { Category, Observation } from "./columns.ts";

/** A figure that a replay reads otherwise than before. */
export interface RevisionDaily extends Observation {
  /** The replay. */
  run_id: number;
  /** Null where the figure is of the answer as a whole. */
  category: Category | null;
  /**
   * `score`, `deducted`, `total_risk_num`; of a category `deduct_score`, `total_risk_num`, `policies` (how many it
   * names), `critical risk_num`, `critical affected_num` and so on, or a counter by its name.
   */
  figure: string;
  /** Null where it was not known, or the answer was in quarantine. */
  before: number | null;
  after: number | null;
}

/** How raw answers are kept. */
export interface PayloadStorage {
  /** `deflated`, each by itself, or `packed`, many in a block. */
  form: "deflated" | "packed";
  payloads: number;
  /** Compressed. Bytes, indexes and empty space left out. */
  stored_bytes: number;
}
