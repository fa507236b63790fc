-- One row: one game from @start_date to @end_date that a player was listed in; with 0 minutes he did not play.
-- Inputs: nba_analytics.player_game_summary.
SELECT
  game_date,
  game_id,
  player_name,
  team,
  opponent,
  is_home,
  minutes,
  points
FROM nba_analytics.player_game_summary
WHERE player_id = @player_id AND game_date BETWEEN @start_date AND @end_date
ORDER BY game_date, game_id
