-- One row: one player listed on @game_date, and whether he played (more than 0 minutes).
-- Inputs: nba_analytics.player_game_summary.
SELECT
  player_id,
  team,
  minutes > 0 AS played
FROM nba_analytics.player_game_summary
WHERE game_date = @game_date
ORDER BY player_id, team
