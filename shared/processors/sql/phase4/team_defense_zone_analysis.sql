-- One row: one team of target @game_date, what its opponents did over its last 15 games before it.
-- Inputs: nba_analytics.team_defense_game_summary from @season_start to the day before @game_date.
-- A game counts on or after the team's floor and on a date that is not hidden.
-- *_pct_allowed are 0-1 and pooled (makes / attempts), per_game is a game's mean, defensive rating and pace are pooled:
--   100 points / possessions and 48 possessions / (minutes / 5), possessions in whole 200ths (see team_offense_game_summary).
-- league_*: the same, pooled over every team-game of visible dates in [window_start, @game_date), the team's own window.
-- *_defense_vs_league: percentage points, 100 (allowed - league); below 0 is a better defence than the league's.
-- strongest_zone is the lowest, weakest_zone the highest of the three; a zone nobody shot from counts as 0. Ties: the
--   strongest is the first and the weakest the last of paint, mid_range, perimeter; all three equal gives NULL.
-- Short history (needed 15, minimum 8), by @early_season:
--   degrade: every team has a row, from the games there are; skip: no row below 8 games;
--   defaults: below 8 games the team is taken for the league's mean over every visible team-game since @season_start, or
--   for PRIOR when there is none, so it differs from the league by 0; quality_score stays its own.
-- PRIOR: 968 team-games of 2024-10-22..2024-12-31 of the sample season, per 100 games, rounded.
WITH teams AS (
  SELECT t.team, t.opponent, t.floor, t.shortage, t.team_games
  FROM UNNEST(@teams) AS t
),
visible AS (
  SELECT
    game_date,
    team,
    minutes,
    points_allowed,
    paint_attempts_allowed,
    paint_makes_allowed,
    mid_range_attempts_allowed,
    mid_range_makes_allowed,
    three_pt_attempts_allowed,
    three_pt_makes_allowed,
    paint_blocks,
    mid_range_blocks,
    three_pt_blocks,
    CAST(ROUND(game_possessions * 200) AS INT64) AS possessions_200
  FROM nba_analytics.team_defense_game_summary
  WHERE game_date >= @season_start
    AND game_date < @game_date
    AND game_date NOT IN UNNEST(@hidden_dates)
),
history AS (
  SELECT
    v.*,
    ROW_NUMBER() OVER (PARTITION BY v.team ORDER BY v.game_date DESC) AS recency
  FROM visible AS v
  INNER JOIN teams AS t
    ON t.team = v.team
  WHERE v.game_date >= t.floor
  QUALIFY recency <= 15
),
recent AS (
  SELECT
    team,
    COUNT(*) AS games,
    SUM(minutes) AS minutes,
    SUM(points_allowed) AS points_allowed,
    SUM(possessions_200) AS possessions_200,
    SUM(paint_attempts_allowed) AS paint_attempts,
    SUM(paint_makes_allowed) AS paint_makes,
    SUM(mid_range_attempts_allowed) AS mid_range_attempts,
    SUM(mid_range_makes_allowed) AS mid_range_makes,
    SUM(three_pt_attempts_allowed) AS three_pt_attempts,
    SUM(three_pt_makes_allowed) AS three_pt_makes,
    SUM(paint_blocks) AS paint_blocks,
    SUM(mid_range_blocks) AS mid_range_blocks,
    SUM(three_pt_blocks) AS three_pt_blocks,
    MIN(game_date) AS window_start,
    MAX(game_date) AS window_end
  FROM history
  GROUP BY team
),
available AS (
  SELECT
    t.team,
    t.opponent,
    t.shortage,
    t.team_games,
    COALESCE(r.games, 0) AS games_used,
    r.window_start,
    r.window_end,
    @early_season = 'defaults' AND COALESCE(r.games, 0) < 8 AS use_league
  FROM teams AS t
  LEFT JOIN recent AS r
    ON r.team = t.team
  WHERE NOT (@early_season = 'skip' AND COALESCE(r.games, 0) < 8)
),
dates AS (
  SELECT
    game_date,
    COUNT(*) AS games,
    SUM(minutes) AS minutes,
    SUM(points_allowed) AS points_allowed,
    SUM(possessions_200) AS possessions_200,
    SUM(paint_attempts_allowed) AS paint_attempts,
    SUM(paint_makes_allowed) AS paint_makes,
    SUM(mid_range_attempts_allowed) AS mid_range_attempts,
    SUM(mid_range_makes_allowed) AS mid_range_makes,
    SUM(three_pt_attempts_allowed) AS three_pt_attempts,
    SUM(three_pt_makes_allowed) AS three_pt_makes,
    SUM(paint_blocks) AS paint_blocks,
    SUM(mid_range_blocks) AS mid_range_blocks,
    SUM(three_pt_blocks) AS three_pt_blocks
  FROM visible
  GROUP BY game_date
),
league AS (
  SELECT
    a.team,
    SUM(d.games) AS games,
    SUM(d.minutes) AS minutes,
    SUM(d.points_allowed) AS points_allowed,
    SUM(d.possessions_200) AS possessions_200,
    SUM(d.paint_attempts) AS paint_attempts,
    SUM(d.paint_makes) AS paint_makes,
    SUM(d.mid_range_attempts) AS mid_range_attempts,
    SUM(d.mid_range_makes) AS mid_range_makes,
    SUM(d.three_pt_attempts) AS three_pt_attempts,
    SUM(d.three_pt_makes) AS three_pt_makes,
    SUM(d.paint_blocks) AS paint_blocks,
    SUM(d.mid_range_blocks) AS mid_range_blocks,
    SUM(d.three_pt_blocks) AS three_pt_blocks
  FROM available AS a
  INNER JOIN dates AS d
    ON a.use_league OR d.game_date >= a.window_start
  GROUP BY a.team
  UNION ALL
  SELECT
    team,
    100 AS games,
    24131 AS minutes,
    11296 AS points_allowed,
    2033126 AS possessions_200,
    3752 AS paint_attempts,
    2191 AS paint_makes,
    1363 AS mid_range_attempts,
    576 AS mid_range_makes,
    3763 AS three_pt_attempts,
    1350 AS three_pt_makes,
    433 AS paint_blocks,
    47 AS mid_range_blocks,
    35 AS three_pt_blocks
  FROM available
  WHERE use_league AND (SELECT COUNT(*) FROM dates) = 0
),
own AS (
  SELECT
    r.team,
    r.games,
    r.minutes,
    r.points_allowed,
    r.possessions_200,
    r.paint_attempts,
    r.paint_makes,
    r.mid_range_attempts,
    r.mid_range_makes,
    r.three_pt_attempts,
    r.three_pt_makes,
    r.paint_blocks,
    r.mid_range_blocks,
    r.three_pt_blocks
  FROM recent AS r
  INNER JOIN available AS a
    ON a.team = r.team
  WHERE NOT a.use_league
  UNION ALL
  SELECT l.*
  FROM league AS l
  INNER JOIN available AS a
    ON a.team = l.team
  WHERE a.use_league
),
compared AS (
  SELECT
    o.*,
    SAFE_DIVIDE(l.paint_makes, l.paint_attempts) AS league_paint_pct,
    SAFE_DIVIDE(l.mid_range_makes, l.mid_range_attempts) AS league_mid_range_pct,
    SAFE_DIVIDE(l.three_pt_makes, l.three_pt_attempts) AS league_three_pt_pct,
    SAFE_DIVIDE(20000 * l.points_allowed, l.possessions_200) AS league_defensive_rating,
    SAFE_DIVIDE(6 * l.possessions_200, 5 * l.minutes) AS league_pace,
    100 * (SAFE_DIVIDE(o.paint_makes, o.paint_attempts) - SAFE_DIVIDE(l.paint_makes, l.paint_attempts)) AS paint_vs,
    100 * (
      SAFE_DIVIDE(o.mid_range_makes, o.mid_range_attempts) - SAFE_DIVIDE(l.mid_range_makes, l.mid_range_attempts)
    ) AS mid_range_vs,
    100 * (
      SAFE_DIVIDE(o.three_pt_makes, o.three_pt_attempts) - SAFE_DIVIDE(l.three_pt_makes, l.three_pt_attempts)
    ) AS three_pt_vs
  FROM own AS o
  INNER JOIN league AS l
    ON l.team = o.team
),
ranked AS (
  SELECT
    *,
    COALESCE(paint_vs, 0) AS paint_key,
    COALESCE(mid_range_vs, 0) AS mid_range_key,
    COALESCE(three_pt_vs, 0) AS three_pt_key
  FROM compared
)
SELECT
  @game_date AS game_date,
  a.team,
  a.opponent,
  SAFE_DIVIDE(r.paint_makes, r.paint_attempts) AS paint_pct_allowed_last_15,
  SAFE_DIVIDE(r.mid_range_makes, r.mid_range_attempts) AS mid_range_pct_allowed_last_15,
  SAFE_DIVIDE(r.three_pt_makes, r.three_pt_attempts) AS three_pt_pct_allowed_last_15,
  SAFE_DIVIDE(r.paint_attempts, r.games) AS paint_attempts_allowed_per_game,
  SAFE_DIVIDE(r.mid_range_attempts, r.games) AS mid_range_attempts_allowed_per_game,
  SAFE_DIVIDE(r.three_pt_attempts, r.games) AS three_pt_attempts_allowed_per_game,
  SAFE_DIVIDE(r.paint_blocks, r.games) AS paint_blocks_per_game,
  SAFE_DIVIDE(r.mid_range_blocks, r.games) AS mid_range_blocks_per_game,
  SAFE_DIVIDE(r.three_pt_blocks, r.games) AS three_pt_blocks_per_game,
  SAFE_DIVIDE(20000 * r.points_allowed, r.possessions_200) AS defensive_rating_last_15,
  SAFE_DIVIDE(6 * r.possessions_200, 5 * r.minutes) AS pace_last_15,
  r.league_paint_pct,
  r.league_mid_range_pct,
  r.league_three_pt_pct,
  r.league_defensive_rating,
  r.league_pace,
  r.paint_vs AS paint_defense_vs_league,
  r.mid_range_vs AS mid_range_defense_vs_league,
  r.three_pt_vs AS three_pt_defense_vs_league,
  CASE
    WHEN r.team IS NULL THEN NULL
    WHEN r.paint_key = r.mid_range_key AND r.mid_range_key = r.three_pt_key THEN NULL
    WHEN r.paint_key <= r.mid_range_key AND r.paint_key <= r.three_pt_key THEN 'paint'
    WHEN r.mid_range_key <= r.three_pt_key THEN 'mid_range'
    ELSE 'perimeter'
  END AS strongest_zone,
  CASE
    WHEN r.team IS NULL THEN NULL
    WHEN r.paint_key = r.mid_range_key AND r.mid_range_key = r.three_pt_key THEN NULL
    WHEN r.three_pt_key >= r.mid_range_key AND r.three_pt_key >= r.paint_key THEN 'perimeter'
    WHEN r.mid_range_key >= r.paint_key THEN 'mid_range'
    ELSE 'paint'
  END AS weakest_zone,
  a.games_used,
  CAST(ROUND(SAFE_DIVIDE(100 * LEAST(a.games_used, 15), 15)) AS INT64) AS quality_score,
  a.games_used < 15 AND a.team_games < 15 AS early_season_flag,
  CASE
    WHEN a.games_used >= 15 THEN NULL
    WHEN a.shortage IS NOT NULL THEN a.shortage
    WHEN a.team_games < 15 THEN 'season_start'
    ELSE 'absent'
  END AS shortage_reason,
  a.window_start,
  a.window_end,
  @processed_at AS processed_at,
  @backfill_id AS backfill_id
FROM available AS a
LEFT JOIN ranked AS r
  ON r.team = a.team
