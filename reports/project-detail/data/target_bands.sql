-- @title Bands of the score, and the one that the project is in
-- @key band
SELECT b.band, b.from_score, b.to_score, r.score,
       CASE WHEN b.from_score = (SELECT MAX(x.from_score) FROM score_band AS x WHERE x.from_score <= r.score)
         THEN 1 ELSE 0 END AS is_current
  FROM score_band AS b
  LEFT JOIN risk_daily AS r ON r.target_id = :target_id AND r.data_date = :data_date
 ORDER BY b.from_score
