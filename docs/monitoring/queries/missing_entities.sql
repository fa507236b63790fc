-- missing_entities: games, teams and players without a row, and strangers. One row is one finding (phase, processor, game_date, kind, entity, detail); no row: nothing was found.
-- Written by: python -m shared.processors.queries docs/monitoring/queries
-- bq query --use_legacy_sql=false --max_rows=10000 --parameter=start_date:DATE:2024-11-08 --parameter=end_date:DATE:2024-11-14 < docs/monitoring/queries/missing_entities.sql
SELECT phase, processor, game_date, kind, entity, detail
FROM (
SELECT
  2 AS phase,
  'games' AS processor,
  s.game_date,
  'missing_entity' AS kind,
  CONCAT(s.game_id, ' ', s.away_team, ' at ', s.home_team) AS entity,
  'scheduled, no row' AS detail
FROM nba_raw.schedule AS s
LEFT JOIN (
  SELECT game_date, game_id
  FROM nba_raw.games
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.game_id = s.game_id
WHERE s.game_date BETWEEN @start_date AND @end_date
  AND t.game_id IS NULL
  AND s.game_date IN (SELECT game_date FROM nba_raw.games WHERE game_date BETWEEN @start_date AND @end_date)
UNION ALL
SELECT
  2 AS phase,
  'player_boxscores' AS processor,
  s.game_date,
  'missing_entity' AS kind,
  s.team AS entity,
  CONCAT('plays ', s.opponent, ' in ', s.game_id, ', no row') AS detail
FROM (
  SELECT game_date, game_id, home_team AS team, away_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, game_id, away_team AS team, home_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
LEFT JOIN (
  SELECT DISTINCT game_date, team
  FROM nba_raw.player_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.team = s.team
WHERE t.team IS NULL
  AND s.game_date IN (SELECT game_date FROM nba_raw.player_boxscores WHERE game_date BETWEEN @start_date AND @end_date)
UNION ALL
SELECT
  2 AS phase,
  'shots' AS processor,
  s.game_date,
  'missing_entity' AS kind,
  s.team AS entity,
  CONCAT('plays ', s.opponent, ' in ', s.game_id, ', no row') AS detail
FROM (
  SELECT game_date, game_id, home_team AS team, away_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, game_id, away_team AS team, home_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
LEFT JOIN (
  SELECT DISTINCT game_date, team
  FROM nba_raw.shots
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.team = s.team
WHERE t.team IS NULL
  AND s.game_date IN (SELECT game_date FROM nba_raw.shots WHERE game_date BETWEEN @start_date AND @end_date)
UNION ALL
SELECT
  2 AS phase,
  'team_boxscores' AS processor,
  s.game_date,
  'missing_entity' AS kind,
  s.team AS entity,
  CONCAT('plays ', s.opponent, ' in ', s.game_id, ', no row') AS detail
FROM (
  SELECT game_date, game_id, home_team AS team, away_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, game_id, away_team AS team, home_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
LEFT JOIN (
  SELECT DISTINCT game_date, team
  FROM nba_raw.team_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.team = s.team
WHERE t.team IS NULL
  AND s.game_date IN (SELECT game_date FROM nba_raw.team_boxscores WHERE game_date BETWEEN @start_date AND @end_date)
UNION ALL
SELECT
  3 AS phase,
  'player_game_summary' AS processor,
  s.game_date,
  'missing_entity' AS kind,
  s.team AS entity,
  CONCAT('plays ', s.opponent, ' in ', s.game_id, ', no row') AS detail
FROM (
  SELECT game_date, game_id, home_team AS team, away_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, game_id, away_team AS team, home_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
LEFT JOIN (
  SELECT DISTINCT game_date, team
  FROM nba_analytics.player_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.team = s.team
WHERE t.team IS NULL
  AND s.game_date IN (SELECT game_date FROM nba_analytics.player_game_summary WHERE game_date BETWEEN @start_date AND @end_date)
UNION ALL
SELECT
  3 AS phase,
  'player_game_summary' AS processor,
  COALESCE(b.game_date, t.game_date) AS game_date,
  CASE
    WHEN t.player_id IS NULL THEN 'missing_entity'
    WHEN b.player_id IS NULL THEN 'unexpected_entity'
    ELSE 'mismatch'
  END AS kind,
  COALESCE(
    CONCAT(b.player_name, ' (', CAST(b.player_id AS STRING), ') ', b.team),
    CONCAT(CAST(t.player_id AS STRING), ' ', t.team)
  ) AS entity,
  CASE
    WHEN t.player_id IS NULL THEN CONCAT('listed with ', CAST(b.minutes AS STRING), ' minutes, no row')
    WHEN b.player_id IS NULL THEN 'a row, and not listed in the box score'
    ELSE CONCAT('here for ', t.team, ', listed for ', b.team)
  END AS detail
FROM (
  SELECT game_date, player_id, player_name, team, minutes
  FROM nba_raw.player_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
    AND game_date IN (SELECT game_date FROM nba_analytics.player_game_summary WHERE game_date BETWEEN @start_date AND @end_date)
) AS b
FULL JOIN (
  SELECT game_date, player_id, team
  FROM nba_analytics.player_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = b.game_date AND t.player_id = b.player_id
WHERE t.player_id IS NULL OR b.player_id IS NULL OR t.team <> b.team
UNION ALL
SELECT
  3 AS phase,
  'team_offense_game_summary' AS processor,
  s.game_date,
  'missing_entity' AS kind,
  s.team AS entity,
  CONCAT('plays ', s.opponent, ' in ', s.game_id, ', no row') AS detail
FROM (
  SELECT game_date, game_id, home_team AS team, away_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, game_id, away_team AS team, home_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
LEFT JOIN (
  SELECT DISTINCT game_date, team
  FROM nba_analytics.team_offense_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.team = s.team
WHERE t.team IS NULL
  AND s.game_date IN (SELECT game_date FROM nba_analytics.team_offense_game_summary WHERE game_date BETWEEN @start_date AND @end_date)
UNION ALL
SELECT
  3 AS phase,
  'team_defense_game_summary' AS processor,
  s.game_date,
  'missing_entity' AS kind,
  s.team AS entity,
  CONCAT('plays ', s.opponent, ' in ', s.game_id, ', no row') AS detail
FROM (
  SELECT game_date, game_id, home_team AS team, away_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, game_id, away_team AS team, home_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
LEFT JOIN (
  SELECT DISTINCT game_date, team
  FROM nba_analytics.team_defense_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.team = s.team
WHERE t.team IS NULL
  AND s.game_date IN (SELECT game_date FROM nba_analytics.team_defense_game_summary WHERE game_date BETWEEN @start_date AND @end_date)
UNION ALL
SELECT
  4 AS phase,
  'player_shot_zone_analysis' AS processor,
  s.game_date,
  'missing_entity' AS kind,
  s.team AS entity,
  CONCAT('plays ', s.opponent, ' in ', s.game_id, ', no row') AS detail
FROM (
  SELECT game_date, game_id, home_team AS team, away_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, game_id, away_team AS team, home_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
LEFT JOIN (
  SELECT DISTINCT game_date, team
  FROM nba_precompute.player_shot_zone_analysis
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.team = s.team
WHERE t.team IS NULL
  AND s.game_date IN (SELECT game_date FROM nba_precompute.player_shot_zone_analysis WHERE game_date BETWEEN @start_date AND @end_date)
UNION ALL
SELECT
  4 AS phase,
  'player_shot_zone_analysis' AS processor,
  COALESCE(b.game_date, t.game_date) AS game_date,
  CASE
    WHEN t.player_id IS NULL THEN 'missing_entity'
    WHEN b.player_id IS NULL THEN 'unexpected_entity'
    ELSE 'mismatch'
  END AS kind,
  COALESCE(
    CONCAT(b.player_name, ' (', CAST(b.player_id AS STRING), ') ', b.team),
    CONCAT(CAST(t.player_id AS STRING), ' ', t.team)
  ) AS entity,
  CASE
    WHEN t.player_id IS NULL THEN CONCAT('listed with ', CAST(b.minutes AS STRING), ' minutes, no row')
    WHEN b.player_id IS NULL THEN 'a row, and not listed in the box score'
    ELSE CONCAT('here for ', t.team, ', listed for ', b.team)
  END AS detail
FROM (
  SELECT game_date, player_id, player_name, team, minutes
  FROM nba_raw.player_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
    AND game_date IN (SELECT game_date FROM nba_precompute.player_shot_zone_analysis WHERE game_date BETWEEN @start_date AND @end_date)
) AS b
FULL JOIN (
  SELECT game_date, player_id, team
  FROM nba_precompute.player_shot_zone_analysis
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = b.game_date AND t.player_id = b.player_id
WHERE t.player_id IS NULL OR b.player_id IS NULL OR t.team <> b.team
UNION ALL
SELECT
  4 AS phase,
  'team_defense_zone_analysis' AS processor,
  s.game_date,
  'missing_entity' AS kind,
  s.team AS entity,
  CONCAT('plays ', s.opponent, ' in ', s.game_id, ', no row') AS detail
FROM (
  SELECT game_date, game_id, home_team AS team, away_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, game_id, away_team AS team, home_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
LEFT JOIN (
  SELECT DISTINCT game_date, team
  FROM nba_precompute.team_defense_zone_analysis
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.team = s.team
WHERE t.team IS NULL
  AND s.game_date IN (SELECT game_date FROM nba_precompute.team_defense_zone_analysis WHERE game_date BETWEEN @start_date AND @end_date)
UNION ALL
SELECT
  4 AS phase,
  'player_composite_factors' AS processor,
  s.game_date,
  'missing_entity' AS kind,
  s.team AS entity,
  CONCAT('plays ', s.opponent, ' in ', s.game_id, ', no row') AS detail
FROM (
  SELECT game_date, game_id, home_team AS team, away_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, game_id, away_team AS team, home_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
LEFT JOIN (
  SELECT DISTINCT game_date, team
  FROM nba_precompute.player_composite_factors
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.team = s.team
WHERE t.team IS NULL
  AND s.game_date IN (SELECT game_date FROM nba_precompute.player_composite_factors WHERE game_date BETWEEN @start_date AND @end_date)
UNION ALL
SELECT
  4 AS phase,
  'player_composite_factors' AS processor,
  COALESCE(b.game_date, t.game_date) AS game_date,
  CASE
    WHEN t.player_id IS NULL THEN 'missing_entity'
    WHEN b.player_id IS NULL THEN 'unexpected_entity'
    ELSE 'mismatch'
  END AS kind,
  COALESCE(
    CONCAT(b.player_name, ' (', CAST(b.player_id AS STRING), ') ', b.team),
    CONCAT(CAST(t.player_id AS STRING), ' ', t.team)
  ) AS entity,
  CASE
    WHEN t.player_id IS NULL THEN CONCAT('listed with ', CAST(b.minutes AS STRING), ' minutes, no row')
    WHEN b.player_id IS NULL THEN 'a row, and not listed in the box score'
    ELSE CONCAT('here for ', t.team, ', listed for ', b.team)
  END AS detail
FROM (
  SELECT game_date, player_id, player_name, team, minutes
  FROM nba_raw.player_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
    AND game_date IN (SELECT game_date FROM nba_precompute.player_composite_factors WHERE game_date BETWEEN @start_date AND @end_date)
) AS b
FULL JOIN (
  SELECT game_date, player_id, team
  FROM nba_precompute.player_composite_factors
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = b.game_date AND t.player_id = b.player_id
WHERE t.player_id IS NULL OR b.player_id IS NULL OR t.team <> b.team
UNION ALL
SELECT
  4 AS phase,
  'player_daily_cache' AS processor,
  s.game_date,
  'missing_entity' AS kind,
  s.team AS entity,
  CONCAT('plays ', s.opponent, ' in ', s.game_id, ', no row') AS detail
FROM (
  SELECT game_date, game_id, home_team AS team, away_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, game_id, away_team AS team, home_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
LEFT JOIN (
  SELECT DISTINCT game_date, team
  FROM nba_precompute.player_daily_cache
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.team = s.team
WHERE t.team IS NULL
  AND s.game_date IN (SELECT game_date FROM nba_precompute.player_daily_cache WHERE game_date BETWEEN @start_date AND @end_date)
UNION ALL
SELECT
  4 AS phase,
  'player_daily_cache' AS processor,
  COALESCE(b.game_date, t.game_date) AS game_date,
  CASE
    WHEN t.player_id IS NULL THEN 'missing_entity'
    WHEN b.player_id IS NULL THEN 'unexpected_entity'
    ELSE 'mismatch'
  END AS kind,
  COALESCE(
    CONCAT(b.player_name, ' (', CAST(b.player_id AS STRING), ') ', b.team),
    CONCAT(CAST(t.player_id AS STRING), ' ', t.team)
  ) AS entity,
  CASE
    WHEN t.player_id IS NULL THEN CONCAT('listed with ', CAST(b.minutes AS STRING), ' minutes, no row')
    WHEN b.player_id IS NULL THEN 'a row, and not listed in the box score'
    ELSE CONCAT('here for ', t.team, ', listed for ', b.team)
  END AS detail
FROM (
  SELECT game_date, player_id, player_name, team, minutes
  FROM nba_raw.player_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
    AND game_date IN (SELECT game_date FROM nba_precompute.player_daily_cache WHERE game_date BETWEEN @start_date AND @end_date)
) AS b
FULL JOIN (
  SELECT game_date, player_id, team
  FROM nba_precompute.player_daily_cache
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = b.game_date AND t.player_id = b.player_id
WHERE t.player_id IS NULL OR b.player_id IS NULL OR t.team <> b.team
UNION ALL
SELECT
  4 AS phase,
  'player_season_profile' AS processor,
  s.game_date,
  'missing_entity' AS kind,
  s.team AS entity,
  CONCAT('plays ', s.opponent, ' in ', s.game_id, ', no row') AS detail
FROM (
  SELECT game_date, game_id, home_team AS team, away_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, game_id, away_team AS team, home_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
LEFT JOIN (
  SELECT DISTINCT game_date, team
  FROM nba_precompute.player_season_profile
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.team = s.team
WHERE t.team IS NULL
  AND s.game_date IN (SELECT game_date FROM nba_precompute.player_season_profile WHERE game_date BETWEEN @start_date AND @end_date)
UNION ALL
SELECT
  4 AS phase,
  'player_season_profile' AS processor,
  COALESCE(b.game_date, t.game_date) AS game_date,
  CASE
    WHEN t.player_id IS NULL THEN 'missing_entity'
    WHEN b.player_id IS NULL THEN 'unexpected_entity'
    ELSE 'mismatch'
  END AS kind,
  COALESCE(
    CONCAT(b.player_name, ' (', CAST(b.player_id AS STRING), ') ', b.team),
    CONCAT(CAST(t.player_id AS STRING), ' ', t.team)
  ) AS entity,
  CASE
    WHEN t.player_id IS NULL THEN CONCAT('listed with ', CAST(b.minutes AS STRING), ' minutes, no row')
    WHEN b.player_id IS NULL THEN 'a row, and not listed in the box score'
    ELSE CONCAT('here for ', t.team, ', listed for ', b.team)
  END AS detail
FROM (
  SELECT game_date, player_id, player_name, team, minutes
  FROM nba_raw.player_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
    AND game_date IN (SELECT game_date FROM nba_precompute.player_season_profile WHERE game_date BETWEEN @start_date AND @end_date)
) AS b
FULL JOIN (
  SELECT game_date, player_id, team
  FROM nba_precompute.player_season_profile
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = b.game_date AND t.player_id = b.player_id
WHERE t.player_id IS NULL OR b.player_id IS NULL OR t.team <> b.team
UNION ALL
SELECT
  5 AS phase,
  'ml_feature_store' AS processor,
  s.game_date,
  'missing_entity' AS kind,
  s.team AS entity,
  CONCAT('plays ', s.opponent, ' in ', s.game_id, ', no row') AS detail
FROM (
  SELECT game_date, game_id, home_team AS team, away_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, game_id, away_team AS team, home_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
LEFT JOIN (
  SELECT DISTINCT game_date, team
  FROM nba_predictions.ml_feature_store
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.team = s.team
WHERE t.team IS NULL
  AND s.game_date IN (SELECT game_date FROM nba_predictions.ml_feature_store WHERE game_date BETWEEN @start_date AND @end_date)
UNION ALL
SELECT
  5 AS phase,
  'ml_feature_store' AS processor,
  COALESCE(b.game_date, t.game_date) AS game_date,
  CASE
    WHEN t.player_id IS NULL THEN 'missing_entity'
    WHEN b.player_id IS NULL THEN 'unexpected_entity'
    ELSE 'mismatch'
  END AS kind,
  COALESCE(
    CONCAT(b.player_name, ' (', CAST(b.player_id AS STRING), ') ', b.team),
    CONCAT(CAST(t.player_id AS STRING), ' ', t.team)
  ) AS entity,
  CASE
    WHEN t.player_id IS NULL THEN CONCAT('listed with ', CAST(b.minutes AS STRING), ' minutes, no row')
    WHEN b.player_id IS NULL THEN 'a row, and not listed in the box score'
    ELSE CONCAT('here for ', t.team, ', listed for ', b.team)
  END AS detail
FROM (
  SELECT game_date, player_id, player_name, team, minutes
  FROM nba_raw.player_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
    AND game_date IN (SELECT game_date FROM nba_predictions.ml_feature_store WHERE game_date BETWEEN @start_date AND @end_date)
) AS b
FULL JOIN (
  SELECT game_date, player_id, team
  FROM nba_predictions.ml_feature_store
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = b.game_date AND t.player_id = b.player_id
WHERE t.player_id IS NULL OR b.player_id IS NULL OR t.team <> b.team
UNION ALL
SELECT
  5 AS phase,
  'player_points_predictions' AS processor,
  s.game_date,
  'missing_entity' AS kind,
  s.team AS entity,
  CONCAT('plays ', s.opponent, ' in ', s.game_id, ', no row') AS detail
FROM (
  SELECT game_date, game_id, home_team AS team, away_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, game_id, away_team AS team, home_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
LEFT JOIN (
  SELECT DISTINCT game_date, team
  FROM nba_predictions.player_points_predictions
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.team = s.team
WHERE t.team IS NULL
  AND s.game_date IN (SELECT game_date FROM nba_predictions.player_points_predictions WHERE game_date BETWEEN @start_date AND @end_date)
UNION ALL
SELECT
  5 AS phase,
  'player_points_predictions' AS processor,
  COALESCE(b.game_date, t.game_date) AS game_date,
  CASE
    WHEN t.player_id IS NULL THEN 'missing_entity'
    WHEN b.player_id IS NULL THEN 'unexpected_entity'
    ELSE 'mismatch'
  END AS kind,
  COALESCE(
    CONCAT(b.player_name, ' (', CAST(b.player_id AS STRING), ') ', b.team),
    CONCAT(CAST(t.player_id AS STRING), ' ', t.team)
  ) AS entity,
  CASE
    WHEN t.player_id IS NULL THEN CONCAT('listed with ', CAST(b.minutes AS STRING), ' minutes, no row')
    WHEN b.player_id IS NULL THEN 'a row, and not listed in the box score'
    ELSE CONCAT('here for ', t.team, ', listed for ', b.team)
  END AS detail
FROM (
  SELECT game_date, player_id, player_name, team, minutes
  FROM nba_raw.player_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
    AND game_date IN (SELECT game_date FROM nba_predictions.player_points_predictions WHERE game_date BETWEEN @start_date AND @end_date)
) AS b
FULL JOIN (
  SELECT game_date, player_id, team
  FROM nba_predictions.player_points_predictions
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = b.game_date AND t.player_id = b.player_id
WHERE t.player_id IS NULL OR b.player_id IS NULL OR t.team <> b.team
)
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY phase, processor, game_date, kind ORDER BY entity, detail) <= 25
ORDER BY phase, processor, game_date, kind, entity, detail
LIMIT 10000
