-- One row: one player listed on a date who has no row of that date in a processor's table.
-- Inputs: nba_raw.player_boxscores; the processor's table, in the place of checked_table.
SELECT
  b.game_date,
  b.player_id,
  b.player_name,
  b.team,
  b.minutes
FROM nba_raw.player_boxscores AS b
LEFT JOIN (
  SELECT
    game_date,
    player_id
  FROM checked_table
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = b.game_date AND t.player_id = b.player_id
WHERE b.game_date BETWEEN @start_date AND @end_date
  AND t.player_id IS NULL
ORDER BY b.game_date, b.team, b.player_id
