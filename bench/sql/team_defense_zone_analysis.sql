-- Every row of nba_precompute.team_defense_zone_analysis at once, under the policy `degrade` with every date there:
-- one row a team-date. A team's sums are window sums at each of its games; the league's over the same dates are
-- differences of running totals by date, exact because everything summed is a whole number. DuckDB.
WITH visible AS (
  SELECT *, CAST(ROUND(game_possessions * 200) AS BIGINT) AS possessions_200
  FROM nba_analytics.team_defense_game_summary
),
own AS (
  SELECT
    team,
    game_date,
    LEAST(ROW_NUMBER() OVER so_far, 15) AS games,
    SUM(minutes) OVER last_15 AS minutes,
    SUM(points_allowed) OVER last_15 AS points_allowed,
    SUM(possessions_200) OVER last_15 AS possessions_200,
    SUM(paint_attempts_allowed) OVER last_15 AS paint_attempts,
    SUM(paint_makes_allowed) OVER last_15 AS paint_makes,
    SUM(mid_range_attempts_allowed) OVER last_15 AS mid_range_attempts,
    SUM(mid_range_makes_allowed) OVER last_15 AS mid_range_makes,
    SUM(three_pt_attempts_allowed) OVER last_15 AS three_pt_attempts,
    SUM(three_pt_makes_allowed) OVER last_15 AS three_pt_makes,
    SUM(paint_blocks) OVER last_15 AS paint_blocks,
    SUM(mid_range_blocks) OVER last_15 AS mid_range_blocks,
    SUM(three_pt_blocks) OVER last_15 AS three_pt_blocks,
    MIN(game_date) OVER last_15 AS window_start
  FROM visible
  WINDOW
    so_far AS (PARTITION BY team ORDER BY game_date),
    last_15 AS (PARTITION BY team ORDER BY game_date ROWS BETWEEN 14 PRECEDING AND CURRENT ROW)
),
dates AS (
  SELECT
    game_date,
    SUM(minutes) AS minutes,
    SUM(points_allowed) AS points_allowed,
    SUM(possessions_200) AS possessions_200,
    SUM(paint_attempts_allowed) AS paint_attempts,
    SUM(paint_makes_allowed) AS paint_makes,
    SUM(mid_range_attempts_allowed) AS mid_range_attempts,
    SUM(mid_range_makes_allowed) AS mid_range_makes,
    SUM(three_pt_attempts_allowed) AS three_pt_attempts,
    SUM(three_pt_makes_allowed) AS three_pt_makes
  FROM visible
  GROUP BY game_date
),
before AS (
  SELECT
    game_date,
    COALESCE(SUM(minutes) OVER earlier, 0) AS minutes,
    COALESCE(SUM(points_allowed) OVER earlier, 0) AS points_allowed,
    COALESCE(SUM(possessions_200) OVER earlier, 0) AS possessions_200,
    COALESCE(SUM(paint_attempts) OVER earlier, 0) AS paint_attempts,
    COALESCE(SUM(paint_makes) OVER earlier, 0) AS paint_makes,
    COALESCE(SUM(mid_range_attempts) OVER earlier, 0) AS mid_range_attempts,
    COALESCE(SUM(mid_range_makes) OVER earlier, 0) AS mid_range_makes,
    COALESCE(SUM(three_pt_attempts) OVER earlier, 0) AS three_pt_attempts,
    COALESCE(SUM(three_pt_makes) OVER earlier, 0) AS three_pt_makes
  FROM dates
  WINDOW earlier AS (ORDER BY game_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
targets AS (
  SELECT game_date, team, opponent, ROW_NUMBER() OVER (PARTITION BY team ORDER BY game_date) - 1 AS team_games
  FROM nba_analytics.team_offense_game_summary
),
joined AS (
  SELECT
    t.*,
    o.* EXCLUDE (team, game_date),
    o.game_date AS window_end,
    COALESCE(o.games, 0) AS games_used
  FROM targets AS t
  ASOF LEFT JOIN own AS o
    ON t.team = o.team AND t.game_date > o.game_date
),
compared AS (
  SELECT
    j.*,
    (u.paint_makes - f.paint_makes) / NULLIF(u.paint_attempts - f.paint_attempts, 0) AS league_paint_pct,
    j.paint_makes / NULLIF(j.paint_attempts, 0) AS paint_pct,
    (u.mid_range_makes - f.mid_range_makes) / NULLIF(u.mid_range_attempts - f.mid_range_attempts, 0) AS league_mid_range_pct,
    j.mid_range_makes / NULLIF(j.mid_range_attempts, 0) AS mid_range_pct,
    (u.three_pt_makes - f.three_pt_makes) / NULLIF(u.three_pt_attempts - f.three_pt_attempts, 0) AS league_three_pt_pct,
    j.three_pt_makes / NULLIF(j.three_pt_attempts, 0) AS three_pt_pct,
    20000 * (u.points_allowed - f.points_allowed) / NULLIF(u.possessions_200 - f.possessions_200, 0)
      AS league_defensive_rating,
    6 * (u.possessions_200 - f.possessions_200) / NULLIF(5 * (u.minutes - f.minutes), 0) AS league_pace
  FROM joined AS j
  LEFT JOIN before AS u
    ON u.game_date = j.game_date
  LEFT JOIN before AS f
    ON f.game_date = j.window_start
),
ranked AS (
  SELECT
    *,
    100 * (paint_pct - league_paint_pct) AS paint_vs,
    100 * (mid_range_pct - league_mid_range_pct) AS mid_range_vs,
    100 * (three_pt_pct - league_three_pt_pct) AS three_pt_vs,
    COALESCE(paint_vs, 0) AS paint_key,
    COALESCE(mid_range_vs, 0) AS mid_range_key,
    COALESCE(three_pt_vs, 0) AS three_pt_key
  FROM compared
)
SELECT
  game_date,
  team,
  opponent,
  paint_pct AS paint_pct_allowed_last_15,
  mid_range_pct AS mid_range_pct_allowed_last_15,
  three_pt_pct AS three_pt_pct_allowed_last_15,
  paint_attempts / games AS paint_attempts_allowed_per_game,
  mid_range_attempts / games AS mid_range_attempts_allowed_per_game,
  three_pt_attempts / games AS three_pt_attempts_allowed_per_game,
  paint_blocks / games AS paint_blocks_per_game,
  mid_range_blocks / games AS mid_range_blocks_per_game,
  three_pt_blocks / games AS three_pt_blocks_per_game,
  20000 * points_allowed / NULLIF(possessions_200, 0) AS defensive_rating_last_15,
  6 * possessions_200 / NULLIF(5 * minutes, 0) AS pace_last_15,
  league_paint_pct,
  league_mid_range_pct,
  league_three_pt_pct,
  league_defensive_rating,
  league_pace,
  paint_vs AS paint_defense_vs_league,
  mid_range_vs AS mid_range_defense_vs_league,
  three_pt_vs AS three_pt_defense_vs_league,
  CASE
    WHEN games_used = 0 OR (paint_key = mid_range_key AND mid_range_key = three_pt_key) THEN NULL
    WHEN paint_key <= mid_range_key AND paint_key <= three_pt_key THEN 'paint'
    WHEN mid_range_key <= three_pt_key THEN 'mid_range'
    ELSE 'perimeter'
  END AS strongest_zone,
  CASE
    WHEN games_used = 0 OR (paint_key = mid_range_key AND mid_range_key = three_pt_key) THEN NULL
    WHEN three_pt_key >= mid_range_key AND three_pt_key >= paint_key THEN 'perimeter'
    WHEN mid_range_key >= paint_key THEN 'mid_range'
    ELSE 'paint'
  END AS weakest_zone,
  games_used,
  CAST(ROUND(100 * games_used / 15) AS BIGINT) AS quality_score,
  games_used < 15 AND team_games < 15 AS early_season_flag,
  CASE WHEN games_used >= 15 THEN NULL WHEN team_games < 15 THEN 'season_start' ELSE 'absent' END AS shortage_reason,
  window_start,
  window_end
FROM ranked
