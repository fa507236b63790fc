-- One row: one of the last ten games up to @game_date that a player was listed for, latest first, and the quality of
-- what was predicted for him on its date (NULL where nothing was).
-- Inputs: nba_raw.player_boxscores, nba_predictions.player_points_predictions.
SELECT
  b.game_date,
  b.game_id,
  b.team,
  b.opponent,
  b.minutes,
  b.points,
  p.predicted_points,
  p.games_used,
  p.quality_score,
  p.shortage_reason,
  ROW_NUMBER() OVER (ORDER BY b.game_date DESC, b.game_id) AS recency
FROM nba_raw.player_boxscores AS b
LEFT JOIN nba_predictions.player_points_predictions AS p
  ON p.game_date = b.game_date AND p.player_id = b.player_id
WHERE b.game_date BETWEEN @season_start AND @game_date
  AND CAST(b.player_id AS STRING) = @entity
QUALIFY recency <= 10
ORDER BY b.game_date DESC
