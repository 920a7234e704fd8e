-- @title Projects with exceptions, gross and net
-- @key target_id
SELECT p.target_id, account, region, COALESCE(l.alias, p.project_name) AS project_name, exceptions, score, net_score,
       deducted, net_deducted, total_risk_num, net_total_risk_num
  FROM net_daily AS p
  LEFT JOIN target_label AS l ON l.target_id = p.target_id AND l.from_date <= p.data_date
   AND l.to_date > p.data_date
 WHERE data_date = :data_date AND exceptions > 0
 ORDER BY account, project_name, p.target_id
