-- One row: one date of a Phase 4-5 table, and when its oldest row was computed.
-- Inputs: the processor's table, in the place of checked_table.
SELECT
  game_date,
  MIN(processed_at) AS oldest
FROM checked_table
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
ORDER BY game_date
