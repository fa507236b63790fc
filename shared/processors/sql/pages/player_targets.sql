-- One row: one target date from @start_date to @end_date that was computed for a player: the games it used and how
-- good that makes it, and what was predicted, NULL before Phase 5 or where the prediction was withheld.
-- Inputs: nba_precompute.player_daily_cache, nba_predictions.player_points_predictions.
SELECT
  c.game_date,
  c.team,
  c.opponent,
  c.games_used,
  c.quality_score,
  c.shortage_reason,
  c.window_start,
  c.window_end,
  p.predicted_points,
  p.confidence
FROM nba_precompute.player_daily_cache AS c
LEFT JOIN (
  SELECT
    game_date,
    predicted_points,
    confidence
  FROM nba_predictions.player_points_predictions
  WHERE player_id = @player_id AND game_date BETWEEN @start_date AND @end_date
) AS p
  ON p.game_date = c.game_date
WHERE c.player_id = @player_id AND c.game_date BETWEEN @start_date AND @end_date
ORDER BY c.game_date
