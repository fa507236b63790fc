-- One row: one team in one game of @game_date, what its opponent did against it.
-- Inputs: nba_analytics.team_offense_game_summary (own row: possessions and pace; the opponent's row: all the rest).
-- Blocks by zone are the opponent's blocked attempts; defensive_rating = the opponent's offensive rating.
SELECT
  d.season,
  d.game_date,
  d.game_id,
  d.team,
  d.opponent,
  d.is_home,
  d.win,
  d.minutes,
  o.points AS points_allowed,
  o.fgm AS opponent_fgm,
  o.fga AS opponent_fga,
  o.fg3m AS opponent_fg3m,
  o.fg3a AS opponent_fg3a,
  o.fta AS opponent_fta,
  o.tov AS opponent_tov,
  o.paint_attempts AS paint_attempts_allowed,
  o.paint_makes AS paint_makes_allowed,
  o.mid_range_attempts AS mid_range_attempts_allowed,
  o.mid_range_makes AS mid_range_makes_allowed,
  o.three_pt_attempts AS three_pt_attempts_allowed,
  o.three_pt_makes AS three_pt_makes_allowed,
  o.paint_attempts_blocked AS paint_blocks,
  o.mid_range_attempts_blocked AS mid_range_blocks,
  o.three_pt_attempts_blocked AS three_pt_blocks,
  d.game_possessions,
  d.pace,
  o.offensive_rating AS defensive_rating,
  o.efg_pct AS opponent_efg_pct
FROM nba_analytics.team_offense_game_summary AS d
INNER JOIN nba_analytics.team_offense_game_summary AS o
  ON o.game_date = @game_date AND o.game_id = d.game_id AND o.team = d.opponent
WHERE d.game_date = @game_date
