-- @title What could return points, the most first: an estimate
-- @key category action
SELECT category, action, rank, targets, blocked_targets, num, points_each, mode, points_alone, points_back
  FROM portfolio_points_back_daily
 WHERE data_date = :data_date
 ORDER BY rank
