-- One row: one listed player without a row, or a row of a player who is not listed or listed for another team, on a
--   date of which the table has rows.
-- Inputs: nba_raw.player_boxscores; the processor's table, in the place of checked_table.
SELECT
  phase_number AS phase,
  'processor_name' AS processor,
  COALESCE(b.game_date, t.game_date) AS game_date,
  CASE
    WHEN t.player_id IS NULL THEN 'missing_entity'
    WHEN b.player_id IS NULL THEN 'unexpected_entity'
    ELSE 'mismatch'
  END AS kind,
  COALESCE(
    CONCAT(b.player_name, ' (', CAST(b.player_id AS STRING), ') ', b.team),
    CONCAT(CAST(t.player_id AS STRING), ' ', t.team)
  ) AS entity,
  CASE
    WHEN t.player_id IS NULL THEN CONCAT('listed with ', CAST(b.minutes AS STRING), ' minutes, no row')
    WHEN b.player_id IS NULL THEN 'a row, and not listed in the box score'
    ELSE CONCAT('here for ', t.team, ', listed for ', b.team)
  END AS detail
FROM (
  SELECT game_date, player_id, player_name, team, minutes
  FROM nba_raw.player_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
    AND game_date IN (SELECT game_date FROM checked_table WHERE game_date BETWEEN @start_date AND @end_date)
) AS b
FULL JOIN (
  SELECT game_date, player_id, team
  FROM checked_table
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = b.game_date AND t.player_id = b.player_id
WHERE t.player_id IS NULL OR b.player_id IS NULL OR t.team <> b.team
