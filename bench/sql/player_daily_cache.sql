-- Every row of nba_precompute.player_daily_cache at once, under the policy `degrade` with every date there: one row a
-- listed player-date. Window sums at each game he played; a target takes those of his latest game before it, and
-- counts recent games by how far his numbering has come since 7 or 14 days before it. DuckDB.
WITH visible AS (
  SELECT
    player_id,
    game_date,
    points,
    minutes,
    CAST(ROUND(usage_rate * 1e12) AS BIGINT) AS usage_e12,
    CAST(ROUND(ts_pct * 1e12) AS BIGINT) AS ts_pct_e12
  FROM nba_analytics.player_game_summary
  WHERE minutes > 0
),
played AS (
  SELECT
    player_id,
    game_date,
    ROW_NUMBER() OVER so_far AS number,
    AVG(points) OVER last_5 AS points_avg_last_5,
    AVG(points) OVER last_10 AS points_avg_last_10,
    AVG(points) OVER last_20 AS points_avg_last_20,
    AVG(minutes) OVER last_5 AS minutes_avg_last_5,
    AVG(minutes) OVER last_10 AS minutes_avg_last_10,
    AVG(minutes) OVER last_20 AS minutes_avg_last_20,
    SUM(usage_e12) OVER last_5 / NULLIF(1e12 * COUNT(usage_e12) OVER last_5, 0) AS usage_avg_last_5,
    SUM(usage_e12) OVER last_10 / NULLIF(1e12 * COUNT(usage_e12) OVER last_10, 0) AS usage_avg_last_10,
    SUM(usage_e12) OVER last_20 / NULLIF(1e12 * COUNT(usage_e12) OVER last_20, 0) AS usage_avg_last_20,
    SUM(ts_pct_e12) OVER last_5 / NULLIF(1e12 * COUNT(ts_pct_e12) OVER last_5, 0) AS ts_pct_avg_last_5,
    SUM(ts_pct_e12) OVER last_10 / NULLIF(1e12 * COUNT(ts_pct_e12) OVER last_10, 0) AS ts_pct_avg_last_10,
    SUM(ts_pct_e12) OVER last_20 / NULLIF(1e12 * COUNT(ts_pct_e12) OVER last_20, 0) AS ts_pct_avg_last_20,
    COUNT(*) OVER last_10 AS n,
    SUM(points) OVER last_10 AS points_sum,
    SUM(points * points) OVER last_10 AS squares_sum,
    MIN(game_date) OVER last_10 AS window_start
  FROM visible
  WINDOW
    so_far AS (PARTITION BY player_id ORDER BY game_date),
    last_5 AS (PARTITION BY player_id ORDER BY game_date ROWS BETWEEN 4 PRECEDING AND CURRENT ROW),
    last_10 AS (PARTITION BY player_id ORDER BY game_date ROWS BETWEEN 9 PRECEDING AND CURRENT ROW),
    last_20 AS (PARTITION BY player_id ORDER BY game_date ROWS BETWEEN 19 PRECEDING AND CURRENT ROW)
),
numbers AS (
  SELECT player_id, game_date, number FROM played
),
team_dates AS (
  SELECT team, game_date, ROW_NUMBER() OVER (PARTITION BY team ORDER BY game_date) - 1 AS team_games
  FROM nba_analytics.team_offense_game_summary
),
targets AS (
  SELECT
    s.game_date, s.player_id, s.team, s.opponent, s.is_home, d.team_games,
    CAST(s.game_date - INTERVAL 7 DAY AS DATE) AS day_7,
    CAST(s.game_date - INTERVAL 14 DAY AS DATE) AS day_14
  FROM nba_analytics.player_game_summary AS s
  INNER JOIN team_dates AS d
    ON d.team = s.team AND d.game_date = s.game_date
),
joined AS (
  SELECT
    t.*,
    p.* EXCLUDE (player_id, game_date),
    p.game_date AS window_end,
    LEAST(COALESCE(p.number, 0), 10) AS games_used,
    COALESCE(p.number, 0) - COALESCE(a.number, 0) AS within_7,
    COALESCE(p.number, 0) - COALESCE(b.number, 0) AS within_14
  FROM targets AS t
  ASOF LEFT JOIN played AS p
    ON t.player_id = p.player_id AND t.game_date > p.game_date
  ASOF LEFT JOIN numbers AS a
    ON t.player_id = a.player_id AND t.day_7 > a.game_date
  ASOF LEFT JOIN numbers AS b
    ON t.player_id = b.player_id AND t.day_14 > b.game_date
)
SELECT
  game_date,
  player_id,
  team,
  opponent,
  is_home,
  points_avg_last_5,
  points_avg_last_10,
  points_avg_last_20,
  minutes_avg_last_5,
  minutes_avg_last_10,
  minutes_avg_last_20,
  usage_avg_last_5,
  usage_avg_last_10,
  usage_avg_last_20,
  ts_pct_avg_last_5,
  ts_pct_avg_last_10,
  ts_pct_avg_last_20,
  SQRT((n * squares_sum - points_sum * points_sum) / NULLIF(n * (n - 1), 0)) AS points_std_last_10,
  LEAST(COALESCE(number, 0), 20) AS games_in_sample_20,
  LEAST(within_7, 10) AS games_last_7,
  LEAST(within_14, 10) AS games_last_14,
  DATE_DIFF('day', window_end, game_date) - 1 AS days_of_rest,
  games_used,
  10 * games_used AS quality_score,
  games_used < 10 AND team_games < 10 AS early_season_flag,
  CASE WHEN games_used >= 10 THEN NULL WHEN team_games < 10 THEN 'season_start' ELSE 'absent' END AS shortage_reason,
  window_start,
  window_end
FROM joined
