-- One row: one key that occurs more than once on a date of a table.
-- Inputs: the processor's table, in the place of checked_table; its key, key_columns; the key as a text, key_text.
SELECT
  phase_number AS phase,
  'processor_name' AS processor,
  game_date,
  'finding_kind' AS kind,
  key_text AS entity,
  CONCAT(CAST(copies AS STRING), ' rows have this (key_columns)') AS detail
FROM (
  SELECT
    game_date,
    key_columns,
    COUNT(*) AS copies
  FROM checked_table
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, key_columns
)
WHERE copies > 1
