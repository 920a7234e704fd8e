-- @title Projects whose raw answer stands still while others move
-- @key target_id
SELECT p.target_id, account, COALESCE(l.alias, p.project_name) AS project_name, l.owner_name, l.owner_address,
       nights_same, same_since, other_targets, other_targets_changed
  FROM frozen_payload_daily AS p
  LEFT JOIN target_label AS l ON l.target_id = p.target_id AND l.from_date <= p.data_date
   AND l.to_date > p.data_date
 WHERE data_date = :data_date AND suspicious = 1
 ORDER BY nights_same DESC, account, project_name, p.target_id
