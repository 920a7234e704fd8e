-- @title Policies switched off since the first night of the trend and still off, the latest first
-- @key target_id category policy_id policy_name os_type
SELECT o.target_id, o.account, COALESCE(l.alias, o.project_name) AS project_name, l.owner_name, l.owner_address,
       o.category, o.policy_id, o.policy_name, o.os_type, o.host_num, o.nights_off, o.off_since, o.host_nights
  FROM policy_off_daily AS o
  LEFT JOIN target_label AS l ON l.target_id = o.target_id AND l.from_date <= o.data_date
   AND l.to_date > o.data_date
 WHERE o.data_date = :data_date AND o.off_since > :first_night
   AND EXISTS (SELECT 1 FROM risk_daily AS r WHERE r.target_id = o.target_id AND r.data_date < o.off_since)
 ORDER BY o.off_since DESC, o.host_num DESC NULLS LAST, o.account, project_name, o.target_id, o.policy_name,
          o.os_type
