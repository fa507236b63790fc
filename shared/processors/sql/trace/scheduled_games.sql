-- One row: one game of the schedule from @start_date to @end_date.
-- Inputs: nba_raw.schedule.
SELECT
  season,
  game_id,
  game_date,
  home_team,
  away_team,
  home_team_name,
  away_team_name
FROM nba_raw.schedule
WHERE game_date BETWEEN @start_date AND @end_date
ORDER BY game_date, game_id
