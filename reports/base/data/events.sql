-- @title Events that the trend has to be read with: the largest of each kind
-- @key marker
SELECT ROW_NUMBER() OVER (ORDER BY data_date, kind, category) AS marker, data_date, kind, category, targets, host_num
  FROM (
    SELECT data_date, kind, category, targets, host_num,
           ROW_NUMBER() OVER (PARTITION BY kind ORDER BY targets DESC, host_num DESC NULLS LAST, data_date DESC) AS place
      FROM event_daily
     WHERE data_date > :first_night AND data_date <= :data_date
  ) AS placed
 WHERE place <= 2
 ORDER BY marker
