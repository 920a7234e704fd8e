import type { ViewDefinition } from "./fragments.ts";

/** Holds for a retraction (`retraction` as `r`) that nobody has undone. */
const STANDS = "r.undoes IS NULL AND NOT EXISTS (SELECT 1 FROM retraction u WHERE u.undoes = r.id)";

/** Whether the night of a run (`run`) was taken out of every figure as a whole after it. */
export const RETRACTED_SINCE = `CASE WHEN run.kind = 'ingest' AND EXISTS (SELECT 1 FROM retraction r
        WHERE r.data_date = run.data_date AND r.only_filter IS NULL AND r.run_id > run.id AND ${STANDS})
      THEN 1 ELSE 0 END`;

/** Holds for a target (`target` as `t`) unless all that was ever on record of it was taken out. */
export const STILL_ON_RECORD = `NOT (EXISTS (SELECT 1 FROM retraction_target m WHERE m.target_id = t.id)
        AND NOT EXISTS (SELECT 1 FROM snapshot s WHERE s.target_id = t.id)
        AND NOT EXISTS (SELECT 1 FROM gap g WHERE g.target_id = t.id))`;

/** What was taken out of every figure, and why. */
export const RETRACTION_VIEWS: readonly ViewDefinition[] = [
  [
    "retraction_history",
    `SELECT r.id AS retraction_id, r.data_date, r.only_filter AS targets_filter,
        (SELECT COUNT(*) FROM retraction_target t WHERE t.retraction_id = r.id) AS targets,
        (SELECT COUNT(*) FROM retraction_target t WHERE t.retraction_id = r.id AND t.outcome = 'fresh') AS answers,
        r.reason, r.run_id, o.started_at AS retracted_at, u.run_id AS undone_run_id, p.started_at AS undone_at,
        u.reason AS undo_reason
      FROM retraction r JOIN run o ON o.id = r.run_id
      LEFT JOIN retraction u ON u.undoes = r.id LEFT JOIN run p ON p.id = u.run_id
      WHERE r.undoes IS NULL`,
  ],
];
