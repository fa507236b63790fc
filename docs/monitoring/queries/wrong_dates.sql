-- wrong_dates: rows of games that the schedule has not on their date. One row is one finding (phase, processor, game_date, kind, entity, detail); no row: nothing was found.
-- Written by: python -m shared.processors.queries docs/monitoring/queries
-- bq query --use_legacy_sql=false --max_rows=10000 --parameter=start_date:DATE:2024-11-08 --parameter=end_date:DATE:2024-11-14 < docs/monitoring/queries/wrong_dates.sql
SELECT phase, processor, game_date, kind, entity, detail
FROM (
SELECT
  2 AS phase,
  'games' AS processor,
  t.game_date,
  'wrong_date' AS kind,
  t.side AS entity,
  CONCAT(
    CAST(t.row_count AS STRING),
    ' rows; ',
    COALESCE(CONCAT('scheduled on ', CAST(o.scheduled_on AS STRING)), 'not scheduled on this date')
  ) AS detail
FROM (
  SELECT
    game_date,
    CONCAT(game_id, ' ', home_team, ' - ', away_team) AS side,
    COUNT(*) AS row_count
  FROM nba_raw.games
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, CONCAT(game_id, ' ', home_team, ' - ', away_team)
) AS t
LEFT JOIN (
  SELECT game_date, CONCAT(game_id, ' ', home_team, ' - ', away_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, CONCAT(game_id, ' ', away_team, ' - ', home_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
  ON s.game_date = t.game_date AND s.side = t.side
LEFT JOIN (
  SELECT side, MIN(game_date) AS scheduled_on
  FROM (
    SELECT game_date, CONCAT(game_id, ' ', home_team, ' - ', away_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
    UNION ALL
    SELECT game_date, CONCAT(game_id, ' ', away_team, ' - ', home_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
  )
  GROUP BY side
) AS o
  ON o.side = t.side
WHERE s.side IS NULL
UNION ALL
SELECT
  2 AS phase,
  'player_boxscores' AS processor,
  t.game_date,
  'wrong_date' AS kind,
  t.side AS entity,
  CONCAT(
    CAST(t.row_count AS STRING),
    ' rows; ',
    COALESCE(CONCAT('scheduled on ', CAST(o.scheduled_on AS STRING)), 'not scheduled on this date')
  ) AS detail
FROM (
  SELECT
    game_date,
    CONCAT(game_id, ' ', team, ' - ', opponent) AS side,
    COUNT(*) AS row_count
  FROM nba_raw.player_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, CONCAT(game_id, ' ', team, ' - ', opponent)
) AS t
LEFT JOIN (
  SELECT game_date, CONCAT(game_id, ' ', home_team, ' - ', away_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, CONCAT(game_id, ' ', away_team, ' - ', home_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
  ON s.game_date = t.game_date AND s.side = t.side
LEFT JOIN (
  SELECT side, MIN(game_date) AS scheduled_on
  FROM (
    SELECT game_date, CONCAT(game_id, ' ', home_team, ' - ', away_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
    UNION ALL
    SELECT game_date, CONCAT(game_id, ' ', away_team, ' - ', home_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
  )
  GROUP BY side
) AS o
  ON o.side = t.side
WHERE s.side IS NULL
UNION ALL
SELECT
  2 AS phase,
  'shots' AS processor,
  t.game_date,
  'wrong_date' AS kind,
  t.side AS entity,
  CONCAT(
    CAST(t.row_count AS STRING),
    ' rows; ',
    COALESCE(CONCAT('scheduled on ', CAST(o.scheduled_on AS STRING)), 'not scheduled on this date')
  ) AS detail
FROM (
  SELECT
    game_date,
    CONCAT(game_id, ' ', team, ' - ', opponent) AS side,
    COUNT(*) AS row_count
  FROM nba_raw.shots
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, CONCAT(game_id, ' ', team, ' - ', opponent)
) AS t
LEFT JOIN (
  SELECT game_date, CONCAT(game_id, ' ', home_team, ' - ', away_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, CONCAT(game_id, ' ', away_team, ' - ', home_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
  ON s.game_date = t.game_date AND s.side = t.side
LEFT JOIN (
  SELECT side, MIN(game_date) AS scheduled_on
  FROM (
    SELECT game_date, CONCAT(game_id, ' ', home_team, ' - ', away_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
    UNION ALL
    SELECT game_date, CONCAT(game_id, ' ', away_team, ' - ', home_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
  )
  GROUP BY side
) AS o
  ON o.side = t.side
WHERE s.side IS NULL
UNION ALL
SELECT
  2 AS phase,
  'team_boxscores' AS processor,
  t.game_date,
  'wrong_date' AS kind,
  t.side AS entity,
  CONCAT(
    CAST(t.row_count AS STRING),
    ' rows; ',
    COALESCE(CONCAT('scheduled on ', CAST(o.scheduled_on AS STRING)), 'not scheduled on this date')
  ) AS detail
FROM (
  SELECT
    game_date,
    CONCAT(game_id, ' ', team, ' - ', opponent) AS side,
    COUNT(*) AS row_count
  FROM nba_raw.team_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, CONCAT(game_id, ' ', team, ' - ', opponent)
) AS t
LEFT JOIN (
  SELECT game_date, CONCAT(game_id, ' ', home_team, ' - ', away_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, CONCAT(game_id, ' ', away_team, ' - ', home_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
  ON s.game_date = t.game_date AND s.side = t.side
LEFT JOIN (
  SELECT side, MIN(game_date) AS scheduled_on
  FROM (
    SELECT game_date, CONCAT(game_id, ' ', home_team, ' - ', away_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
    UNION ALL
    SELECT game_date, CONCAT(game_id, ' ', away_team, ' - ', home_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
  )
  GROUP BY side
) AS o
  ON o.side = t.side
WHERE s.side IS NULL
UNION ALL
SELECT
  3 AS phase,
  'player_game_summary' AS processor,
  t.game_date,
  'wrong_date' AS kind,
  t.side AS entity,
  CONCAT(
    CAST(t.row_count AS STRING),
    ' rows; ',
    COALESCE(CONCAT('scheduled on ', CAST(o.scheduled_on AS STRING)), 'not scheduled on this date')
  ) AS detail
FROM (
  SELECT
    game_date,
    CONCAT(game_id, ' ', team, ' - ', opponent) AS side,
    COUNT(*) AS row_count
  FROM nba_analytics.player_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, CONCAT(game_id, ' ', team, ' - ', opponent)
) AS t
LEFT JOIN (
  SELECT game_date, CONCAT(game_id, ' ', home_team, ' - ', away_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, CONCAT(game_id, ' ', away_team, ' - ', home_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
  ON s.game_date = t.game_date AND s.side = t.side
LEFT JOIN (
  SELECT side, MIN(game_date) AS scheduled_on
  FROM (
    SELECT game_date, CONCAT(game_id, ' ', home_team, ' - ', away_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
    UNION ALL
    SELECT game_date, CONCAT(game_id, ' ', away_team, ' - ', home_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
  )
  GROUP BY side
) AS o
  ON o.side = t.side
WHERE s.side IS NULL
UNION ALL
SELECT
  3 AS phase,
  'team_offense_game_summary' AS processor,
  t.game_date,
  'wrong_date' AS kind,
  t.side AS entity,
  CONCAT(
    CAST(t.row_count AS STRING),
    ' rows; ',
    COALESCE(CONCAT('scheduled on ', CAST(o.scheduled_on AS STRING)), 'not scheduled on this date')
  ) AS detail
FROM (
  SELECT
    game_date,
    CONCAT(game_id, ' ', team, ' - ', opponent) AS side,
    COUNT(*) AS row_count
  FROM nba_analytics.team_offense_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, CONCAT(game_id, ' ', team, ' - ', opponent)
) AS t
LEFT JOIN (
  SELECT game_date, CONCAT(game_id, ' ', home_team, ' - ', away_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, CONCAT(game_id, ' ', away_team, ' - ', home_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
  ON s.game_date = t.game_date AND s.side = t.side
LEFT JOIN (
  SELECT side, MIN(game_date) AS scheduled_on
  FROM (
    SELECT game_date, CONCAT(game_id, ' ', home_team, ' - ', away_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
    UNION ALL
    SELECT game_date, CONCAT(game_id, ' ', away_team, ' - ', home_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
  )
  GROUP BY side
) AS o
  ON o.side = t.side
WHERE s.side IS NULL
UNION ALL
SELECT
  3 AS phase,
  'team_defense_game_summary' AS processor,
  t.game_date,
  'wrong_date' AS kind,
  t.side AS entity,
  CONCAT(
    CAST(t.row_count AS STRING),
    ' rows; ',
    COALESCE(CONCAT('scheduled on ', CAST(o.scheduled_on AS STRING)), 'not scheduled on this date')
  ) AS detail
FROM (
  SELECT
    game_date,
    CONCAT(game_id, ' ', team, ' - ', opponent) AS side,
    COUNT(*) AS row_count
  FROM nba_analytics.team_defense_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, CONCAT(game_id, ' ', team, ' - ', opponent)
) AS t
LEFT JOIN (
  SELECT game_date, CONCAT(game_id, ' ', home_team, ' - ', away_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, CONCAT(game_id, ' ', away_team, ' - ', home_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
  ON s.game_date = t.game_date AND s.side = t.side
LEFT JOIN (
  SELECT side, MIN(game_date) AS scheduled_on
  FROM (
    SELECT game_date, CONCAT(game_id, ' ', home_team, ' - ', away_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
    UNION ALL
    SELECT game_date, CONCAT(game_id, ' ', away_team, ' - ', home_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
  )
  GROUP BY side
) AS o
  ON o.side = t.side
WHERE s.side IS NULL
UNION ALL
SELECT
  4 AS phase,
  'player_shot_zone_analysis' AS processor,
  t.game_date,
  'wrong_date' AS kind,
  t.side AS entity,
  CONCAT(
    CAST(t.row_count AS STRING),
    ' rows; ',
    COALESCE(CONCAT('scheduled on ', CAST(CAST(NULL AS DATE) AS STRING)), 'not scheduled on this date')
  ) AS detail
FROM (
  SELECT
    game_date,
    CONCAT(team, ' - ', opponent) AS side,
    COUNT(*) AS row_count
  FROM nba_precompute.player_shot_zone_analysis
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, CONCAT(team, ' - ', opponent)
) AS t
LEFT JOIN (
  SELECT game_date, CONCAT(home_team, ' - ', away_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, CONCAT(away_team, ' - ', home_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
  ON s.game_date = t.game_date AND s.side = t.side
LEFT JOIN (
  SELECT side, MIN(game_date) AS scheduled_on
  FROM (
    SELECT game_date, CONCAT(home_team, ' - ', away_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
    UNION ALL
    SELECT game_date, CONCAT(away_team, ' - ', home_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
  )
  GROUP BY side
) AS o
  ON o.side = t.side
WHERE s.side IS NULL
UNION ALL
SELECT
  4 AS phase,
  'team_defense_zone_analysis' AS processor,
  t.game_date,
  'wrong_date' AS kind,
  t.side AS entity,
  CONCAT(
    CAST(t.row_count AS STRING),
    ' rows; ',
    COALESCE(CONCAT('scheduled on ', CAST(CAST(NULL AS DATE) AS STRING)), 'not scheduled on this date')
  ) AS detail
FROM (
  SELECT
    game_date,
    CONCAT(team, ' - ', opponent) AS side,
    COUNT(*) AS row_count
  FROM nba_precompute.team_defense_zone_analysis
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, CONCAT(team, ' - ', opponent)
) AS t
LEFT JOIN (
  SELECT game_date, CONCAT(home_team, ' - ', away_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, CONCAT(away_team, ' - ', home_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
  ON s.game_date = t.game_date AND s.side = t.side
LEFT JOIN (
  SELECT side, MIN(game_date) AS scheduled_on
  FROM (
    SELECT game_date, CONCAT(home_team, ' - ', away_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
    UNION ALL
    SELECT game_date, CONCAT(away_team, ' - ', home_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
  )
  GROUP BY side
) AS o
  ON o.side = t.side
WHERE s.side IS NULL
UNION ALL
SELECT
  4 AS phase,
  'player_composite_factors' AS processor,
  t.game_date,
  'wrong_date' AS kind,
  t.side AS entity,
  CONCAT(
    CAST(t.row_count AS STRING),
    ' rows; ',
    COALESCE(CONCAT('scheduled on ', CAST(CAST(NULL AS DATE) AS STRING)), 'not scheduled on this date')
  ) AS detail
FROM (
  SELECT
    game_date,
    CONCAT(team, ' - ', opponent) AS side,
    COUNT(*) AS row_count
  FROM nba_precompute.player_composite_factors
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, CONCAT(team, ' - ', opponent)
) AS t
LEFT JOIN (
  SELECT game_date, CONCAT(home_team, ' - ', away_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, CONCAT(away_team, ' - ', home_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
  ON s.game_date = t.game_date AND s.side = t.side
LEFT JOIN (
  SELECT side, MIN(game_date) AS scheduled_on
  FROM (
    SELECT game_date, CONCAT(home_team, ' - ', away_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
    UNION ALL
    SELECT game_date, CONCAT(away_team, ' - ', home_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
  )
  GROUP BY side
) AS o
  ON o.side = t.side
WHERE s.side IS NULL
UNION ALL
SELECT
  4 AS phase,
  'player_daily_cache' AS processor,
  t.game_date,
  'wrong_date' AS kind,
  t.side AS entity,
  CONCAT(
    CAST(t.row_count AS STRING),
    ' rows; ',
    COALESCE(CONCAT('scheduled on ', CAST(CAST(NULL AS DATE) AS STRING)), 'not scheduled on this date')
  ) AS detail
FROM (
  SELECT
    game_date,
    CONCAT(team, ' - ', opponent) AS side,
    COUNT(*) AS row_count
  FROM nba_precompute.player_daily_cache
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, CONCAT(team, ' - ', opponent)
) AS t
LEFT JOIN (
  SELECT game_date, CONCAT(home_team, ' - ', away_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, CONCAT(away_team, ' - ', home_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
  ON s.game_date = t.game_date AND s.side = t.side
LEFT JOIN (
  SELECT side, MIN(game_date) AS scheduled_on
  FROM (
    SELECT game_date, CONCAT(home_team, ' - ', away_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
    UNION ALL
    SELECT game_date, CONCAT(away_team, ' - ', home_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
  )
  GROUP BY side
) AS o
  ON o.side = t.side
WHERE s.side IS NULL
UNION ALL
SELECT
  4 AS phase,
  'player_season_profile' AS processor,
  t.game_date,
  'wrong_date' AS kind,
  t.side AS entity,
  CONCAT(
    CAST(t.row_count AS STRING),
    ' rows; ',
    COALESCE(CONCAT('scheduled on ', CAST(CAST(NULL AS DATE) AS STRING)), 'not scheduled on this date')
  ) AS detail
FROM (
  SELECT
    game_date,
    CONCAT(team, ' - ', opponent) AS side,
    COUNT(*) AS row_count
  FROM nba_precompute.player_season_profile
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, CONCAT(team, ' - ', opponent)
) AS t
LEFT JOIN (
  SELECT game_date, CONCAT(home_team, ' - ', away_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, CONCAT(away_team, ' - ', home_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
  ON s.game_date = t.game_date AND s.side = t.side
LEFT JOIN (
  SELECT side, MIN(game_date) AS scheduled_on
  FROM (
    SELECT game_date, CONCAT(home_team, ' - ', away_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
    UNION ALL
    SELECT game_date, CONCAT(away_team, ' - ', home_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
  )
  GROUP BY side
) AS o
  ON o.side = t.side
WHERE s.side IS NULL
UNION ALL
SELECT
  5 AS phase,
  'ml_feature_store' AS processor,
  t.game_date,
  'wrong_date' AS kind,
  t.side AS entity,
  CONCAT(
    CAST(t.row_count AS STRING),
    ' rows; ',
    COALESCE(CONCAT('scheduled on ', CAST(CAST(NULL AS DATE) AS STRING)), 'not scheduled on this date')
  ) AS detail
FROM (
  SELECT
    game_date,
    CONCAT(team, ' - ', opponent) AS side,
    COUNT(*) AS row_count
  FROM nba_predictions.ml_feature_store
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, CONCAT(team, ' - ', opponent)
) AS t
LEFT JOIN (
  SELECT game_date, CONCAT(home_team, ' - ', away_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, CONCAT(away_team, ' - ', home_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
  ON s.game_date = t.game_date AND s.side = t.side
LEFT JOIN (
  SELECT side, MIN(game_date) AS scheduled_on
  FROM (
    SELECT game_date, CONCAT(home_team, ' - ', away_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
    UNION ALL
    SELECT game_date, CONCAT(away_team, ' - ', home_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
  )
  GROUP BY side
) AS o
  ON o.side = t.side
WHERE s.side IS NULL
UNION ALL
SELECT
  5 AS phase,
  'player_points_predictions' AS processor,
  t.game_date,
  'wrong_date' AS kind,
  t.side AS entity,
  CONCAT(
    CAST(t.row_count AS STRING),
    ' rows; ',
    COALESCE(CONCAT('scheduled on ', CAST(CAST(NULL AS DATE) AS STRING)), 'not scheduled on this date')
  ) AS detail
FROM (
  SELECT
    game_date,
    CONCAT(team, ' - ', opponent) AS side,
    COUNT(*) AS row_count
  FROM nba_predictions.player_points_predictions
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, CONCAT(team, ' - ', opponent)
) AS t
LEFT JOIN (
  SELECT game_date, CONCAT(home_team, ' - ', away_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, CONCAT(away_team, ' - ', home_team) AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
  ON s.game_date = t.game_date AND s.side = t.side
LEFT JOIN (
  SELECT side, MIN(game_date) AS scheduled_on
  FROM (
    SELECT game_date, CONCAT(home_team, ' - ', away_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
    UNION ALL
    SELECT game_date, CONCAT(away_team, ' - ', home_team) AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
  )
  GROUP BY side
) AS o
  ON o.side = t.side
WHERE s.side IS NULL
)
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY phase, processor, game_date, kind ORDER BY entity, detail) <= 25
ORDER BY phase, processor, game_date, kind, entity, detail
LIMIT 10000
