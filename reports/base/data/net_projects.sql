-- @title Projects with exceptions, gross and net
-- @key target_id
SELECT target_id, account, region, project_name, exceptions, score, net_score, deducted, net_deducted, total_risk_num,
       net_total_risk_num
  FROM net_daily
 WHERE data_date = :data_date AND exceptions > 0
 ORDER BY account, project_name, target_id
