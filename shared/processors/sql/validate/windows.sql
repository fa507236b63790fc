-- One row: one date of a table of which rows do not say the games that their entity had before it: recounted, the last
--   games_wanted of them in the season, or, of a row with the reason capped or missing_data, those since its window_start.
-- Inputs: nba_raw.schedule (a date's season); the games, in the place of history_table, those that history_counts; the
--   processor's table, in the place of checked_table, its rows that row_counts, by entity_column.
SELECT
  phase_number AS phase,
  'processor_name' AS processor,
  game_date,
  'finding_kind' AS kind,
  '' AS entity,
  CONCAT(CAST(COUNT(*) AS STRING), ' rows, the first ', MIN(difference)) AS detail
FROM (
  SELECT
    r.game_date,
    CONCAT(
      r.entity,
      ': ',
      CAST(r.games_used AS STRING),
      ' games ',
      COALESCE(CAST(r.window_start AS STRING), 'none'),
      '..',
      COALESCE(CAST(r.window_end AS STRING), 'none'),
      ', recounted ',
      CAST(r.games AS STRING),
      ' games ',
      COALESCE(CAST(IF(r.is_cut, r.window_start, IF(r.all_games = 0, NULL, f.game_date)) AS STRING), 'none'),
      '..',
      COALESCE(CAST(r.last_game AS STRING), 'none')
    ) AS difference
  FROM (
    SELECT
      t.game_date,
      t.season,
      CAST(t.entity_column AS STRING) AS entity,
      t.games_used,
      t.window_start,
      t.window_end,
      t.is_cut,
      IF(t.is_cut, COUNTIF(h.game_date >= t.window_start), LEAST(COUNT(h.game_date), games_wanted)) AS games,
      COUNT(h.game_date) AS all_games,
      IF(t.is_cut AND t.window_start IS NULL, NULL, MAX(h.game_date)) AS last_game
    FROM (
      SELECT
        c.game_date,
        s.season,
        c.entity_column,
        c.games_used,
        c.window_start,
        c.window_end,
        COALESCE(c.shortage_reason, '') IN ('capped', 'missing_data') AS is_cut
      FROM checked_table AS c
      INNER JOIN (
        SELECT DISTINCT season, game_date
        FROM nba_raw.schedule
        WHERE game_date BETWEEN @start_date AND @end_date
      ) AS s
        ON s.game_date = c.game_date
      WHERE c.game_date BETWEEN @start_date AND @end_date
        AND row_counts
    ) AS t
    LEFT JOIN (
      SELECT season, game_date, entity_column
      FROM history_table
      WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
        AND history_counts
    ) AS h
      ON h.entity_column = t.entity_column AND h.season = t.season AND h.game_date < t.game_date
    GROUP BY t.game_date, t.season, t.entity_column, t.games_used, t.window_start, t.window_end, t.is_cut
  ) AS r
  LEFT JOIN (
    SELECT
      season,
      game_date,
      CAST(entity_column AS STRING) AS entity,
      ROW_NUMBER() OVER (PARTITION BY season, entity_column ORDER BY game_date) AS place
    FROM history_table
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
      AND history_counts
  ) AS f
    ON f.season = r.season AND f.entity = r.entity AND f.place = GREATEST(r.all_games - games_wanted + 1, 1)
  WHERE r.games_used <> r.games
    OR r.window_end IS DISTINCT FROM r.last_game
    OR (NOT r.is_cut AND r.window_start IS DISTINCT FROM IF(r.all_games = 0, NULL, f.game_date))
)
GROUP BY game_date
