-- One row: one player listed from @start_date to @end_date, under the name he is listed by.
-- Inputs: nba_raw.player_boxscores.
SELECT
  player_id,
  MAX(player_name) AS player_name
FROM nba_raw.player_boxscores
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY player_id
ORDER BY player_id
