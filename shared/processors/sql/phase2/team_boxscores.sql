-- One row: one team in one game of @game_date.
-- Inputs: nba_raw.player_boxscores (counts and minutes are sums over the team's listed players),
--   nba_raw.games (the two scores decide `win` and `plus_minus`).
-- Minutes are whole minutes a player, so a team's are near 240, not exactly it.
WITH players AS (
  SELECT
    game_id,
    team,
    SUM(minutes) AS minutes,
    SUM(points) AS points,
    SUM(fgm) AS fgm,
    SUM(fga) AS fga,
    SUM(fg3m) AS fg3m,
    SUM(fg3a) AS fg3a,
    SUM(ftm) AS ftm,
    SUM(fta) AS fta,
    SUM(oreb) AS oreb,
    SUM(dreb) AS dreb,
    SUM(reb) AS reb,
    SUM(ast) AS ast,
    SUM(stl) AS stl,
    SUM(blk) AS blk,
    SUM(tov) AS tov,
    SUM(pf) AS pf
  FROM nba_raw.player_boxscores
  WHERE game_date = @game_date
  GROUP BY game_id, team
),
sides AS (
  SELECT game_id, home_team AS team, away_team AS opponent, TRUE AS is_home, home_score - away_score AS margin
  FROM nba_raw.games
  WHERE game_date = @game_date
  UNION ALL
  SELECT game_id, away_team AS team, home_team AS opponent, FALSE AS is_home, away_score - home_score AS margin
  FROM nba_raw.games
  WHERE game_date = @game_date
)
SELECT
  @season AS season,
  @game_date AS game_date,
  s.game_id,
  s.team,
  s.opponent,
  s.is_home,
  s.margin > 0 AS win,
  p.minutes,
  p.points,
  p.fgm,
  p.fga,
  p.fg3m,
  p.fg3a,
  p.ftm,
  p.fta,
  p.oreb,
  p.dreb,
  p.reb,
  p.ast,
  p.stl,
  p.blk,
  p.tov,
  p.pf,
  s.margin AS plus_minus
FROM sides AS s
INNER JOIN players AS p
  ON p.game_id = s.game_id AND p.team = s.team
