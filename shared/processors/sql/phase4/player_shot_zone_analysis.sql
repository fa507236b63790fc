-- One row: one player of target @game_date, where he shot over his last 10 games played before it (trend: last 20).
-- Inputs: nba_analytics.player_game_summary from @season_start to the day before @game_date.
-- A game counts when he played (minutes > 0), on or after his floor, on a date that is not hidden.
-- Rates are 0-100 of his attempts (assisted: of his makes), *_pct are 0-1, per_game is attempts a game; each is one
--   division of integer sums over the window, NULL when nothing was attempted.
-- primary_scoring_zone: paint when its rate >= 40, else perimeter when >= 40, else mid_range when >= 35, else balanced.
-- Short history (needed 10, minimum 5), by @early_season:
--   degrade: every player has a row, from the games there are; skip: no row below 5 games;
--   defaults: below 5 games the shares and percentages are the league's, pooled over every visible player-game since
--   @season_start, or PRIOR when there is none; total_shots_last_10, the samples and quality_score stay his own.
-- PRIOR: 10,404 player-games of 2024-10-22..2024-12-31 of the sample season, per 100 games, rounded.
-- The league is the basis row of player_id 0.
WITH players AS (
  SELECT p.player_id, p.team, p.opponent, p.floor, p.shortage, p.team_games
  FROM UNNEST(@players) AS p
),
history AS (
  SELECT
    g.player_id,
    g.game_date,
    g.paint_attempts,
    g.paint_makes,
    g.mid_range_attempts,
    g.mid_range_makes,
    g.three_pt_attempts,
    g.three_pt_makes,
    g.assisted_fg_makes,
    g.unassisted_fg_makes,
    ROW_NUMBER() OVER (PARTITION BY g.player_id ORDER BY g.game_date DESC) AS recency
  FROM nba_analytics.player_game_summary AS g
  INNER JOIN players AS p
    ON p.player_id = g.player_id
  WHERE g.game_date >= @season_start
    AND g.game_date < @game_date
    AND g.game_date >= p.floor
    AND g.game_date NOT IN UNNEST(@hidden_dates)
    AND g.minutes > 0
  QUALIFY recency <= 20
),
own AS (
  SELECT
    player_id,
    COUNTIF(recency <= 10) AS games,
    SUM(IF(recency <= 10, paint_attempts, 0)) AS paint_attempts,
    SUM(IF(recency <= 10, paint_makes, 0)) AS paint_makes,
    SUM(IF(recency <= 10, mid_range_attempts, 0)) AS mid_range_attempts,
    SUM(IF(recency <= 10, mid_range_makes, 0)) AS mid_range_makes,
    SUM(IF(recency <= 10, three_pt_attempts, 0)) AS three_pt_attempts,
    SUM(IF(recency <= 10, three_pt_makes, 0)) AS three_pt_makes,
    SUM(IF(recency <= 10, assisted_fg_makes, 0)) AS assisted,
    SUM(IF(recency <= 10, unassisted_fg_makes, 0)) AS unassisted,
    SUM(paint_attempts) AS trend_paint_attempts,
    SUM(mid_range_attempts) AS trend_mid_range_attempts,
    SUM(three_pt_attempts) AS trend_three_pt_attempts,
    COUNT(*) AS games_in_sample_20,
    MIN(IF(recency <= 10, game_date, NULL)) AS window_start,
    MAX(game_date) AS window_end
  FROM history
  GROUP BY player_id
),
basis AS (
  SELECT * FROM own
  UNION ALL
  SELECT
    0 AS player_id,
    IF(COUNT(*) = 0, 100, COUNT(*)) AS games,
    COALESCE(SUM(paint_attempts), 349) AS paint_attempts,
    COALESCE(SUM(paint_makes), 204) AS paint_makes,
    COALESCE(SUM(mid_range_attempts), 127) AS mid_range_attempts,
    COALESCE(SUM(mid_range_makes), 54) AS mid_range_makes,
    COALESCE(SUM(three_pt_attempts), 350) AS three_pt_attempts,
    COALESCE(SUM(three_pt_makes), 126) AS three_pt_makes,
    COALESCE(SUM(assisted_fg_makes), 244) AS assisted,
    COALESCE(SUM(unassisted_fg_makes), 140) AS unassisted,
    COALESCE(SUM(paint_attempts), 349) AS trend_paint_attempts,
    COALESCE(SUM(mid_range_attempts), 127) AS trend_mid_range_attempts,
    COALESCE(SUM(three_pt_attempts), 350) AS trend_three_pt_attempts,
    0 AS games_in_sample_20,
    CAST(NULL AS DATE) AS window_start,
    CAST(NULL AS DATE) AS window_end
  FROM nba_analytics.player_game_summary
  WHERE @early_season = 'defaults'
    AND game_date >= @season_start
    AND game_date < @game_date
    AND game_date NOT IN UNNEST(@hidden_dates)
    AND minutes > 0
),
rates AS (
  SELECT
    p.player_id,
    p.team,
    p.opponent,
    p.shortage,
    p.team_games,
    COALESCE(o.games, 0) AS games_used,
    COALESCE(o.paint_attempts + o.mid_range_attempts + o.three_pt_attempts, 0) AS total_shots,
    COALESCE(o.games_in_sample_20, 0) AS games_in_sample_20,
    o.window_start,
    o.window_end,
    b.games,
    b.paint_attempts,
    b.paint_makes,
    b.mid_range_attempts,
    b.mid_range_makes,
    b.three_pt_attempts,
    b.three_pt_makes,
    b.assisted,
    b.unassisted,
    SAFE_DIVIDE(100 * b.paint_attempts, b.paint_attempts + b.mid_range_attempts + b.three_pt_attempts) AS paint_rate,
    SAFE_DIVIDE(100 * b.mid_range_attempts, b.paint_attempts + b.mid_range_attempts + b.three_pt_attempts)
      AS mid_range_rate,
    SAFE_DIVIDE(100 * b.three_pt_attempts, b.paint_attempts + b.mid_range_attempts + b.three_pt_attempts)
      AS three_pt_rate,
    b.trend_paint_attempts,
    b.trend_mid_range_attempts,
    b.trend_three_pt_attempts,
    b.trend_paint_attempts + b.trend_mid_range_attempts + b.trend_three_pt_attempts AS trend_attempts
  FROM players AS p
  LEFT JOIN own AS o
    ON o.player_id = p.player_id
  LEFT JOIN basis AS b
    ON b.player_id = IF(@early_season = 'defaults' AND COALESCE(o.games, 0) < 5, 0, p.player_id)
  WHERE NOT (@early_season = 'skip' AND COALESCE(o.games, 0) < 5)
)
SELECT
  @game_date AS game_date,
  player_id,
  team,
  opponent,
  paint_rate AS paint_rate_last_10,
  mid_range_rate AS mid_range_rate_last_10,
  three_pt_rate AS three_pt_rate_last_10,
  SAFE_DIVIDE(paint_makes, paint_attempts) AS paint_pct_last_10,
  SAFE_DIVIDE(mid_range_makes, mid_range_attempts) AS mid_range_pct_last_10,
  SAFE_DIVIDE(three_pt_makes, three_pt_attempts) AS three_pt_pct_last_10,
  SAFE_DIVIDE(paint_attempts, games) AS paint_attempts_per_game,
  SAFE_DIVIDE(mid_range_attempts, games) AS mid_range_attempts_per_game,
  SAFE_DIVIDE(three_pt_attempts, games) AS three_pt_attempts_per_game,
  total_shots AS total_shots_last_10,
  SAFE_DIVIDE(100 * assisted, assisted + unassisted) AS assisted_rate_last_10,
  SAFE_DIVIDE(100 * unassisted, assisted + unassisted) AS unassisted_rate_last_10,
  SAFE_DIVIDE(100 * trend_paint_attempts, trend_attempts) AS paint_rate_last_20,
  SAFE_DIVIDE(100 * trend_mid_range_attempts, trend_attempts) AS mid_range_rate_last_20,
  SAFE_DIVIDE(100 * trend_three_pt_attempts, trend_attempts) AS three_pt_rate_last_20,
  games_in_sample_20,
  CASE
    WHEN paint_rate IS NULL THEN NULL
    WHEN paint_rate >= 40 THEN 'paint'
    WHEN three_pt_rate >= 40 THEN 'perimeter'
    WHEN mid_range_rate >= 35 THEN 'mid_range'
    ELSE 'balanced'
  END AS primary_scoring_zone,
  games_used,
  CAST(ROUND(SAFE_DIVIDE(100 * LEAST(games_used, 10), 10)) AS INT64) AS quality_score,
  games_used < 10 AND team_games < 10 AS early_season_flag,
  CASE
    WHEN games_used >= 10 THEN NULL
    WHEN shortage IS NOT NULL THEN shortage
    WHEN team_games < 10 THEN 'season_start'
    ELSE 'absent'
  END AS shortage_reason,
  window_start,
  window_end,
  @processed_at AS processed_at,
  @backfill_id AS backfill_id
FROM rates
