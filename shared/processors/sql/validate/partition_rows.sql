-- One row: one date of a processor's table, its rows and how many keys occur more than once.
-- Inputs: the processor's table, in the place of checked_table; its key, in the place of key_columns.
SELECT
  game_date,
  SUM(copies) AS row_count,
  COUNTIF(copies > 1) AS duplicate_keys
FROM (
  SELECT
    game_date,
    key_columns,
    COUNT(*) AS copies
  FROM checked_table
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, key_columns
)
GROUP BY game_date
ORDER BY game_date
