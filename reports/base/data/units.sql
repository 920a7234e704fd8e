-- @title Business units
-- @key unit
SELECT u.unit, u.expected, u.fresh, u.missing, u.scored_targets, u.score, u.total_risk_num, c.previous_date, c.cohort,
       c.score_change, c.total_risk_num_change
  FROM unit_daily AS u
  LEFT JOIN unit_change_daily AS c
    ON c.data_date = :data_date AND COALESCE(c.unit, '') = COALESCE(u.unit, '')
 WHERE u.data_date = :data_date AND EXISTS (SELECT 1 FROM unit_target AS x WHERE x.unit IS NOT NULL)
 ORDER BY CASE WHEN u.unit IS NULL THEN 1 ELSE 0 END, u.score NULLS LAST, u.unit
