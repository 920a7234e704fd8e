-- @title Projects whose raw answer stands still while others move
-- @key target_id
SELECT target_id, account, project_name, nights_same, same_since, other_targets, other_targets_changed
  FROM frozen_payload_daily
 WHERE data_date = :data_date AND suspicious = 1
 ORDER BY nights_same DESC, account, project_name, target_id
