-- Every row of nba_precompute.player_shot_zone_analysis at once, under the policy `degrade` with every date there:
-- one row a listed player-date. Sums over the last 10 and 20 games are window sums at each game he played; a target
-- takes those of his latest game before it. DuckDB.
WITH played AS (
  SELECT
    player_id,
    game_date,
    LEAST(ROW_NUMBER() OVER so_far, 10) AS games,
    LEAST(ROW_NUMBER() OVER so_far, 20) AS games_20,
    SUM(paint_attempts) OVER last_10 AS paint_attempts,
    SUM(paint_makes) OVER last_10 AS paint_makes,
    SUM(mid_range_attempts) OVER last_10 AS mid_range_attempts,
    SUM(mid_range_makes) OVER last_10 AS mid_range_makes,
    SUM(three_pt_attempts) OVER last_10 AS three_pt_attempts,
    SUM(three_pt_makes) OVER last_10 AS three_pt_makes,
    SUM(assisted_fg_makes) OVER last_10 AS assisted,
    SUM(assisted_fg_makes + unassisted_fg_makes) OVER last_10 AS makes,
    SUM(paint_attempts + mid_range_attempts + three_pt_attempts) OVER last_10 AS attempts,
    SUM(paint_attempts) OVER last_20 AS trend_paint_attempts,
    SUM(mid_range_attempts) OVER last_20 AS trend_mid_range_attempts,
    SUM(three_pt_attempts) OVER last_20 AS trend_three_pt_attempts,
    SUM(paint_attempts + mid_range_attempts + three_pt_attempts) OVER last_20 AS trend_attempts,
    MIN(game_date) OVER last_10 AS window_start
  FROM nba_analytics.player_game_summary
  WHERE minutes > 0
  WINDOW
    so_far AS (PARTITION BY player_id ORDER BY game_date),
    last_10 AS (PARTITION BY player_id ORDER BY game_date ROWS BETWEEN 9 PRECEDING AND CURRENT ROW),
    last_20 AS (PARTITION BY player_id ORDER BY game_date ROWS BETWEEN 19 PRECEDING AND CURRENT ROW)
),
team_dates AS (
  SELECT team, game_date, ROW_NUMBER() OVER (PARTITION BY team ORDER BY game_date) - 1 AS team_games
  FROM nba_analytics.team_offense_game_summary
),
targets AS (
  SELECT s.game_date, s.player_id, s.team, s.opponent, d.team_games
  FROM nba_analytics.player_game_summary AS s
  INNER JOIN team_dates AS d
    ON d.team = s.team AND d.game_date = s.game_date
),
joined AS (
  SELECT
    t.*,
    p.* EXCLUDE (player_id, game_date),
    p.game_date AS window_end,
    COALESCE(p.games, 0) AS games_used,
    100 * p.paint_attempts / NULLIF(p.attempts, 0) AS paint_rate,
    100 * p.mid_range_attempts / NULLIF(p.attempts, 0) AS mid_range_rate,
    100 * p.three_pt_attempts / NULLIF(p.attempts, 0) AS three_pt_rate
  FROM targets AS t
  ASOF LEFT JOIN played AS p
    ON t.player_id = p.player_id AND t.game_date > p.game_date
)
SELECT
  game_date,
  player_id,
  team,
  opponent,
  paint_rate AS paint_rate_last_10,
  mid_range_rate AS mid_range_rate_last_10,
  three_pt_rate AS three_pt_rate_last_10,
  paint_makes / NULLIF(paint_attempts, 0) AS paint_pct_last_10,
  mid_range_makes / NULLIF(mid_range_attempts, 0) AS mid_range_pct_last_10,
  three_pt_makes / NULLIF(three_pt_attempts, 0) AS three_pt_pct_last_10,
  paint_attempts / games AS paint_attempts_per_game,
  mid_range_attempts / games AS mid_range_attempts_per_game,
  three_pt_attempts / games AS three_pt_attempts_per_game,
  COALESCE(attempts, 0) AS total_shots_last_10,
  100 * assisted / NULLIF(makes, 0) AS assisted_rate_last_10,
  100 * (makes - assisted) / NULLIF(makes, 0) AS unassisted_rate_last_10,
  100 * trend_paint_attempts / NULLIF(trend_attempts, 0) AS paint_rate_last_20,
  100 * trend_mid_range_attempts / NULLIF(trend_attempts, 0) AS mid_range_rate_last_20,
  100 * trend_three_pt_attempts / NULLIF(trend_attempts, 0) AS three_pt_rate_last_20,
  COALESCE(games_20, 0) AS games_in_sample_20,
  CASE
    WHEN paint_rate IS NULL THEN NULL
    WHEN paint_rate >= 40 THEN 'paint'
    WHEN three_pt_rate >= 40 THEN 'perimeter'
    WHEN mid_range_rate >= 35 THEN 'mid_range'
    ELSE 'balanced'
  END AS primary_scoring_zone,
  games_used,
  10 * games_used AS quality_score,
  games_used < 10 AND team_games < 10 AS early_season_flag,
  CASE WHEN games_used >= 10 THEN NULL WHEN team_games < 10 THEN 'season_start' ELSE 'absent' END AS shortage_reason,
  window_start,
  window_end
FROM joined
