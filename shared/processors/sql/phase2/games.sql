-- One row: one game played on @game_date.
-- Inputs: landing.games. Every landed row is kept, so that the audit sees a row of a wrong date.
SELECT
  @season AS season,
  game_id,
  game_date,
  home_team,
  away_team,
  home_team_name,
  away_team_name,
  home_score,
  away_score
FROM landing.games
