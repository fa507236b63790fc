-- quality_distribution: each date and table of Phases 4-5: mean quality, rows by tier and by reason. A report.
-- Written by: python -m shared.processors.queries docs/monitoring/queries
-- bq query --use_legacy_sql=false --max_rows=10000 --parameter=start_date:DATE:2024-11-08 --parameter=end_date:DATE:2024-11-14 < docs/monitoring/queries/quality_distribution.sql
SELECT
  game_date,
  4 AS phase,
  'player_shot_zone_analysis' AS processor,
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
FROM nba_precompute.player_shot_zone_analysis
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
UNION ALL
SELECT
  game_date,
  4 AS phase,
  'team_defense_zone_analysis' AS processor,
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
FROM nba_precompute.team_defense_zone_analysis
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
UNION ALL
SELECT
  game_date,
  4 AS phase,
  'player_composite_factors' AS processor,
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
FROM nba_precompute.player_composite_factors
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
UNION ALL
SELECT
  game_date,
  4 AS phase,
  'player_daily_cache' AS processor,
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
FROM nba_precompute.player_daily_cache
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
UNION ALL
SELECT
  game_date,
  4 AS phase,
  'player_season_profile' AS processor,
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
FROM nba_precompute.player_season_profile
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
UNION ALL
SELECT
  game_date,
  5 AS phase,
  'ml_feature_store' AS processor,
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
FROM nba_predictions.ml_feature_store
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
UNION ALL
SELECT
  game_date,
  5 AS phase,
  'player_points_predictions' AS processor,
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
FROM nba_predictions.player_points_predictions
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
ORDER BY game_date, phase, processor
