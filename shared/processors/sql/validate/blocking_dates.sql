-- One row: one game date without Phase 3 that a target date looks back on, and for how many of its players and teams.
-- Inputs: nba_raw.schedule, nba_raw.player_boxscores (who is listed on the target),
--   nba_analytics.player_game_summary (who played before it).
-- A date blocks a player when his team of the target plays on it, and it lies after his tenth last game that is there,
--   or he has not ten; it blocks a team when it has not 15 games that are there since. What the coordinator waits for
--   also follows players through their former teams: `backfill explain` names that exactly.
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
history_available
) AS p
  ON p.game_date = m.target_date AND p.team = m.team
GROUP BY m.target_date, m.missing_date
ORDER BY m.target_date, m.missing_date
