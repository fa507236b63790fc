-- One row: one player of target @game_date, his recent means and spread.
-- Inputs: nba_analytics.player_game_summary from @season_start to the day before @game_date.
-- A game counts when he played (minutes > 0), on or after his floor, on a date that is not hidden.
-- *_avg_last_n: mean over his last n games (fewer when there are fewer). Usage and TS% are means of the games' values,
--   leaving out games where they are NULL, summed as integers of 1e-12, so that no order of rows moves the result.
-- points_std_last_10: sample standard deviation, NULL below 2 games.
-- games_last_7, games_last_14: of his last 10, those at most 7 or 14 days before @game_date.
-- days_of_rest: whole days between his last game and @game_date, 0 on a back-to-back.
-- Short history (needed 10, minimum 5), by @early_season:
--   degrade: every player has a row, from the games there are; skip: no row below 5 games;
--   defaults: below 5 games every mean is the league's mean a player-game over every visible one since @season_start,
--   points_std_last_10 its standard deviation, or PRIOR when there is none; counts, rest and quality_score stay his own.
-- PRIOR: 10,404 player-games of 2024-10-22..2024-12-31 of the sample season, rounded.
WITH players AS (
  SELECT p.player_id, p.team, p.opponent, p.is_home, p.floor, p.shortage, p.team_games
  FROM UNNEST(@players) AS p
),
visible AS (
  SELECT
    player_id,
    game_date,
    points,
    minutes,
    CAST(ROUND(usage_rate * 1e12) AS INT64) AS usage_e12,
    CAST(ROUND(ts_pct * 1e12) AS INT64) AS ts_pct_e12
  FROM nba_analytics.player_game_summary
  WHERE game_date >= @season_start
    AND game_date < @game_date
    AND game_date NOT IN UNNEST(@hidden_dates)
    AND minutes > 0
),
history AS (
  SELECT
    v.*,
    DATE_DIFF(@game_date, v.game_date, DAY) AS days_ago,
    ROW_NUMBER() OVER (PARTITION BY v.player_id ORDER BY v.game_date DESC) AS recency
  FROM visible AS v
  INNER JOIN players AS p
    ON p.player_id = v.player_id
  WHERE v.game_date >= p.floor
  QUALIFY recency <= 20
),
recent AS (
  SELECT
    player_id,
    COUNTIF(recency <= 10) AS games_used,
    COUNT(*) AS games_in_sample_20,
    SAFE_DIVIDE(SUM(IF(recency <= 5, points, 0)), COUNTIF(recency <= 5)) AS points_avg_last_5,
    SAFE_DIVIDE(SUM(IF(recency <= 10, points, 0)), COUNTIF(recency <= 10)) AS points_avg_last_10,
    SAFE_DIVIDE(SUM(points), COUNT(*)) AS points_avg_last_20,
    SAFE_DIVIDE(SUM(IF(recency <= 5, minutes, 0)), COUNTIF(recency <= 5)) AS minutes_avg_last_5,
    SAFE_DIVIDE(SUM(IF(recency <= 10, minutes, 0)), COUNTIF(recency <= 10)) AS minutes_avg_last_10,
    SAFE_DIVIDE(SUM(minutes), COUNT(*)) AS minutes_avg_last_20,
    SAFE_DIVIDE(SUM(IF(recency <= 5, usage_e12, NULL)), 1e12 * COUNT(IF(recency <= 5, usage_e12, NULL))) AS usage_avg_last_5,
    SAFE_DIVIDE(SUM(IF(recency <= 10, usage_e12, NULL)), 1e12 * COUNT(IF(recency <= 10, usage_e12, NULL))) AS usage_avg_last_10,
    SAFE_DIVIDE(SUM(usage_e12), 1e12 * COUNT(usage_e12)) AS usage_avg_last_20,
    SAFE_DIVIDE(SUM(IF(recency <= 5, ts_pct_e12, NULL)), 1e12 * COUNT(IF(recency <= 5, ts_pct_e12, NULL))) AS ts_pct_avg_last_5,
    SAFE_DIVIDE(SUM(IF(recency <= 10, ts_pct_e12, NULL)), 1e12 * COUNT(IF(recency <= 10, ts_pct_e12, NULL))) AS ts_pct_avg_last_10,
    SAFE_DIVIDE(SUM(ts_pct_e12), 1e12 * COUNT(ts_pct_e12)) AS ts_pct_avg_last_20,
    SQRT(
      SAFE_DIVIDE(
        COUNTIF(recency <= 10) * SUM(IF(recency <= 10, points * points, 0))
        - SUM(IF(recency <= 10, points, 0)) * SUM(IF(recency <= 10, points, 0)),
        COUNTIF(recency <= 10) * (COUNTIF(recency <= 10) - 1)
      )
    ) AS points_std_last_10,
    COUNTIF(recency <= 10 AND days_ago <= 7) AS games_last_7,
    COUNTIF(recency <= 10 AND days_ago <= 14) AS games_last_14,
    MIN(days_ago) - 1 AS days_of_rest,
    MIN(IF(recency <= 10, game_date, NULL)) AS window_start,
    MAX(game_date) AS window_end
  FROM history
  GROUP BY player_id
),
available AS (
  SELECT
    p.*,
    COALESCE(r.games_used, 0) AS games_used,
    COALESCE(r.games_in_sample_20, 0) AS games_in_sample_20,
    COALESCE(r.games_last_7, 0) AS games_last_7,
    COALESCE(r.games_last_14, 0) AS games_last_14,
    r.days_of_rest,
    r.window_start,
    r.window_end,
    @early_season = 'defaults' AND COALESCE(r.games_used, 0) < 5 AS use_league
  FROM players AS p
  LEFT JOIN recent AS r
    ON r.player_id = p.player_id
  WHERE NOT (@early_season = 'skip' AND COALESCE(r.games_used, 0) < 5)
),
season AS (
  SELECT
    SAFE_DIVIDE(SUM(points), COUNT(*)) AS points_avg,
    SAFE_DIVIDE(SUM(minutes), COUNT(*)) AS minutes_avg,
    SAFE_DIVIDE(SUM(usage_e12), 1e12 * COUNT(usage_e12)) AS usage_avg,
    SAFE_DIVIDE(SUM(ts_pct_e12), 1e12 * COUNT(ts_pct_e12)) AS ts_pct_avg,
    SQRT(
      SAFE_DIVIDE(COUNT(*) * SUM(points * points) - SUM(points) * SUM(points), COUNT(*) * (COUNT(*) - 1))
    ) AS points_std
  FROM visible
  WHERE @early_season = 'defaults'
),
league AS (
  SELECT
    COALESCE(points_avg, 10.51) AS points_avg,
    COALESCE(minutes_avg, 22.45) AS minutes_avg,
    COALESCE(usage_avg, 18.92) AS usage_avg,
    COALESCE(ts_pct_avg, 0.554) AS ts_pct_avg,
    COALESCE(points_std, 8.81) AS points_std
  FROM season
),
means AS (
  SELECT
    r.player_id,
    r.points_avg_last_5,
    r.points_avg_last_10,
    r.points_avg_last_20,
    r.minutes_avg_last_5,
    r.minutes_avg_last_10,
    r.minutes_avg_last_20,
    r.usage_avg_last_5,
    r.usage_avg_last_10,
    r.usage_avg_last_20,
    r.ts_pct_avg_last_5,
    r.ts_pct_avg_last_10,
    r.ts_pct_avg_last_20,
    r.points_std_last_10
  FROM recent AS r
  INNER JOIN available AS a
    ON a.player_id = r.player_id
  WHERE NOT a.use_league
  UNION ALL
  SELECT
    a.player_id,
    l.points_avg AS points_avg_last_5,
    l.points_avg AS points_avg_last_10,
    l.points_avg AS points_avg_last_20,
    l.minutes_avg AS minutes_avg_last_5,
    l.minutes_avg AS minutes_avg_last_10,
    l.minutes_avg AS minutes_avg_last_20,
    l.usage_avg AS usage_avg_last_5,
    l.usage_avg AS usage_avg_last_10,
    l.usage_avg AS usage_avg_last_20,
    l.ts_pct_avg AS ts_pct_avg_last_5,
    l.ts_pct_avg AS ts_pct_avg_last_10,
    l.ts_pct_avg AS ts_pct_avg_last_20,
    l.points_std AS points_std_last_10
  FROM available AS a
  CROSS JOIN league AS l
  WHERE a.use_league
)
SELECT
  @game_date AS game_date,
  a.player_id,
  a.team,
  a.opponent,
  a.is_home,
  m.points_avg_last_5,
  m.points_avg_last_10,
  m.points_avg_last_20,
  m.minutes_avg_last_5,
  m.minutes_avg_last_10,
  m.minutes_avg_last_20,
  m.usage_avg_last_5,
  m.usage_avg_last_10,
  m.usage_avg_last_20,
  m.ts_pct_avg_last_5,
  m.ts_pct_avg_last_10,
  m.ts_pct_avg_last_20,
  m.points_std_last_10,
  a.games_in_sample_20,
  a.games_last_7,
  a.games_last_14,
  a.days_of_rest,
  a.games_used,
  CAST(ROUND(SAFE_DIVIDE(100 * LEAST(a.games_used, 10), 10)) AS INT64) AS quality_score,
  a.games_used < 10 AND a.team_games < 10 AS early_season_flag,
  CASE
    WHEN a.games_used >= 10 THEN NULL
    WHEN a.shortage IS NOT NULL THEN a.shortage
    WHEN a.team_games < 10 THEN 'season_start'
    ELSE 'absent'
  END AS shortage_reason,
  a.window_start,
  a.window_end,
  @processed_at AS processed_at,
  @backfill_id AS backfill_id
FROM available AS a
LEFT JOIN means AS m
  ON m.player_id = a.player_id
