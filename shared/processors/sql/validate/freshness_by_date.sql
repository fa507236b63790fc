-- One row: one date of a Phase 4-5 table, when its rows were computed, and by which backfills.
-- Inputs: the processor's table, in the place of checked_table.
SELECT
  game_date,
  phase_number AS phase,
  'processor_name' AS processor,
  COUNT(*) AS row_count,
  MIN(processed_at) AS oldest,
  MAX(processed_at) AS newest,
  MIN(backfill_id) AS first_backfill,
  MAX(backfill_id) AS last_backfill
FROM checked_table
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
