-- @title Reasons why projects are missing tonight
-- @key failure_kind
SELECT failure_kind, targets, carried, oldest_carried_from, oldest_carried_nights
  FROM coverage_failure_daily
 WHERE data_date = :data_date
 ORDER BY targets DESC, failure_kind
