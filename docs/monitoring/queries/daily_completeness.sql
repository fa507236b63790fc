-- daily_completeness: each game date and table: rows there, rows expected. A report.
-- Written by: python -m shared.processors.queries docs/monitoring/queries
-- bq query --use_legacy_sql=false --max_rows=10000 --parameter=start_date:DATE:2024-11-08 --parameter=end_date:DATE:2024-11-14 < docs/monitoring/queries/daily_completeness.sql
SELECT
  d.game_date,
  2 AS phase,
  'games' AS processor,
  d.games,
  COALESCE(t.row_count, 0) AS row_count,
  d.games AS expected
FROM (
  SELECT
    s.game_date,
    s.games,
    COALESCE(b.listed, 0) AS listed
  FROM (
    SELECT game_date, COUNT(*) AS games
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS s
  LEFT JOIN (
    SELECT game_date, COUNT(*) AS listed
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS b
    ON b.game_date = s.game_date
) AS d
LEFT JOIN (
  SELECT game_date, COUNT(*) AS row_count
  FROM nba_raw.games
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
) AS t
  ON t.game_date = d.game_date
UNION ALL
SELECT
  d.game_date,
  2 AS phase,
  'player_boxscores' AS processor,
  d.games,
  COALESCE(t.row_count, 0) AS row_count,
  d.listed AS expected
FROM (
  SELECT
    s.game_date,
    s.games,
    COALESCE(b.listed, 0) AS listed
  FROM (
    SELECT game_date, COUNT(*) AS games
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS s
  LEFT JOIN (
    SELECT game_date, COUNT(*) AS listed
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS b
    ON b.game_date = s.game_date
) AS d
LEFT JOIN (
  SELECT game_date, COUNT(*) AS row_count
  FROM nba_raw.player_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
) AS t
  ON t.game_date = d.game_date
UNION ALL
SELECT
  d.game_date,
  2 AS phase,
  'shots' AS processor,
  d.games,
  COALESCE(t.row_count, 0) AS row_count,
  COALESCE(t.row_count, 0) AS expected
FROM (
  SELECT
    s.game_date,
    s.games,
    COALESCE(b.listed, 0) AS listed
  FROM (
    SELECT game_date, COUNT(*) AS games
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS s
  LEFT JOIN (
    SELECT game_date, COUNT(*) AS listed
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS b
    ON b.game_date = s.game_date
) AS d
LEFT JOIN (
  SELECT game_date, COUNT(*) AS row_count
  FROM nba_raw.shots
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
) AS t
  ON t.game_date = d.game_date
UNION ALL
SELECT
  d.game_date,
  2 AS phase,
  'team_boxscores' AS processor,
  d.games,
  COALESCE(t.row_count, 0) AS row_count,
  2 * d.games AS expected
FROM (
  SELECT
    s.game_date,
    s.games,
    COALESCE(b.listed, 0) AS listed
  FROM (
    SELECT game_date, COUNT(*) AS games
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS s
  LEFT JOIN (
    SELECT game_date, COUNT(*) AS listed
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS b
    ON b.game_date = s.game_date
) AS d
LEFT JOIN (
  SELECT game_date, COUNT(*) AS row_count
  FROM nba_raw.team_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
) AS t
  ON t.game_date = d.game_date
UNION ALL
SELECT
  d.game_date,
  3 AS phase,
  'player_game_summary' AS processor,
  d.games,
  COALESCE(t.row_count, 0) AS row_count,
  d.listed AS expected
FROM (
  SELECT
    s.game_date,
    s.games,
    COALESCE(b.listed, 0) AS listed
  FROM (
    SELECT game_date, COUNT(*) AS games
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS s
  LEFT JOIN (
    SELECT game_date, COUNT(*) AS listed
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS b
    ON b.game_date = s.game_date
) AS d
LEFT JOIN (
  SELECT game_date, COUNT(*) AS row_count
  FROM nba_analytics.player_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
) AS t
  ON t.game_date = d.game_date
UNION ALL
SELECT
  d.game_date,
  3 AS phase,
  'team_offense_game_summary' AS processor,
  d.games,
  COALESCE(t.row_count, 0) AS row_count,
  2 * d.games AS expected
FROM (
  SELECT
    s.game_date,
    s.games,
    COALESCE(b.listed, 0) AS listed
  FROM (
    SELECT game_date, COUNT(*) AS games
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS s
  LEFT JOIN (
    SELECT game_date, COUNT(*) AS listed
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS b
    ON b.game_date = s.game_date
) AS d
LEFT JOIN (
  SELECT game_date, COUNT(*) AS row_count
  FROM nba_analytics.team_offense_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
) AS t
  ON t.game_date = d.game_date
UNION ALL
SELECT
  d.game_date,
  3 AS phase,
  'team_defense_game_summary' AS processor,
  d.games,
  COALESCE(t.row_count, 0) AS row_count,
  2 * d.games AS expected
FROM (
  SELECT
    s.game_date,
    s.games,
    COALESCE(b.listed, 0) AS listed
  FROM (
    SELECT game_date, COUNT(*) AS games
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS s
  LEFT JOIN (
    SELECT game_date, COUNT(*) AS listed
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS b
    ON b.game_date = s.game_date
) AS d
LEFT JOIN (
  SELECT game_date, COUNT(*) AS row_count
  FROM nba_analytics.team_defense_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
) AS t
  ON t.game_date = d.game_date
UNION ALL
SELECT
  d.game_date,
  4 AS phase,
  'player_shot_zone_analysis' AS processor,
  d.games,
  COALESCE(t.row_count, 0) AS row_count,
  d.listed AS expected
FROM (
  SELECT
    s.game_date,
    s.games,
    COALESCE(b.listed, 0) AS listed
  FROM (
    SELECT game_date, COUNT(*) AS games
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS s
  LEFT JOIN (
    SELECT game_date, COUNT(*) AS listed
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS b
    ON b.game_date = s.game_date
) AS d
LEFT JOIN (
  SELECT game_date, COUNT(*) AS row_count
  FROM nba_precompute.player_shot_zone_analysis
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
) AS t
  ON t.game_date = d.game_date
UNION ALL
SELECT
  d.game_date,
  4 AS phase,
  'team_defense_zone_analysis' AS processor,
  d.games,
  COALESCE(t.row_count, 0) AS row_count,
  2 * d.games AS expected
FROM (
  SELECT
    s.game_date,
    s.games,
    COALESCE(b.listed, 0) AS listed
  FROM (
    SELECT game_date, COUNT(*) AS games
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS s
  LEFT JOIN (
    SELECT game_date, COUNT(*) AS listed
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS b
    ON b.game_date = s.game_date
) AS d
LEFT JOIN (
  SELECT game_date, COUNT(*) AS row_count
  FROM nba_precompute.team_defense_zone_analysis
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
) AS t
  ON t.game_date = d.game_date
UNION ALL
SELECT
  d.game_date,
  4 AS phase,
  'player_composite_factors' AS processor,
  d.games,
  COALESCE(t.row_count, 0) AS row_count,
  d.listed AS expected
FROM (
  SELECT
    s.game_date,
    s.games,
    COALESCE(b.listed, 0) AS listed
  FROM (
    SELECT game_date, COUNT(*) AS games
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS s
  LEFT JOIN (
    SELECT game_date, COUNT(*) AS listed
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS b
    ON b.game_date = s.game_date
) AS d
LEFT JOIN (
  SELECT game_date, COUNT(*) AS row_count
  FROM nba_precompute.player_composite_factors
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
) AS t
  ON t.game_date = d.game_date
UNION ALL
SELECT
  d.game_date,
  4 AS phase,
  'player_daily_cache' AS processor,
  d.games,
  COALESCE(t.row_count, 0) AS row_count,
  d.listed AS expected
FROM (
  SELECT
    s.game_date,
    s.games,
    COALESCE(b.listed, 0) AS listed
  FROM (
    SELECT game_date, COUNT(*) AS games
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS s
  LEFT JOIN (
    SELECT game_date, COUNT(*) AS listed
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS b
    ON b.game_date = s.game_date
) AS d
LEFT JOIN (
  SELECT game_date, COUNT(*) AS row_count
  FROM nba_precompute.player_daily_cache
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
) AS t
  ON t.game_date = d.game_date
UNION ALL
SELECT
  d.game_date,
  4 AS phase,
  'player_season_profile' AS processor,
  d.games,
  COALESCE(t.row_count, 0) AS row_count,
  d.listed AS expected
FROM (
  SELECT
    s.game_date,
    s.games,
    COALESCE(b.listed, 0) AS listed
  FROM (
    SELECT game_date, COUNT(*) AS games
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS s
  LEFT JOIN (
    SELECT game_date, COUNT(*) AS listed
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS b
    ON b.game_date = s.game_date
) AS d
LEFT JOIN (
  SELECT game_date, COUNT(*) AS row_count
  FROM nba_precompute.player_season_profile
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
) AS t
  ON t.game_date = d.game_date
UNION ALL
SELECT
  d.game_date,
  5 AS phase,
  'ml_feature_store' AS processor,
  d.games,
  COALESCE(t.row_count, 0) AS row_count,
  d.listed AS expected
FROM (
  SELECT
    s.game_date,
    s.games,
    COALESCE(b.listed, 0) AS listed
  FROM (
    SELECT game_date, COUNT(*) AS games
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS s
  LEFT JOIN (
    SELECT game_date, COUNT(*) AS listed
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS b
    ON b.game_date = s.game_date
) AS d
LEFT JOIN (
  SELECT game_date, COUNT(*) AS row_count
  FROM nba_predictions.ml_feature_store
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
) AS t
  ON t.game_date = d.game_date
UNION ALL
SELECT
  d.game_date,
  5 AS phase,
  'player_points_predictions' AS processor,
  d.games,
  COALESCE(t.row_count, 0) AS row_count,
  d.listed AS expected
FROM (
  SELECT
    s.game_date,
    s.games,
    COALESCE(b.listed, 0) AS listed
  FROM (
    SELECT game_date, COUNT(*) AS games
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS s
  LEFT JOIN (
    SELECT game_date, COUNT(*) AS listed
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS b
    ON b.game_date = s.game_date
) AS d
LEFT JOIN (
  SELECT game_date, COUNT(*) AS row_count
  FROM nba_predictions.player_points_predictions
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
) AS t
  ON t.game_date = d.game_date
ORDER BY game_date, phase, processor
