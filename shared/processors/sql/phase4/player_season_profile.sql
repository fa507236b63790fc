-- One row: one player of target @game_date, his season before it and his ranks in the league.
-- Inputs: nba_analytics.player_game_summary from @season_start to the day before @game_date.
-- Season to date: every game he played (minutes > 0) on a date that is not hidden. The floor does not bound it: what is
--   there is used, and hidden dates lower the quality.
-- *_avg_season: mean a game. ts_pct, efg_pct: pooled, as in player_game_summary. usage_avg_season: mean of the games'
--   values, summed as integers of 1e-12. points_std_season: sample standard deviation, NULL below 2 games.
-- *_rank: 1 is the highest mean among every player of the league with at least 3 such games (players_ranked of them),
--   ties by the lower player_id; NULL for a player with fewer.
-- quality_score: 100 games_used / (games_used + hidden dates), 0 without games: each hidden date may hide one game.
-- Short history (needed: all there is, minimum 3), by @early_season:
--   degrade: every player has a row, from the games there are; skip: no row below 3 games;
--   defaults: below 3 games every mean is the league's, pooled over every visible player-game, or PRIOR when there is
--   none; ranks stay NULL, games_used and quality_score his own.
-- PRIOR: 10,404 player-games of 2024-10-22..2024-12-31 of the sample season, per 1,000 games, rounded.
WITH players AS (
  SELECT p.player_id, p.team, p.opponent, p.shortage, p.team_games
  FROM UNNEST(@players) AS p
),
totals AS (
  SELECT
    player_id,
    COUNT(*) AS games,
    SUM(points) AS points,
    SUM(points * points) AS points_squared,
    SUM(minutes) AS minutes,
    SUM(reb) AS rebounds,
    SUM(ast) AS assists,
    SUM(stl) AS steals,
    SUM(blk) AS blocks,
    SUM(tov) AS turnovers,
    SUM(fgm) AS fgm,
    SUM(fg3m) AS fg3m,
    SUM(fga) AS fga,
    SUM(fta) AS fta,
    SUM(CAST(ROUND(usage_rate * 1e12) AS INT64)) AS usage_e12,
    COUNT(usage_rate) AS usage_games,
    MIN(game_date) AS window_start,
    MAX(game_date) AS window_end
  FROM nba_analytics.player_game_summary
  WHERE game_date >= @season_start
    AND game_date < @game_date
    AND game_date NOT IN UNNEST(@hidden_dates)
    AND minutes > 0
  GROUP BY player_id
),
ranks AS (
  SELECT
    player_id,
    ROW_NUMBER() OVER (ORDER BY SAFE_DIVIDE(points, games) DESC, player_id) AS points_rank,
    ROW_NUMBER() OVER (ORDER BY SAFE_DIVIDE(rebounds, games) DESC, player_id) AS rebounds_rank,
    ROW_NUMBER() OVER (ORDER BY SAFE_DIVIDE(assists, games) DESC, player_id) AS assists_rank,
    ROW_NUMBER() OVER (ORDER BY SAFE_DIVIDE(minutes, games) DESC, player_id) AS minutes_rank
  FROM totals
  WHERE games >= 3
),
counts AS (
  SELECT
    COUNT(IF(games >= 3, games, NULL)) AS players_ranked,
    COUNT(*) AS players_seen,
    ARRAY_LENGTH(@hidden_dates) AS hidden
  FROM totals
),
available AS (
  SELECT
    p.*,
    COALESCE(t.games, 0) AS games_used,
    t.window_start,
    t.window_end,
    @early_season = 'defaults' AND COALESCE(t.games, 0) < 3 AS use_league
  FROM players AS p
  LEFT JOIN totals AS t
    ON t.player_id = p.player_id
  WHERE NOT (@early_season = 'skip' AND COALESCE(t.games, 0) < 3)
),
league AS (
  SELECT
    SUM(games) AS games,
    SUM(points) AS points,
    SUM(points_squared) AS points_squared,
    SUM(minutes) AS minutes,
    SUM(rebounds) AS rebounds,
    SUM(assists) AS assists,
    SUM(steals) AS steals,
    SUM(blocks) AS blocks,
    SUM(turnovers) AS turnovers,
    SUM(fgm) AS fgm,
    SUM(fg3m) AS fg3m,
    SUM(fga) AS fga,
    SUM(fta) AS fta,
    SUM(usage_e12) AS usage_e12,
    SUM(usage_games) AS usage_games
  FROM totals
  HAVING SUM(games) > 0
  UNION ALL
  SELECT
    1000 AS games,
    10510 AS points,
    188058 AS points_squared,
    22452 AS minutes,
    4102 AS rebounds,
    2438 AS assists,
    786 AS steals,
    478 AS blocks,
    1313 AS turnovers,
    3830 AS fgm,
    1256 AS fg3m,
    8260 AS fga,
    2045 AS fta,
    18920000000000000 AS usage_e12,
    1000 AS usage_games
  FROM counts
  WHERE players_seen = 0
),
basis AS (
  SELECT
    t.player_id,
    t.games,
    t.points,
    t.points_squared,
    t.minutes,
    t.rebounds,
    t.assists,
    t.steals,
    t.blocks,
    t.turnovers,
    t.fgm,
    t.fg3m,
    t.fga,
    t.fta,
    t.usage_e12,
    t.usage_games
  FROM totals AS t
  INNER JOIN available AS a
    ON a.player_id = t.player_id
  WHERE NOT a.use_league
  UNION ALL
  SELECT
    a.player_id,
    l.*
  FROM available AS a
  CROSS JOIN league AS l
  WHERE a.use_league
)
SELECT
  @game_date AS game_date,
  a.player_id,
  a.team,
  a.opponent,
  SAFE_DIVIDE(b.points, b.games) AS points_avg_season,
  SAFE_DIVIDE(b.minutes, b.games) AS minutes_avg_season,
  SAFE_DIVIDE(b.rebounds, b.games) AS rebounds_avg_season,
  SAFE_DIVIDE(b.assists, b.games) AS assists_avg_season,
  SAFE_DIVIDE(b.steals, b.games) AS steals_avg_season,
  SAFE_DIVIDE(b.blocks, b.games) AS blocks_avg_season,
  SAFE_DIVIDE(b.turnovers, b.games) AS turnovers_avg_season,
  SQRT(
    SAFE_DIVIDE(b.games * b.points_squared - b.points * b.points, b.games * (b.games - 1))
  ) AS points_std_season,
  SAFE_DIVIDE(50 * b.points, 100 * b.fga + 44 * b.fta) AS ts_pct_season,
  SAFE_DIVIDE(2 * b.fgm + b.fg3m, 2 * b.fga) AS efg_pct_season,
  SAFE_DIVIDE(b.usage_e12, 1e12 * b.usage_games) AS usage_avg_season,
  r.points_rank,
  r.rebounds_rank,
  r.assists_rank,
  r.minutes_rank,
  c.players_ranked,
  a.games_used,
  COALESCE(CAST(ROUND(SAFE_DIVIDE(100 * a.games_used, a.games_used + c.hidden)) AS INT64), 0) AS quality_score,
  a.games_used < 3 AND a.team_games < 3 AS early_season_flag,
  CASE
    WHEN c.hidden > 0 THEN COALESCE(a.shortage, 'capped')
    WHEN a.games_used >= 3 THEN NULL
    WHEN a.team_games < 3 THEN 'season_start'
    ELSE 'absent'
  END AS shortage_reason,
  a.window_start,
  a.window_end,
  @processed_at AS processed_at,
  @backfill_id AS backfill_id
FROM available AS a
CROSS JOIN counts AS c
LEFT JOIN basis AS b
  ON b.player_id = a.player_id
LEFT JOIN ranks AS r
  ON r.player_id = a.player_id
