-- One row: one game date of the schedule on which a table has not as many rows as the schedule or the listing asks for.
-- Inputs: the rows by date, in the place of rows_by_date.
SELECT
  phase,
  processor,
  game_date,
  CASE WHEN row_count = 0 THEN 'missing' WHEN row_count < expected THEN 'low' ELSE 'high' END AS kind,
  '' AS entity,
  CONCAT(CAST(row_count AS STRING), ' rows, expected ', CAST(expected AS STRING)) AS detail
FROM (
rows_by_date
)
WHERE row_count = 0 OR row_count <> expected
