-- One row: one side of a game that a table has on a date on which the schedule has not.
-- Inputs: nba_raw.schedule, a year to either side; the processor's table, in the place of checked_table; what names a
--   side there, side_text, and in the schedule, home_text and away_text; the date it is scheduled on, scheduled_date.
SELECT
  phase_number AS phase,
  'processor_name' AS processor,
  t.game_date,
  'finding_kind' AS kind,
  t.side AS entity,
  CONCAT(
    CAST(t.row_count AS STRING),
    ' rows; ',
    COALESCE(CONCAT('scheduled on ', CAST(scheduled_date AS STRING)), 'not scheduled on this date')
  ) AS detail
FROM (
  SELECT
    game_date,
    side_text AS side,
    COUNT(*) AS row_count
  FROM checked_table
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date, side_text
) AS t
LEFT JOIN (
  SELECT game_date, home_text AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
  UNION ALL
  SELECT game_date, away_text AS side
  FROM nba_raw.schedule
  WHERE game_date BETWEEN @start_date AND @end_date
) AS s
  ON s.game_date = t.game_date AND s.side = t.side
LEFT JOIN (
  SELECT side, MIN(game_date) AS scheduled_on
  FROM (
    SELECT game_date, home_text AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
    UNION ALL
    SELECT game_date, away_text AS side
    FROM nba_raw.schedule
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND DATE_ADD(@end_date, INTERVAL 366 DAY)
  )
  GROUP BY side
) AS o
  ON o.side = t.side
WHERE s.side IS NULL
