-- windows: games used and windows that a recount does not confirm. One row is one finding (phase, processor, game_date, kind, entity, detail); no row: nothing was found.
-- Written by: python -m shared.processors.queries docs/monitoring/queries
-- bq query --use_legacy_sql=false --max_rows=10000 --parameter=start_date:DATE:2024-11-08 --parameter=end_date:DATE:2024-11-14 < docs/monitoring/queries/windows.sql
SELECT phase, processor, game_date, kind, entity, detail
FROM (
SELECT
  4 AS phase,
  'player_shot_zone_analysis' AS processor,
  game_date,
  'window' AS kind,
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
      CAST(t.player_id AS STRING) AS entity,
      t.games_used,
      t.window_start,
      t.window_end,
      t.is_cut,
      IF(t.is_cut, COUNTIF(h.game_date >= t.window_start), LEAST(COUNT(h.game_date), 10)) AS games,
      COUNT(h.game_date) AS all_games,
      IF(t.is_cut AND t.window_start IS NULL, NULL, MAX(h.game_date)) AS last_game
    FROM (
      SELECT
        c.game_date,
        s.season,
        c.player_id,
        c.games_used,
        c.window_start,
        c.window_end,
        COALESCE(c.shortage_reason, '') IN ('capped', 'missing_data') AS is_cut
      FROM nba_precompute.player_shot_zone_analysis AS c
      INNER JOIN (
        SELECT DISTINCT season, game_date
        FROM nba_raw.schedule
        WHERE game_date BETWEEN @start_date AND @end_date
      ) AS s
        ON s.game_date = c.game_date
      WHERE c.game_date BETWEEN @start_date AND @end_date
        AND TRUE
    ) AS t
    LEFT JOIN (
      SELECT season, game_date, player_id
      FROM nba_analytics.player_game_summary
      WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
        AND minutes > 0
    ) AS h
      ON h.player_id = t.player_id AND h.season = t.season AND h.game_date < t.game_date
    GROUP BY t.game_date, t.season, t.player_id, t.games_used, t.window_start, t.window_end, t.is_cut
  ) AS r
  LEFT JOIN (
    SELECT
      season,
      game_date,
      CAST(player_id AS STRING) AS entity,
      ROW_NUMBER() OVER (PARTITION BY season, player_id ORDER BY game_date) AS place
    FROM nba_analytics.player_game_summary
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
      AND minutes > 0
  ) AS f
    ON f.season = r.season AND f.entity = r.entity AND f.place = GREATEST(r.all_games - 10 + 1, 1)
  WHERE r.games_used <> r.games
    OR r.window_end IS DISTINCT FROM r.last_game
    OR (NOT r.is_cut AND r.window_start IS DISTINCT FROM IF(r.all_games = 0, NULL, f.game_date))
)
GROUP BY game_date
UNION ALL
SELECT
  4 AS phase,
  'team_defense_zone_analysis' AS processor,
  game_date,
  'window' AS kind,
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
      CAST(t.team AS STRING) AS entity,
      t.games_used,
      t.window_start,
      t.window_end,
      t.is_cut,
      IF(t.is_cut, COUNTIF(h.game_date >= t.window_start), LEAST(COUNT(h.game_date), 15)) AS games,
      COUNT(h.game_date) AS all_games,
      IF(t.is_cut AND t.window_start IS NULL, NULL, MAX(h.game_date)) AS last_game
    FROM (
      SELECT
        c.game_date,
        s.season,
        c.team,
        c.games_used,
        c.window_start,
        c.window_end,
        COALESCE(c.shortage_reason, '') IN ('capped', 'missing_data') AS is_cut
      FROM nba_precompute.team_defense_zone_analysis AS c
      INNER JOIN (
        SELECT DISTINCT season, game_date
        FROM nba_raw.schedule
        WHERE game_date BETWEEN @start_date AND @end_date
      ) AS s
        ON s.game_date = c.game_date
      WHERE c.game_date BETWEEN @start_date AND @end_date
        AND TRUE
    ) AS t
    LEFT JOIN (
      SELECT season, game_date, team
      FROM nba_analytics.team_defense_game_summary
      WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
        AND TRUE
    ) AS h
      ON h.team = t.team AND h.season = t.season AND h.game_date < t.game_date
    GROUP BY t.game_date, t.season, t.team, t.games_used, t.window_start, t.window_end, t.is_cut
  ) AS r
  LEFT JOIN (
    SELECT
      season,
      game_date,
      CAST(team AS STRING) AS entity,
      ROW_NUMBER() OVER (PARTITION BY season, team ORDER BY game_date) AS place
    FROM nba_analytics.team_defense_game_summary
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
      AND TRUE
  ) AS f
    ON f.season = r.season AND f.entity = r.entity AND f.place = GREATEST(r.all_games - 15 + 1, 1)
  WHERE r.games_used <> r.games
    OR r.window_end IS DISTINCT FROM r.last_game
    OR (NOT r.is_cut AND r.window_start IS DISTINCT FROM IF(r.all_games = 0, NULL, f.game_date))
)
GROUP BY game_date
UNION ALL
SELECT
  4 AS phase,
  'player_composite_factors' AS processor,
  game_date,
  'window' AS kind,
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
      CAST(t.player_id AS STRING) AS entity,
      t.games_used,
      t.window_start,
      t.window_end,
      t.is_cut,
      IF(t.is_cut, COUNTIF(h.game_date >= t.window_start), LEAST(COUNT(h.game_date), 10)) AS games,
      COUNT(h.game_date) AS all_games,
      IF(t.is_cut AND t.window_start IS NULL, NULL, MAX(h.game_date)) AS last_game
    FROM (
      SELECT
        c.game_date,
        s.season,
        c.player_id,
        c.games_used,
        c.window_start,
        c.window_end,
        COALESCE(c.shortage_reason, '') IN ('capped', 'missing_data') AS is_cut
      FROM nba_precompute.player_composite_factors AS c
      INNER JOIN (
        SELECT DISTINCT season, game_date
        FROM nba_raw.schedule
        WHERE game_date BETWEEN @start_date AND @end_date
      ) AS s
        ON s.game_date = c.game_date
      WHERE c.game_date BETWEEN @start_date AND @end_date
        AND TRUE
    ) AS t
    LEFT JOIN (
      SELECT season, game_date, player_id
      FROM nba_analytics.player_game_summary
      WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
        AND minutes > 0
    ) AS h
      ON h.player_id = t.player_id AND h.season = t.season AND h.game_date < t.game_date
    GROUP BY t.game_date, t.season, t.player_id, t.games_used, t.window_start, t.window_end, t.is_cut
  ) AS r
  LEFT JOIN (
    SELECT
      season,
      game_date,
      CAST(player_id AS STRING) AS entity,
      ROW_NUMBER() OVER (PARTITION BY season, player_id ORDER BY game_date) AS place
    FROM nba_analytics.player_game_summary
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
      AND minutes > 0
  ) AS f
    ON f.season = r.season AND f.entity = r.entity AND f.place = GREATEST(r.all_games - 10 + 1, 1)
  WHERE r.games_used <> r.games
    OR r.window_end IS DISTINCT FROM r.last_game
    OR (NOT r.is_cut AND r.window_start IS DISTINCT FROM IF(r.all_games = 0, NULL, f.game_date))
)
GROUP BY game_date
UNION ALL
SELECT
  4 AS phase,
  'player_daily_cache' AS processor,
  game_date,
  'window' AS kind,
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
      CAST(t.player_id AS STRING) AS entity,
      t.games_used,
      t.window_start,
      t.window_end,
      t.is_cut,
      IF(t.is_cut, COUNTIF(h.game_date >= t.window_start), LEAST(COUNT(h.game_date), 10)) AS games,
      COUNT(h.game_date) AS all_games,
      IF(t.is_cut AND t.window_start IS NULL, NULL, MAX(h.game_date)) AS last_game
    FROM (
      SELECT
        c.game_date,
        s.season,
        c.player_id,
        c.games_used,
        c.window_start,
        c.window_end,
        COALESCE(c.shortage_reason, '') IN ('capped', 'missing_data') AS is_cut
      FROM nba_precompute.player_daily_cache AS c
      INNER JOIN (
        SELECT DISTINCT season, game_date
        FROM nba_raw.schedule
        WHERE game_date BETWEEN @start_date AND @end_date
      ) AS s
        ON s.game_date = c.game_date
      WHERE c.game_date BETWEEN @start_date AND @end_date
        AND TRUE
    ) AS t
    LEFT JOIN (
      SELECT season, game_date, player_id
      FROM nba_analytics.player_game_summary
      WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
        AND minutes > 0
    ) AS h
      ON h.player_id = t.player_id AND h.season = t.season AND h.game_date < t.game_date
    GROUP BY t.game_date, t.season, t.player_id, t.games_used, t.window_start, t.window_end, t.is_cut
  ) AS r
  LEFT JOIN (
    SELECT
      season,
      game_date,
      CAST(player_id AS STRING) AS entity,
      ROW_NUMBER() OVER (PARTITION BY season, player_id ORDER BY game_date) AS place
    FROM nba_analytics.player_game_summary
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
      AND minutes > 0
  ) AS f
    ON f.season = r.season AND f.entity = r.entity AND f.place = GREATEST(r.all_games - 10 + 1, 1)
  WHERE r.games_used <> r.games
    OR r.window_end IS DISTINCT FROM r.last_game
    OR (NOT r.is_cut AND r.window_start IS DISTINCT FROM IF(r.all_games = 0, NULL, f.game_date))
)
GROUP BY game_date
UNION ALL
SELECT
  4 AS phase,
  'player_season_profile' AS processor,
  game_date,
  'window' AS kind,
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
      CAST(t.player_id AS STRING) AS entity,
      t.games_used,
      t.window_start,
      t.window_end,
      t.is_cut,
      IF(t.is_cut, COUNTIF(h.game_date >= t.window_start), LEAST(COUNT(h.game_date), 110)) AS games,
      COUNT(h.game_date) AS all_games,
      IF(t.is_cut AND t.window_start IS NULL, NULL, MAX(h.game_date)) AS last_game
    FROM (
      SELECT
        c.game_date,
        s.season,
        c.player_id,
        c.games_used,
        c.window_start,
        c.window_end,
        COALESCE(c.shortage_reason, '') IN ('capped', 'missing_data') AS is_cut
      FROM nba_precompute.player_season_profile AS c
      INNER JOIN (
        SELECT DISTINCT season, game_date
        FROM nba_raw.schedule
        WHERE game_date BETWEEN @start_date AND @end_date
      ) AS s
        ON s.game_date = c.game_date
      WHERE c.game_date BETWEEN @start_date AND @end_date
        AND c.quality_score = 100
    ) AS t
    LEFT JOIN (
      SELECT season, game_date, player_id
      FROM nba_analytics.player_game_summary
      WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
        AND minutes > 0
    ) AS h
      ON h.player_id = t.player_id AND h.season = t.season AND h.game_date < t.game_date
    GROUP BY t.game_date, t.season, t.player_id, t.games_used, t.window_start, t.window_end, t.is_cut
  ) AS r
  LEFT JOIN (
    SELECT
      season,
      game_date,
      CAST(player_id AS STRING) AS entity,
      ROW_NUMBER() OVER (PARTITION BY season, player_id ORDER BY game_date) AS place
    FROM nba_analytics.player_game_summary
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
      AND minutes > 0
  ) AS f
    ON f.season = r.season AND f.entity = r.entity AND f.place = GREATEST(r.all_games - 110 + 1, 1)
  WHERE r.games_used <> r.games
    OR r.window_end IS DISTINCT FROM r.last_game
    OR (NOT r.is_cut AND r.window_start IS DISTINCT FROM IF(r.all_games = 0, NULL, f.game_date))
)
GROUP BY game_date
UNION ALL
SELECT
  5 AS phase,
  'ml_feature_store' AS processor,
  game_date,
  'window' AS kind,
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
      CAST(t.player_id AS STRING) AS entity,
      t.games_used,
      t.window_start,
      t.window_end,
      t.is_cut,
      IF(t.is_cut, COUNTIF(h.game_date >= t.window_start), LEAST(COUNT(h.game_date), 10)) AS games,
      COUNT(h.game_date) AS all_games,
      IF(t.is_cut AND t.window_start IS NULL, NULL, MAX(h.game_date)) AS last_game
    FROM (
      SELECT
        c.game_date,
        s.season,
        c.player_id,
        c.games_used,
        c.window_start,
        c.window_end,
        COALESCE(c.shortage_reason, '') IN ('capped', 'missing_data') AS is_cut
      FROM nba_predictions.ml_feature_store AS c
      INNER JOIN (
        SELECT DISTINCT season, game_date
        FROM nba_raw.schedule
        WHERE game_date BETWEEN @start_date AND @end_date
      ) AS s
        ON s.game_date = c.game_date
      WHERE c.game_date BETWEEN @start_date AND @end_date
        AND TRUE
    ) AS t
    LEFT JOIN (
      SELECT season, game_date, player_id
      FROM nba_analytics.player_game_summary
      WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
        AND minutes > 0
    ) AS h
      ON h.player_id = t.player_id AND h.season = t.season AND h.game_date < t.game_date
    GROUP BY t.game_date, t.season, t.player_id, t.games_used, t.window_start, t.window_end, t.is_cut
  ) AS r
  LEFT JOIN (
    SELECT
      season,
      game_date,
      CAST(player_id AS STRING) AS entity,
      ROW_NUMBER() OVER (PARTITION BY season, player_id ORDER BY game_date) AS place
    FROM nba_analytics.player_game_summary
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
      AND minutes > 0
  ) AS f
    ON f.season = r.season AND f.entity = r.entity AND f.place = GREATEST(r.all_games - 10 + 1, 1)
  WHERE r.games_used <> r.games
    OR r.window_end IS DISTINCT FROM r.last_game
    OR (NOT r.is_cut AND r.window_start IS DISTINCT FROM IF(r.all_games = 0, NULL, f.game_date))
)
GROUP BY game_date
UNION ALL
SELECT
  5 AS phase,
  'player_points_predictions' AS processor,
  game_date,
  'window' AS kind,
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
      CAST(t.player_id AS STRING) AS entity,
      t.games_used,
      t.window_start,
      t.window_end,
      t.is_cut,
      IF(t.is_cut, COUNTIF(h.game_date >= t.window_start), LEAST(COUNT(h.game_date), 10)) AS games,
      COUNT(h.game_date) AS all_games,
      IF(t.is_cut AND t.window_start IS NULL, NULL, MAX(h.game_date)) AS last_game
    FROM (
      SELECT
        c.game_date,
        s.season,
        c.player_id,
        c.games_used,
        c.window_start,
        c.window_end,
        COALESCE(c.shortage_reason, '') IN ('capped', 'missing_data') AS is_cut
      FROM nba_predictions.player_points_predictions AS c
      INNER JOIN (
        SELECT DISTINCT season, game_date
        FROM nba_raw.schedule
        WHERE game_date BETWEEN @start_date AND @end_date
      ) AS s
        ON s.game_date = c.game_date
      WHERE c.game_date BETWEEN @start_date AND @end_date
        AND TRUE
    ) AS t
    LEFT JOIN (
      SELECT season, game_date, player_id
      FROM nba_analytics.player_game_summary
      WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
        AND minutes > 0
    ) AS h
      ON h.player_id = t.player_id AND h.season = t.season AND h.game_date < t.game_date
    GROUP BY t.game_date, t.season, t.player_id, t.games_used, t.window_start, t.window_end, t.is_cut
  ) AS r
  LEFT JOIN (
    SELECT
      season,
      game_date,
      CAST(player_id AS STRING) AS entity,
      ROW_NUMBER() OVER (PARTITION BY season, player_id ORDER BY game_date) AS place
    FROM nba_analytics.player_game_summary
    WHERE game_date BETWEEN DATE_SUB(@start_date, INTERVAL 366 DAY) AND @end_date
      AND minutes > 0
  ) AS f
    ON f.season = r.season AND f.entity = r.entity AND f.place = GREATEST(r.all_games - 10 + 1, 1)
  WHERE r.games_used <> r.games
    OR r.window_end IS DISTINCT FROM r.last_game
    OR (NOT r.is_cut AND r.window_start IS DISTINCT FROM IF(r.all_games = 0, NULL, f.game_date))
)
GROUP BY game_date
)
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY phase, processor, game_date, kind ORDER BY entity, detail) <= 25
ORDER BY phase, processor, game_date, kind, entity, detail
LIMIT 10000
