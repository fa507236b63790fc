-- row_rules: rows whose own columns contradict each other. One row is one finding (phase, processor, game_date, kind, entity, detail); no row: nothing was found.
-- Written by: python -m shared.processors.queries docs/monitoring/queries
-- bq query --use_legacy_sql=false --max_rows=10000 --parameter=start_date:DATE:2024-11-08 --parameter=end_date:DATE:2024-11-14 < docs/monitoring/queries/row_rules.sql
SELECT phase, processor, game_date, kind, entity, detail
FROM (
SELECT
  2 AS phase,
  'games' AS processor,
  game_date,
  'mismatch' AS kind,
  COALESCE(game_id, 'NULL') AS entity,
  CONCAT(
    IF(NOT (home_team <> away_team), 'not: two teams; ', ''),
    IF(NOT (home_score <> away_score), 'not: one winner; ', '')
  ) AS detail
FROM nba_raw.games
WHERE game_date BETWEEN @start_date AND @end_date
  AND (NOT (home_team <> away_team)
    OR NOT (home_score <> away_score))
UNION ALL
SELECT
  2 AS phase,
  'player_boxscores' AS processor,
  game_date,
  'mismatch' AS kind,
  CONCAT(COALESCE(player_name, 'NULL'), ' ', COALESCE(CAST(player_id AS STRING), 'NULL')) AS entity,
  CONCAT(
    IF(NOT (points = 2 * fgm + fg3m + ftm), 'not: points = 2 fgm + fg3m + ftm; ', ''),
    IF(NOT (reb = oreb + dreb), 'not: reb = oreb + dreb; ', ''),
    IF(NOT (fgm <= fga AND fg3m <= fg3a AND ftm <= fta AND fg3m <= fgm AND fg3a <= fga), 'not: makes <= attempts; ', ''),
    IF(NOT (team <> opponent), 'not: team is not its opponent; ', '')
  ) AS detail
FROM nba_raw.player_boxscores
WHERE game_date BETWEEN @start_date AND @end_date
  AND (NOT (points = 2 * fgm + fg3m + ftm)
    OR NOT (reb = oreb + dreb)
    OR NOT (fgm <= fga AND fg3m <= fg3a AND ftm <= fta AND fg3m <= fgm AND fg3a <= fga)
    OR NOT (team <> opponent))
UNION ALL
SELECT
  2 AS phase,
  'shots' AS processor,
  game_date,
  'mismatch' AS kind,
  CONCAT(COALESCE(game_id, 'NULL'), ' ', COALESCE(CAST(event_num AS STRING), 'NULL')) AS entity,
  CONCAT(
    IF(NOT (team <> opponent), 'not: team is not its opponent; ', '')
  ) AS detail
FROM nba_raw.shots
WHERE game_date BETWEEN @start_date AND @end_date
  AND (NOT (team <> opponent))
UNION ALL
SELECT
  2 AS phase,
  'team_boxscores' AS processor,
  game_date,
  'mismatch' AS kind,
  COALESCE(team, 'NULL') AS entity,
  CONCAT(
    IF(NOT (points = 2 * fgm + fg3m + ftm), 'not: points = 2 fgm + fg3m + ftm; ', ''),
    IF(NOT (reb = oreb + dreb), 'not: reb = oreb + dreb; ', ''),
    IF(NOT (fgm <= fga AND fg3m <= fg3a AND ftm <= fta AND fg3m <= fgm AND fg3a <= fga), 'not: makes <= attempts; ', ''),
    IF(NOT (team <> opponent), 'not: team is not its opponent; ', ''),
    IF(NOT (win = (plus_minus > 0)), 'not: win = plus_minus > 0; ', '')
  ) AS detail
FROM nba_raw.team_boxscores
WHERE game_date BETWEEN @start_date AND @end_date
  AND (NOT (points = 2 * fgm + fg3m + ftm)
    OR NOT (reb = oreb + dreb)
    OR NOT (fgm <= fga AND fg3m <= fg3a AND ftm <= fta AND fg3m <= fgm AND fg3a <= fga)
    OR NOT (team <> opponent)
    OR NOT (win = (plus_minus > 0)))
UNION ALL
SELECT
  3 AS phase,
  'player_game_summary' AS processor,
  game_date,
  'mismatch' AS kind,
  CONCAT(COALESCE(player_name, 'NULL'), ' ', COALESCE(CAST(player_id AS STRING), 'NULL')) AS entity,
  CONCAT(
    IF(NOT (points = 2 * fgm + fg3m + ftm), 'not: points = 2 fgm + fg3m + ftm; ', ''),
    IF(NOT (reb = oreb + dreb), 'not: reb = oreb + dreb; ', ''),
    IF(NOT (fgm <= fga AND fg3m <= fg3a AND ftm <= fta AND fg3m <= fgm AND fg3a <= fga), 'not: makes <= attempts; ', ''),
    IF(NOT (paint_attempts + mid_range_attempts + three_pt_attempts = fga), 'not: zone attempts = fga; ', ''),
    IF(NOT (paint_makes + mid_range_makes + three_pt_makes = fgm), 'not: zone makes = fgm; ', ''),
    IF(NOT (three_pt_attempts = fg3a AND three_pt_makes = fg3m), 'not: three_pt = fg3; ', ''),
    IF(NOT (assisted_fg_makes + unassisted_fg_makes = fgm), 'not: assisted + unassisted = fgm; ', ''),
    IF(NOT (team <> opponent), 'not: team is not its opponent; ', '')
  ) AS detail
FROM nba_analytics.player_game_summary
WHERE game_date BETWEEN @start_date AND @end_date
  AND (NOT (points = 2 * fgm + fg3m + ftm)
    OR NOT (reb = oreb + dreb)
    OR NOT (fgm <= fga AND fg3m <= fg3a AND ftm <= fta AND fg3m <= fgm AND fg3a <= fga)
    OR NOT (paint_attempts + mid_range_attempts + three_pt_attempts = fga)
    OR NOT (paint_makes + mid_range_makes + three_pt_makes = fgm)
    OR NOT (three_pt_attempts = fg3a AND three_pt_makes = fg3m)
    OR NOT (assisted_fg_makes + unassisted_fg_makes = fgm)
    OR NOT (team <> opponent))
UNION ALL
SELECT
  3 AS phase,
  'team_offense_game_summary' AS processor,
  game_date,
  'mismatch' AS kind,
  COALESCE(team, 'NULL') AS entity,
  CONCAT(
    IF(NOT (points = 2 * fgm + fg3m + ftm), 'not: points = 2 fgm + fg3m + ftm; ', ''),
    IF(NOT (reb = oreb + dreb), 'not: reb = oreb + dreb; ', ''),
    IF(NOT (fgm <= fga AND fg3m <= fg3a AND ftm <= fta AND fg3m <= fgm AND fg3a <= fga), 'not: makes <= attempts; ', ''),
    IF(NOT (paint_attempts + mid_range_attempts + three_pt_attempts = fga), 'not: zone attempts = fga; ', ''),
    IF(NOT (paint_makes + mid_range_makes + three_pt_makes = fgm), 'not: zone makes = fgm; ', ''),
    IF(NOT (three_pt_attempts = fg3a AND three_pt_makes = fg3m), 'not: three_pt = fg3; ', ''),
    IF(NOT (assisted_fg_makes + unassisted_fg_makes = fgm), 'not: assisted + unassisted = fgm; ', ''),
    IF(NOT (team <> opponent), 'not: team is not its opponent; ', '')
  ) AS detail
FROM nba_analytics.team_offense_game_summary
WHERE game_date BETWEEN @start_date AND @end_date
  AND (NOT (points = 2 * fgm + fg3m + ftm)
    OR NOT (reb = oreb + dreb)
    OR NOT (fgm <= fga AND fg3m <= fg3a AND ftm <= fta AND fg3m <= fgm AND fg3a <= fga)
    OR NOT (paint_attempts + mid_range_attempts + three_pt_attempts = fga)
    OR NOT (paint_makes + mid_range_makes + three_pt_makes = fgm)
    OR NOT (three_pt_attempts = fg3a AND three_pt_makes = fg3m)
    OR NOT (assisted_fg_makes + unassisted_fg_makes = fgm)
    OR NOT (team <> opponent))
UNION ALL
SELECT
  3 AS phase,
  'team_defense_game_summary' AS processor,
  game_date,
  'mismatch' AS kind,
  COALESCE(team, 'NULL') AS entity,
  CONCAT(
    IF(NOT (team <> opponent), 'not: team is not its opponent; ', '')
  ) AS detail
FROM nba_analytics.team_defense_game_summary
WHERE game_date BETWEEN @start_date AND @end_date
  AND (NOT (team <> opponent))
UNION ALL
SELECT
  4 AS phase,
  'player_shot_zone_analysis' AS processor,
  game_date,
  'quality' AS kind,
  COALESCE(CAST(player_id AS STRING), 'NULL') AS entity,
  CONCAT(
    IF(NOT (shortage_reason IS NULL OR shortage_reason IN ('season_start', 'absent', 'capped', 'missing_data')), 'not: shortage_reason is a known one; ', ''),
    IF(NOT ((window_start IS NULL) = (games_used = 0) AND (window_end IS NULL) = (games_used = 0)), 'not: a window iff games; ', ''),
    IF(NOT (window_start IS NULL OR (window_start <= window_end AND window_end < game_date)), 'not: window_start <= window_end < game_date; ', ''),
    IF(NOT (quality_score = CAST(ROUND(SAFE_DIVIDE(100 * LEAST(games_used, 10), 10)) AS INT64)), 'not: quality_score of 10 games; ', ''),
    IF(NOT (games_used <= 10), 'not: at most 10 games; ', ''),
    IF(NOT ((shortage_reason IS NULL) = (games_used >= 10)), 'not: a reason iff games are short; ', '')
  ) AS detail
FROM nba_precompute.player_shot_zone_analysis
WHERE game_date BETWEEN @start_date AND @end_date
  AND (NOT (shortage_reason IS NULL OR shortage_reason IN ('season_start', 'absent', 'capped', 'missing_data'))
    OR NOT ((window_start IS NULL) = (games_used = 0) AND (window_end IS NULL) = (games_used = 0))
    OR NOT (window_start IS NULL OR (window_start <= window_end AND window_end < game_date))
    OR NOT (quality_score = CAST(ROUND(SAFE_DIVIDE(100 * LEAST(games_used, 10), 10)) AS INT64))
    OR NOT (games_used <= 10)
    OR NOT ((shortage_reason IS NULL) = (games_used >= 10)))
UNION ALL
SELECT
  4 AS phase,
  'team_defense_zone_analysis' AS processor,
  game_date,
  'quality' AS kind,
  COALESCE(team, 'NULL') AS entity,
  CONCAT(
    IF(NOT (shortage_reason IS NULL OR shortage_reason IN ('season_start', 'absent', 'capped', 'missing_data')), 'not: shortage_reason is a known one; ', ''),
    IF(NOT ((window_start IS NULL) = (games_used = 0) AND (window_end IS NULL) = (games_used = 0)), 'not: a window iff games; ', ''),
    IF(NOT (window_start IS NULL OR (window_start <= window_end AND window_end < game_date)), 'not: window_start <= window_end < game_date; ', ''),
    IF(NOT (quality_score = CAST(ROUND(SAFE_DIVIDE(100 * LEAST(games_used, 15), 15)) AS INT64)), 'not: quality_score of 15 games; ', ''),
    IF(NOT (games_used <= 15), 'not: at most 15 games; ', ''),
    IF(NOT ((shortage_reason IS NULL) = (games_used >= 15)), 'not: a reason iff games are short; ', '')
  ) AS detail
FROM nba_precompute.team_defense_zone_analysis
WHERE game_date BETWEEN @start_date AND @end_date
  AND (NOT (shortage_reason IS NULL OR shortage_reason IN ('season_start', 'absent', 'capped', 'missing_data'))
    OR NOT ((window_start IS NULL) = (games_used = 0) AND (window_end IS NULL) = (games_used = 0))
    OR NOT (window_start IS NULL OR (window_start <= window_end AND window_end < game_date))
    OR NOT (quality_score = CAST(ROUND(SAFE_DIVIDE(100 * LEAST(games_used, 15), 15)) AS INT64))
    OR NOT (games_used <= 15)
    OR NOT ((shortage_reason IS NULL) = (games_used >= 15)))
UNION ALL
SELECT
  4 AS phase,
  'player_composite_factors' AS processor,
  game_date,
  'quality' AS kind,
  COALESCE(CAST(player_id AS STRING), 'NULL') AS entity,
  CONCAT(
    IF(NOT (shortage_reason IS NULL OR shortage_reason IN ('season_start', 'absent', 'capped', 'missing_data')), 'not: shortage_reason is a known one; ', ''),
    IF(NOT ((window_start IS NULL) = (games_used = 0) AND (window_end IS NULL) = (games_used = 0)), 'not: a window iff games; ', ''),
    IF(NOT (window_start IS NULL OR (window_start <= window_end AND window_end < game_date)), 'not: window_start <= window_end < game_date; ', ''),
    IF(NOT (quality_score = CAST(ROUND(SAFE_DIVIDE(100 * LEAST(games_used, 10), 10)) AS INT64)), 'not: quality_score of 10 games; ', ''),
    IF(NOT (games_used <= 10), 'not: at most 10 games; ', ''),
    IF(NOT ((shortage_reason IS NULL) = (games_used >= 10)), 'not: a reason iff games are short; ', '')
  ) AS detail
FROM nba_precompute.player_composite_factors
WHERE game_date BETWEEN @start_date AND @end_date
  AND (NOT (shortage_reason IS NULL OR shortage_reason IN ('season_start', 'absent', 'capped', 'missing_data'))
    OR NOT ((window_start IS NULL) = (games_used = 0) AND (window_end IS NULL) = (games_used = 0))
    OR NOT (window_start IS NULL OR (window_start <= window_end AND window_end < game_date))
    OR NOT (quality_score = CAST(ROUND(SAFE_DIVIDE(100 * LEAST(games_used, 10), 10)) AS INT64))
    OR NOT (games_used <= 10)
    OR NOT ((shortage_reason IS NULL) = (games_used >= 10)))
UNION ALL
SELECT
  4 AS phase,
  'player_daily_cache' AS processor,
  game_date,
  'quality' AS kind,
  COALESCE(CAST(player_id AS STRING), 'NULL') AS entity,
  CONCAT(
    IF(NOT (shortage_reason IS NULL OR shortage_reason IN ('season_start', 'absent', 'capped', 'missing_data')), 'not: shortage_reason is a known one; ', ''),
    IF(NOT ((window_start IS NULL) = (games_used = 0) AND (window_end IS NULL) = (games_used = 0)), 'not: a window iff games; ', ''),
    IF(NOT (window_start IS NULL OR (window_start <= window_end AND window_end < game_date)), 'not: window_start <= window_end < game_date; ', ''),
    IF(NOT (quality_score = CAST(ROUND(SAFE_DIVIDE(100 * LEAST(games_used, 10), 10)) AS INT64)), 'not: quality_score of 10 games; ', ''),
    IF(NOT (games_used <= 10), 'not: at most 10 games; ', ''),
    IF(NOT ((shortage_reason IS NULL) = (games_used >= 10)), 'not: a reason iff games are short; ', '')
  ) AS detail
FROM nba_precompute.player_daily_cache
WHERE game_date BETWEEN @start_date AND @end_date
  AND (NOT (shortage_reason IS NULL OR shortage_reason IN ('season_start', 'absent', 'capped', 'missing_data'))
    OR NOT ((window_start IS NULL) = (games_used = 0) AND (window_end IS NULL) = (games_used = 0))
    OR NOT (window_start IS NULL OR (window_start <= window_end AND window_end < game_date))
    OR NOT (quality_score = CAST(ROUND(SAFE_DIVIDE(100 * LEAST(games_used, 10), 10)) AS INT64))
    OR NOT (games_used <= 10)
    OR NOT ((shortage_reason IS NULL) = (games_used >= 10)))
UNION ALL
SELECT
  4 AS phase,
  'player_season_profile' AS processor,
  game_date,
  'quality' AS kind,
  COALESCE(CAST(player_id AS STRING), 'NULL') AS entity,
  CONCAT(
    IF(NOT (shortage_reason IS NULL OR shortage_reason IN ('season_start', 'absent', 'capped', 'missing_data')), 'not: shortage_reason is a known one; ', ''),
    IF(NOT ((window_start IS NULL) = (games_used = 0) AND (window_end IS NULL) = (games_used = 0)), 'not: a window iff games; ', ''),
    IF(NOT (window_start IS NULL OR (window_start <= window_end AND window_end < game_date)), 'not: window_start <= window_end < game_date; ', ''),
    IF(NOT ((shortage_reason IS NULL) = (games_used >= 3)), 'not: a reason iff games are short; ', '')
  ) AS detail
FROM nba_precompute.player_season_profile
WHERE game_date BETWEEN @start_date AND @end_date
  AND (NOT (shortage_reason IS NULL OR shortage_reason IN ('season_start', 'absent', 'capped', 'missing_data'))
    OR NOT ((window_start IS NULL) = (games_used = 0) AND (window_end IS NULL) = (games_used = 0))
    OR NOT (window_start IS NULL OR (window_start <= window_end AND window_end < game_date))
    OR NOT ((shortage_reason IS NULL) = (games_used >= 3)))
UNION ALL
SELECT
  5 AS phase,
  'ml_feature_store' AS processor,
  game_date,
  'quality' AS kind,
  COALESCE(CAST(player_id AS STRING), 'NULL') AS entity,
  CONCAT(
    IF(NOT (shortage_reason IS NULL OR shortage_reason IN ('season_start', 'absent', 'capped', 'missing_data')), 'not: shortage_reason is a known one; ', ''),
    IF(NOT ((window_start IS NULL) = (games_used = 0) AND (window_end IS NULL) = (games_used = 0)), 'not: a window iff games; ', ''),
    IF(NOT (window_start IS NULL OR (window_start <= window_end AND window_end < game_date)), 'not: window_start <= window_end < game_date; ', '')
  ) AS detail
FROM nba_predictions.ml_feature_store
WHERE game_date BETWEEN @start_date AND @end_date
  AND (NOT (shortage_reason IS NULL OR shortage_reason IN ('season_start', 'absent', 'capped', 'missing_data'))
    OR NOT ((window_start IS NULL) = (games_used = 0) AND (window_end IS NULL) = (games_used = 0))
    OR NOT (window_start IS NULL OR (window_start <= window_end AND window_end < game_date)))
UNION ALL
SELECT
  5 AS phase,
  'player_points_predictions' AS processor,
  game_date,
  'quality' AS kind,
  COALESCE(CAST(player_id AS STRING), 'NULL') AS entity,
  CONCAT(
    IF(NOT (shortage_reason IS NULL OR shortage_reason IN ('season_start', 'absent', 'capped', 'missing_data')), 'not: shortage_reason is a known one; ', ''),
    IF(NOT ((window_start IS NULL) = (games_used = 0) AND (window_end IS NULL) = (games_used = 0)), 'not: a window iff games; ', ''),
    IF(NOT (window_start IS NULL OR (window_start <= window_end AND window_end < game_date)), 'not: window_start <= window_end < game_date; ', '')
  ) AS detail
FROM nba_predictions.player_points_predictions
WHERE game_date BETWEEN @start_date AND @end_date
  AND (NOT (shortage_reason IS NULL OR shortage_reason IN ('season_start', 'absent', 'capped', 'missing_data'))
    OR NOT ((window_start IS NULL) = (games_used = 0) AND (window_end IS NULL) = (games_used = 0))
    OR NOT (window_start IS NULL OR (window_start <= window_end AND window_end < game_date)))
)
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY phase, processor, game_date, kind ORDER BY entity, detail) <= 25
ORDER BY phase, processor, game_date, kind, entity, detail
LIMIT 10000
