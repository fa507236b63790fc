-- duplicate_keys: keys that occur more than once on a date. One row is one finding (phase, processor, game_date, kind, entity, detail); no row: nothing was found.
-- Written by: python -m shared.processors.queries docs/monitoring/queries
-- bq query --use_legacy_sql=false --max_rows=10000 --parameter=start_date:DATE:2024-11-08 --parameter=end_date:DATE:2024-11-14 < docs/monitoring/queries/duplicate_keys.sql
SELECT phase, processor, game_date, kind, entity, detail
FROM (
SELECT
  2 AS phase,
  'games' AS processor,
  game_date,
  'duplicates' AS kind,
  COALESCE(game_id, 'NULL') AS entity,
  CONCAT(CAST(copies AS STRING), ' rows have this (game_id)') AS detail
FROM (
  SELECT
    game_date,
    game_id,
    COUNT(*) AS copies
  FROM nba_raw.games
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, game_id
)
WHERE copies > 1
UNION ALL
SELECT
  2 AS phase,
  'player_boxscores' AS processor,
  game_date,
  'duplicates' AS kind,
  COALESCE(CAST(player_id AS STRING), 'NULL') AS entity,
  CONCAT(CAST(copies AS STRING), ' rows have this (player_id)') AS detail
FROM (
  SELECT
    game_date,
    player_id,
    COUNT(*) AS copies
  FROM nba_raw.player_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, player_id
)
WHERE copies > 1
UNION ALL
SELECT
  2 AS phase,
  'shots' AS processor,
  game_date,
  'duplicates' AS kind,
  CONCAT(COALESCE(game_id, 'NULL'), ' ', COALESCE(CAST(event_num AS STRING), 'NULL')) AS entity,
  CONCAT(CAST(copies AS STRING), ' rows have this (game_id, event_num)') AS detail
FROM (
  SELECT
    game_date,
    game_id, event_num,
    COUNT(*) AS copies
  FROM nba_raw.shots
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, game_id, event_num
)
WHERE copies > 1
UNION ALL
SELECT
  2 AS phase,
  'team_boxscores' AS processor,
  game_date,
  'duplicates' AS kind,
  COALESCE(team, 'NULL') AS entity,
  CONCAT(CAST(copies AS STRING), ' rows have this (team)') AS detail
FROM (
  SELECT
    game_date,
    team,
    COUNT(*) AS copies
  FROM nba_raw.team_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, team
)
WHERE copies > 1
UNION ALL
SELECT
  3 AS phase,
  'player_game_summary' AS processor,
  game_date,
  'duplicates' AS kind,
  COALESCE(CAST(player_id AS STRING), 'NULL') AS entity,
  CONCAT(CAST(copies AS STRING), ' rows have this (player_id)') AS detail
FROM (
  SELECT
    game_date,
    player_id,
    COUNT(*) AS copies
  FROM nba_analytics.player_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, player_id
)
WHERE copies > 1
UNION ALL
SELECT
  3 AS phase,
  'team_offense_game_summary' AS processor,
  game_date,
  'duplicates' AS kind,
  COALESCE(team, 'NULL') AS entity,
  CONCAT(CAST(copies AS STRING), ' rows have this (team)') AS detail
FROM (
  SELECT
    game_date,
    team,
    COUNT(*) AS copies
  FROM nba_analytics.team_offense_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, team
)
WHERE copies > 1
UNION ALL
SELECT
  3 AS phase,
  'team_defense_game_summary' AS processor,
  game_date,
  'duplicates' AS kind,
  COALESCE(team, 'NULL') AS entity,
  CONCAT(CAST(copies AS STRING), ' rows have this (team)') AS detail
FROM (
  SELECT
    game_date,
    team,
    COUNT(*) AS copies
  FROM nba_analytics.team_defense_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, team
)
WHERE copies > 1
UNION ALL
SELECT
  4 AS phase,
  'player_shot_zone_analysis' AS processor,
  game_date,
  'duplicates' AS kind,
  COALESCE(CAST(player_id AS STRING), 'NULL') AS entity,
  CONCAT(CAST(copies AS STRING), ' rows have this (player_id)') AS detail
FROM (
  SELECT
    game_date,
    player_id,
    COUNT(*) AS copies
  FROM nba_precompute.player_shot_zone_analysis
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, player_id
)
WHERE copies > 1
UNION ALL
SELECT
  4 AS phase,
  'team_defense_zone_analysis' AS processor,
  game_date,
  'duplicates' AS kind,
  COALESCE(team, 'NULL') AS entity,
  CONCAT(CAST(copies AS STRING), ' rows have this (team)') AS detail
FROM (
  SELECT
    game_date,
    team,
    COUNT(*) AS copies
  FROM nba_precompute.team_defense_zone_analysis
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, team
)
WHERE copies > 1
UNION ALL
SELECT
  4 AS phase,
  'player_composite_factors' AS processor,
  game_date,
  'duplicates' AS kind,
  COALESCE(CAST(player_id AS STRING), 'NULL') AS entity,
  CONCAT(CAST(copies AS STRING), ' rows have this (player_id)') AS detail
FROM (
  SELECT
    game_date,
    player_id,
    COUNT(*) AS copies
  FROM nba_precompute.player_composite_factors
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, player_id
)
WHERE copies > 1
UNION ALL
SELECT
  4 AS phase,
  'player_daily_cache' AS processor,
  game_date,
  'duplicates' AS kind,
  COALESCE(CAST(player_id AS STRING), 'NULL') AS entity,
  CONCAT(CAST(copies AS STRING), ' rows have this (player_id)') AS detail
FROM (
  SELECT
    game_date,
    player_id,
    COUNT(*) AS copies
  FROM nba_precompute.player_daily_cache
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, player_id
)
WHERE copies > 1
UNION ALL
SELECT
  4 AS phase,
  'player_season_profile' AS processor,
  game_date,
  'duplicates' AS kind,
  COALESCE(CAST(player_id AS STRING), 'NULL') AS entity,
  CONCAT(CAST(copies AS STRING), ' rows have this (player_id)') AS detail
FROM (
  SELECT
    game_date,
    player_id,
    COUNT(*) AS copies
  FROM nba_precompute.player_season_profile
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, player_id
)
WHERE copies > 1
UNION ALL
SELECT
  5 AS phase,
  'ml_feature_store' AS processor,
  game_date,
  'duplicates' AS kind,
  COALESCE(CAST(player_id AS STRING), 'NULL') AS entity,
  CONCAT(CAST(copies AS STRING), ' rows have this (player_id)') AS detail
FROM (
  SELECT
    game_date,
    player_id,
    COUNT(*) AS copies
  FROM nba_predictions.ml_feature_store
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, player_id
)
WHERE copies > 1
UNION ALL
SELECT
  5 AS phase,
  'player_points_predictions' AS processor,
  game_date,
  'duplicates' AS kind,
  COALESCE(CAST(player_id AS STRING), 'NULL') AS entity,
  CONCAT(CAST(copies AS STRING), ' rows have this (player_id)') AS detail
FROM (
  SELECT
    game_date,
    player_id,
    COUNT(*) AS copies
  FROM nba_predictions.player_points_predictions
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, player_id
)
WHERE copies > 1
)
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY phase, processor, game_date, kind ORDER BY entity, detail) <= 25
ORDER BY phase, processor, game_date, kind, entity, detail
LIMIT 10000
