-- @title The portfolio's last nights
-- @question How has the whole portfolio moved over the last nights, like for like?
-- @param nights integer = 30
-- @param until date = latest night
SELECT p.data_date, p.targets, p.scored_targets, p.score, c.cohort, c.score_change, p.total_risk_num,
       c.total_risk_num_change
  FROM portfolio_daily p
  JOIN portfolio_change_daily c ON c.data_date = p.data_date
 WHERE p.data_date <= :until
 ORDER BY p.data_date DESC
 LIMIT :nights
