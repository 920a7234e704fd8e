-- @title Projects not seen lately
-- @question Which projects have had no answer for so many nights?
-- @param nights integer = 1
SELECT project_name, account, region, data_date AS last_date, age_days, score, total_risk_num
  FROM latest_risk
 WHERE age_days >= :nights
 ORDER BY age_days DESC, account, project_name
