-- One row: one player listed from @start_date to @end_date, as his latest box score of them has him.
-- Inputs: nba_raw.player_boxscores.
SELECT
  player_id,
  player_name,
  team,
  game_date AS last_date,
  ROW_NUMBER() OVER (PARTITION BY player_id ORDER BY game_date DESC, game_id DESC) AS recency
FROM nba_raw.player_boxscores
WHERE game_date BETWEEN @start_date AND @end_date
QUALIFY recency = 1
ORDER BY player_id
