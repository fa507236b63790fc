-- One row: how far predictions of @start_date..@end_date were from the points scored, beside two naive forecasts.
-- Inputs: nba_predictions.player_points_predictions and ml_feature_store, nba_analytics.player_game_summary.
-- Counted are the players who played (minutes > 0) and for whom all three forecasts exist.
-- Mean absolute errors in points: of the prediction, of the season mean so far, of the mean of the last 10 games.
SELECT
  COUNT(*) AS predictions,
  SAFE_DIVIDE(SUM(ABS(predicted.predicted_points - played.points)), COUNT(*)) AS prediction_error,
  SAFE_DIVIDE(SUM(ABS(features.points_avg_season - played.points)), COUNT(*)) AS season_mean_error,
  SAFE_DIVIDE(SUM(ABS(features.points_avg_last_10 - played.points)), COUNT(*)) AS last_10_mean_error
FROM nba_predictions.player_points_predictions AS predicted
INNER JOIN nba_predictions.ml_feature_store AS features
  ON features.game_date = predicted.game_date AND features.player_id = predicted.player_id
INNER JOIN nba_analytics.player_game_summary AS played
  ON played.game_date = predicted.game_date AND played.player_id = predicted.player_id
WHERE
  predicted.game_date >= @start_date
  AND predicted.game_date <= @end_date
  AND played.minutes > 0
  AND predicted.predicted_points IS NOT NULL
  AND features.points_avg_season IS NOT NULL
  AND features.points_avg_last_10 IS NOT NULL
