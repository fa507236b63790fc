-- freshness: each date and table of Phases 4-5: when its rows were computed, by which backfill. A report.
-- Written by: python -m shared.processors.queries docs/monitoring/queries
-- bq query --use_legacy_sql=false --max_rows=10000 --parameter=start_date:DATE:2024-11-08 --parameter=end_date:DATE:2024-11-14 < docs/monitoring/queries/freshness.sql
SELECT
  game_date,
  4 AS phase,
  'player_shot_zone_analysis' AS processor,
  COUNT(*) AS row_count,
  MIN(processed_at) AS oldest,
  MAX(processed_at) AS newest,
  MIN(backfill_id) AS first_backfill,
  MAX(backfill_id) AS last_backfill
FROM nba_precompute.player_shot_zone_analysis
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
UNION ALL
SELECT
  game_date,
  4 AS phase,
  'team_defense_zone_analysis' AS processor,
  COUNT(*) AS row_count,
  MIN(processed_at) AS oldest,
  MAX(processed_at) AS newest,
  MIN(backfill_id) AS first_backfill,
  MAX(backfill_id) AS last_backfill
FROM nba_precompute.team_defense_zone_analysis
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
UNION ALL
SELECT
  game_date,
  4 AS phase,
  'player_composite_factors' AS processor,
  COUNT(*) AS row_count,
  MIN(processed_at) AS oldest,
  MAX(processed_at) AS newest,
  MIN(backfill_id) AS first_backfill,
  MAX(backfill_id) AS last_backfill
FROM nba_precompute.player_composite_factors
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
UNION ALL
SELECT
  game_date,
  4 AS phase,
  'player_daily_cache' AS processor,
  COUNT(*) AS row_count,
  MIN(processed_at) AS oldest,
  MAX(processed_at) AS newest,
  MIN(backfill_id) AS first_backfill,
  MAX(backfill_id) AS last_backfill
FROM nba_precompute.player_daily_cache
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
UNION ALL
SELECT
  game_date,
  4 AS phase,
  'player_season_profile' AS processor,
  COUNT(*) AS row_count,
  MIN(processed_at) AS oldest,
  MAX(processed_at) AS newest,
  MIN(backfill_id) AS first_backfill,
  MAX(backfill_id) AS last_backfill
FROM nba_precompute.player_season_profile
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
UNION ALL
SELECT
  game_date,
  5 AS phase,
  'ml_feature_store' AS processor,
  COUNT(*) AS row_count,
  MIN(processed_at) AS oldest,
  MAX(processed_at) AS newest,
  MIN(backfill_id) AS first_backfill,
  MAX(backfill_id) AS last_backfill
FROM nba_predictions.ml_feature_store
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
UNION ALL
SELECT
  game_date,
  5 AS phase,
  'player_points_predictions' AS processor,
  COUNT(*) AS row_count,
  MIN(processed_at) AS oldest,
  MAX(processed_at) AS newest,
  MIN(backfill_id) AS first_backfill,
  MAX(backfill_id) AS last_backfill
FROM nba_predictions.player_points_predictions
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
ORDER BY game_date, phase, processor
