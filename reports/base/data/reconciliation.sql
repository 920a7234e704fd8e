-- @title The cloud's own scores beside those of the deductions
-- @one
SELECT data_date, asked, compared, differing, unavailable, largest_difference
  FROM portfolio_reconciliation_daily
 WHERE data_date = :data_date
