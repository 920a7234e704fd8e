-- @title Missing nights of the project
-- @key data_date
SELECT data_date, failure_kind, detail, attempts, carried_from
  FROM coverage_target_daily
 WHERE target_id = :target_id AND data_date >= :first_night AND data_date <= :data_date AND outcome = 'missing'
 ORDER BY data_date DESC
