-- @title Categories whose points moved tonight though no count did
-- @key category
SELECT category, previous_date, cohort, moved_targets, moved_share
  FROM scoring_suspicion_daily
 WHERE data_date = :data_date AND suspicious = 1
 ORDER BY category
