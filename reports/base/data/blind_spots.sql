-- @title Blind spots
-- @key kind category
SELECT kind, category, targets, num
  FROM portfolio_blind_spot_daily
 WHERE data_date = :data_date
 ORDER BY CASE kind WHEN 'hosts_unprotected' THEN 1 WHEN 'hosts_not_scanned' THEN 2 WHEN 'hosts_not_checked' THEN 3
                    WHEN 'images_not_scanned' THEN 4 WHEN 'never_scanned' THEN 5 ELSE 6 END, category
