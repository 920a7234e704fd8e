-- @title Unprotected hosts, the most host-nights first
-- @key target_id
SELECT p.target_id, account, COALESCE(l.alias, p.project_name) AS project_name, l.owner_name, l.owner_address,
       host_num, nights_unprotected, unprotected_since, host_nights
  FROM unprotected_daily AS p
  LEFT JOIN target_label AS l ON l.target_id = p.target_id AND l.from_date <= p.data_date
   AND l.to_date > p.data_date
 WHERE data_date = :data_date
 ORDER BY host_nights DESC, host_num DESC, account, project_name, p.target_id
