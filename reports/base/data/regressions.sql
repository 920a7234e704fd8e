-- @title Policies switched off since the first night of the trend and still off, the latest first
-- @key target_id category policy_id policy_name os_type
SELECT o.target_id, o.account, o.project_name, o.category, o.policy_id, o.policy_name, o.os_type, o.host_num,
       o.nights_off, o.off_since, o.host_nights
  FROM policy_off_daily AS o
 WHERE o.data_date = :data_date AND o.off_since > :first_night
   AND EXISTS (SELECT 1 FROM risk_daily AS r WHERE r.target_id = o.target_id AND r.data_date < o.off_since)
 ORDER BY o.off_since DESC, o.host_num DESC NULLS LAST, o.account, o.project_name, o.target_id, o.policy_name,
          o.os_type
