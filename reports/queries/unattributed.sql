-- @title Risks that are not itemized
-- @question Where does a total count more than the answer lists?
-- @param night date = latest night
SELECT project_name, account, region, category, total_risk_num, itemized_num, unattributed_num
  FROM category_daily
 WHERE data_date = :night AND unattributed_num <> 0
 ORDER BY unattributed_num DESC, project_name, category
