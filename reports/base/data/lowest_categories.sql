-- @title Categories of the projects with the lowest scores
-- @key target_id category
SELECT p.target_id, account, COALESCE(l.alias, p.project_name) AS project_name, category, deduct_score, cap
  FROM category_daily AS p
  LEFT JOIN target_label AS l ON l.target_id = p.target_id AND l.from_date <= p.data_date
   AND l.to_date > p.data_date
 WHERE data_date = :data_date
   AND p.target_id IN (
     SELECT target_id FROM risk_daily WHERE data_date = :data_date
      ORDER BY score ASC NULLS LAST, total_risk_num DESC NULLS LAST, account, project_name, target_id
      LIMIT :top_lowest)
 ORDER BY p.target_id, CASE category WHEN 'alarm' THEN 1 WHEN 'baseline' THEN 2 WHEN 'vulnerability' THEN 3
                                   WHEN 'asset' THEN 4 WHEN 'protection' THEN 5 ELSE 6 END
