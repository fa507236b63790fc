-- One row: one scheduled game without a row, on a date of which the table has others.
-- Inputs: nba_raw.schedule; the processor's table, in the place of checked_table.
SELECT
  phase_number AS phase,
  'processor_name' AS processor,
  s.game_date,
  'finding_kind' AS kind,
  CONCAT(s.game_id, ' ', s.away_team, ' at ', s.home_team) AS entity,
  'scheduled, no row' AS detail
FROM nba_raw.schedule AS s
LEFT JOIN (
  SELECT game_date, game_id
  FROM checked_table
  WHERE game_date BETWEEN @start_date AND @end_date
) AS t
  ON t.game_date = s.game_date AND t.game_id = s.game_id
WHERE s.game_date BETWEEN @start_date AND @end_date
  AND t.game_id IS NULL
  AND s.game_date IN (SELECT game_date FROM checked_table WHERE game_date BETWEEN @start_date AND @end_date)
