-- One row: one date of a table on which required columns are NULL, or bounded columns outside of their range.
-- Inputs: the processor's table, in the place of checked_table; what counts the rows of each column, column_counts;
--   what tells a count, counts_text; whether any is above 0, any_counted.
SELECT
  phase_number AS phase,
  'processor_name' AS processor,
  game_date,
  'finding_kind' AS kind,
  '' AS entity,
  counts_text AS detail
FROM (
  SELECT
    game_date,
    column_counts
  FROM checked_table
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE any_counted
