-- One row: one quality score and shortage reason on one date of a Phase 4-5 table, and how many rows have it.
-- Inputs: the processor's table, in the place of checked_table.
SELECT
  game_date,
  quality_score,
  shortage_reason,
  COUNT(*) AS row_count
FROM checked_table
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date, quality_score, shortage_reason
ORDER BY game_date, quality_score, shortage_reason
