-- blocking_dates: each target date: the dates without Phase 3 that it looks back on. A report.
-- Written by: python -m shared.processors.queries docs/monitoring/queries
-- bq query --use_legacy_sql=false --max_rows=10000 --parameter=start_date:DATE:2024-11-08 --parameter=end_date:DATE:2024-11-14 < docs/monitoring/queries/blocking_dates.sql
SELECT
  m.target_date,
  m.missing_date,
  COUNT(DISTINCT m.team) AS teams_playing,
  COUNT(DISTINCT IF(m.missing_date > COALESCE(p.tenth_last_game, m.season_start), p.player_id, NULL)) AS players_blocked,
  COUNT(DISTINCT IF(m.games_since < 15, m.team, NULL)) AS teams_blocked
FROM (
  SELECT
    t.game_date AS target_date,
    t.team,
    s.game_date AS missing_date,
    DATE_SUB(@start_date, INTERVAL 366 DAY) AS season_start,
    COUNT(DISTINCT k.game_date) AS games_since
  FROM (
    SELECT season, game_date, home_team AS team
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    UNION ALL
    SELECT season, game_date, away_team AS team
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
  ) AS t
  INNER JOIN nba_raw.schedule AS s
    ON s.season = t.season AND s.game_date < t.game_date AND (s.home_team = t.team OR s.away_team = t.team)
  LEFT JOIN (
    SELECT DISTINCT game_date
    FROM nba_analytics.player_game_summary
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
  ) AS f
    ON f.game_date = s.game_date
  LEFT JOIN (
    SELECT DISTINCT game_date, team
    FROM nba_analytics.player_game_summary
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
  ) AS k
    ON k.team = t.team AND k.game_date > s.game_date AND k.game_date < t.game_date
  WHERE s.game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
    AND f.game_date IS NULL
  GROUP BY t.game_date, t.team, s.game_date
) AS m
LEFT JOIN (
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
) AS p
  ON p.game_date = m.target_date AND p.team = m.team
GROUP BY m.target_date, m.missing_date
ORDER BY m.target_date, m.missing_date
