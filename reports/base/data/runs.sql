-- @title Runs of the night
-- @key run_id
SELECT run_id, started_at, finished_at, status, expected, fetched, missing
  FROM run_history
 WHERE data_date = :data_date AND kind = 'ingest'
 ORDER BY run_id
