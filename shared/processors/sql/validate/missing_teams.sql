-- One row: one team with a scheduled game and without any row, on a date of which the table has others.
-- Inputs: nba_raw.schedule; the processor's table, in the place of checked_table.
SELECT
  phase_number AS phase,
  'processor_name' AS processor,
  s.game_date,
  'finding_kind' AS kind,
  s.team AS entity,
  CONCAT('plays ', s.opponent, ' in ', s.game_id, ', no row') AS detail
FROM (
  SELECT game_date, game_id, home_team AS team, away_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, game_id, away_team AS team, home_team AS opponent
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
LEFT JOIN (
  SELECT DISTINCT game_date, team
  FROM checked_table
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.team = s.team
WHERE t.team IS NULL
  AND s.game_date IN (SELECT game_date FROM checked_table WHERE game_date BETWEEN @start_date AND @end_date)
