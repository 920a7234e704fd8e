-- @title What could return points, the most first: an estimate
-- @key category action
SELECT category, action, num, points_each, mode, points_alone, points_back, blocked_by_cap
  FROM points_back_daily
 WHERE target_id = :target_id AND data_date = :data_date
 ORDER BY CASE WHEN action = 'unattributed' THEN 1 ELSE 0 END,
          CASE WHEN points_back IS NULL THEN 1 ELSE 0 END, points_back DESC, points_alone DESC, category, action
