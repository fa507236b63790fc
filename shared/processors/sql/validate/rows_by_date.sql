-- One row: one game date of the schedule and a table: its rows, and how many the schedule or the listing asks for.
-- Inputs: nba_raw.schedule, nba_raw.player_boxscores; the processor's table, in the place of checked_table; the rows
--   asked for, expected_rows, of d.games and d.listed.
SELECT
  d.game_date,
  phase_number AS phase,
  'processor_name' AS processor,
  d.games,
  COALESCE(t.row_count, 0) AS row_count,
  expected_rows AS expected
FROM (
  SELECT
    s.game_date,
    s.games,
    COALESCE(b.listed, 0) AS listed
  FROM (
    SELECT game_date, COUNT(*) AS games
    FROM nba_raw.schedule
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS s
  LEFT JOIN (
    SELECT game_date, COUNT(*) AS listed
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
  ) AS b
    ON b.game_date = s.game_date
) AS d
LEFT JOIN (
  SELECT game_date, COUNT(*) AS row_count
  FROM checked_table
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
) AS t
  ON t.game_date = d.game_date
