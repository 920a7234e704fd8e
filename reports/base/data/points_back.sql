-- @title What could return points, the most first: an estimate
-- @key category action
SELECT s.category, s.action, s.rank, s.targets, s.blocked_targets, s.num, s.points_each, s.mode, s.points_alone,
       s.points_back, o.owner_name, o.owner_address, o.owners, o.owner_targets
  FROM portfolio_points_back_daily AS s
  LEFT JOIN (
    SELECT b.category, b.action, l.owner_name, l.owner_address,
           -- of whom most points come back, and how many answer for a part of it
           ROW_NUMBER() OVER (PARTITION BY b.category, b.action
             ORDER BY SUM(b.points_back) DESC NULLS LAST, l.owner_name, l.owner_address) AS place,
           COUNT(*) OVER (PARTITION BY b.category, b.action) AS owners,
           SUM(CASE WHEN b.action = 'unattributed' AND COALESCE(b.points_back, 0) = 0 THEN 0 ELSE 1 END) AS owner_targets
      FROM target_label AS l
      JOIN points_back_daily AS b ON b.target_id = l.target_id AND b.data_date = :data_date
      JOIN risk_daily AS r ON r.target_id = b.target_id AND r.data_date = b.data_date AND r.score IS NOT NULL
     WHERE l.from_date <= :data_date AND l.to_date > :data_date
       AND (l.owner_name IS NOT NULL OR l.owner_address IS NOT NULL)
     GROUP BY b.category, b.action, l.owner_name, l.owner_address) AS o
    ON o.category = s.category AND o.action = s.action AND o.place = 1
 WHERE s.data_date = :data_date
 ORDER BY s.rank
