import { type Entries, OBSERVATION_COLUMNS } from "./entry.ts";

export const HISTORY_ENTRIES: Entries<"revision_daily" | "payload_storage"> = {
  revision_daily: {
    meaning: "One row for each figure of a past night that a replay reads otherwise than it was.",
    key: ["run_id", "target_id", "data_date", "category", "figure"],
    of: "risk_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      run_id: ["The replay that read it otherwise."],
      category: ["The category that the figure is of; null where it is of the answer as a whole."],
      figure: [
        "`score`, `deducted`, `total_risk_num`; of a category `deduct_score`, `policies`, `high risk_num` and so on, or a counter's name.",
      ],
      before: ["What it was; null where it was not known, or the answer was in quarantine."],
      after: ["What it is since; null where it is not known any more."],
    },
  },
  payload_storage: {
    meaning: "One row for each way of keeping raw answers.",
    key: ["form"],
    columns: {
      form: ["`deflated`, each by itself, or `packed`, many in a block."],
      payloads: ["Raw answers kept so.", "payloads"],
      stored_bytes: ["What they take, compressed; indexes and empty space left out.", "bytes"],
    },
  },
};
