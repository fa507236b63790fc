-- One row: one date of a Phase 4-5 table: rows, mean quality score, rows by tier and by the reason of their shortage.
-- Inputs: the processor's table, in the place of checked_table.
SELECT
  game_date,
  phase_number AS phase,
  'processor_name' AS processor,
  COUNT(*) AS row_count,
  ROUND(AVG(quality_score), 1) AS mean_quality,
  COUNTIF(quality_score = 100) AS high,
  COUNTIF(quality_score BETWEEN 70 AND 99) AS medium,
  COUNTIF(quality_score BETWEEN 50 AND 69) AS low,
  COUNTIF(quality_score < 50) AS very_low,
  COUNTIF(shortage_reason = 'season_start') AS season_start,
  COUNTIF(shortage_reason = 'absent') AS absent,
  COUNTIF(shortage_reason = 'capped') AS capped,
  COUNTIF(shortage_reason = 'missing_data') AS missing_data
FROM checked_table
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
