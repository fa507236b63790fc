-- One row: one team in one game of @game_date, its own shooting.
-- Inputs: nba_raw.team_boxscores (own and the opponent's), nba_analytics.player_game_summary (zones, summed over players).
-- possessions = fga + 0.44 fta - oreb + tov; game_possessions = mean of both teams' (as basketball-reference.com).
-- pace = 48 game_possessions / (minutes / 5); offensive_rating = 100 points / game_possessions.
-- Possessions are summed in hundredths, as integers; a game's possessions are whole 200ths.
WITH box AS (
  SELECT
    *,
    100 * fga + 44 * fta - 100 * oreb + 100 * tov AS possessions_100
  FROM nba_raw.team_boxscores
  WHERE game_date = @game_date
),
zones AS (
  SELECT
    game_id,
    team,
    SUM(paint_attempts) AS paint_attempts,
    SUM(paint_makes) AS paint_makes,
    SUM(mid_range_attempts) AS mid_range_attempts,
    SUM(mid_range_makes) AS mid_range_makes,
    SUM(three_pt_attempts) AS three_pt_attempts,
    SUM(three_pt_makes) AS three_pt_makes,
    SUM(paint_attempts_blocked) AS paint_attempts_blocked,
    SUM(mid_range_attempts_blocked) AS mid_range_attempts_blocked,
    SUM(three_pt_attempts_blocked) AS three_pt_attempts_blocked,
    SUM(assisted_fg_makes) AS assisted_fg_makes,
    SUM(unassisted_fg_makes) AS unassisted_fg_makes
  FROM nba_analytics.player_game_summary
  WHERE game_date = @game_date
  GROUP BY game_id, team
)
SELECT
  b.season,
  b.game_date,
  b.game_id,
  b.team,
  b.opponent,
  b.is_home,
  b.win,
  b.minutes,
  b.points,
  b.fgm,
  b.fga,
  b.fg3m,
  b.fg3a,
  b.ftm,
  b.fta,
  b.oreb,
  b.dreb,
  b.reb,
  b.ast,
  b.stl,
  b.blk,
  b.tov,
  b.pf,
  z.paint_attempts,
  z.paint_makes,
  z.mid_range_attempts,
  z.mid_range_makes,
  z.three_pt_attempts,
  z.three_pt_makes,
  z.paint_attempts_blocked,
  z.mid_range_attempts_blocked,
  z.three_pt_attempts_blocked,
  z.assisted_fg_makes,
  z.unassisted_fg_makes,
  SAFE_DIVIDE(b.possessions_100, 100) AS possessions,
  SAFE_DIVIDE(b.possessions_100 + o.possessions_100, 200) AS game_possessions,
  SAFE_DIVIDE(6 * (b.possessions_100 + o.possessions_100), 5 * b.minutes) AS pace,
  SAFE_DIVIDE(20000 * b.points, b.possessions_100 + o.possessions_100) AS offensive_rating,
  SAFE_DIVIDE(50 * b.points, 100 * b.fga + 44 * b.fta) AS ts_pct,
  SAFE_DIVIDE(2 * b.fgm + b.fg3m, 2 * b.fga) AS efg_pct
FROM box AS b
INNER JOIN box AS o
  ON o.game_id = b.game_id AND o.team = b.opponent
INNER JOIN zones AS z
  ON z.game_id = b.game_id AND z.team = b.team
