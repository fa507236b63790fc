-- history_available: each player listed on a target date: games before it. A report.
-- Written by: python -m shared.processors.queries docs/monitoring/queries
-- bq query --use_legacy_sql=false --max_rows=10000 --parameter=start_date:DATE:2024-11-08 --parameter=end_date:DATE:2024-11-14 < docs/monitoring/queries/history_available.sql
SELECT
  game_date,
  player_id,
  player_name,
  team,
  games_available,
  LEAST(10 * games_available, 100) AS quality_score,
  CASE WHEN games_available >= 10 THEN 'ready' WHEN games_available >= 5 THEN 'degraded' ELSE 'skip' END AS readiness,
  tenth_last_game,
  last_game
FROM (
  SELECT
    b.game_date,
    b.player_id,
    b.player_name,
    b.team,
    COUNT(h.game_date) AS games_available,
    MAX(IF(h.games_since = 10, h.game_date, NULL)) AS tenth_last_game,
    MAX(h.game_date) AS last_game
  FROM nba_raw.player_boxscores AS b
  LEFT JOIN (
    SELECT
      t.game_date AS target_date,
      t.player_id,
      g.game_date,
      ROW_NUMBER() OVER (PARTITION BY t.game_date, t.player_id ORDER BY g.game_date DESC) AS games_since
    FROM nba_raw.player_boxscores AS t
    INNER JOIN nba_analytics.player_game_summary AS g
      ON g.player_id = t.player_id AND g.season = t.season AND g.game_date < t.game_date
    WHERE t.game_date BETWEEN @start_date AND @end_date
      AND g.game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
      AND g.minutes > 0
  ) AS h
    ON h.target_date = b.game_date AND h.player_id = b.player_id
  WHERE b.game_date BETWEEN @start_date AND @end_date
  GROUP BY b.game_date, b.player_id, b.player_name, b.team
)
ORDER BY game_date, games_available, player_id
