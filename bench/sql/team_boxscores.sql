-- Every row of nba_raw.team_boxscores at once: one row a team-game. DuckDB.
-- The per-date statement gives its rows the target's date; here the game's own date is read.
WITH players AS (
  SELECT
    game_id, team, SUM(minutes) AS minutes, SUM(points) AS points, SUM(fgm) AS fgm, SUM(fga) AS fga,
    SUM(fg3m) AS fg3m, SUM(fg3a) AS fg3a, SUM(ftm) AS ftm, SUM(fta) AS fta, SUM(oreb) AS oreb, SUM(dreb) AS dreb,
    SUM(reb) AS reb, SUM(ast) AS ast, SUM(stl) AS stl, SUM(blk) AS blk, SUM(tov) AS tov, SUM(pf) AS pf
  FROM nba_raw.player_boxscores
  GROUP BY game_id, team
),
sides AS (
  SELECT game_date, game_id, home_team AS team, away_team AS opponent, TRUE AS is_home, home_score - away_score AS margin
  FROM nba_raw.games
  UNION ALL
  SELECT game_date, game_id, away_team, home_team, FALSE, away_score - home_score
  FROM nba_raw.games
)
SELECT
  $season AS season, s.game_date, s.team, s.opponent, s.is_home, s.margin > 0 AS win, s.margin AS plus_minus,
  p.* EXCLUDE (team)
FROM sides AS s
INNER JOIN players AS p
  ON p.game_id = s.game_id AND p.team = s.team
