-- One row: one player listed in one game of @game_date, also with 0 minutes.
-- Inputs: nba_raw.player_boxscores, nba_raw.shots (zones), nba_raw.team_boxscores (usage).
-- Zones: three = worth 3; paint = worth 2 from at most 8 ft; mid-range = every other shot worth 2.
-- Assisted and unassisted count makes; `*_attempts_blocked` are this player's attempts that were blocked.
-- ts_pct = points / (2 (fga + 0.44 fta)), efg_pct = (fgm + 0.5 fg3m) / fga (basketball-reference.com, glossary).
-- usage_rate = 100 (fga + 0.44 fta + tov) (team minutes / 5) / (minutes (team fga + 0.44 team fta + team tov)).
-- Each ratio is one division of integers, the formula multiplied through, so it is the same float everywhere.
WITH zoned AS (
  SELECT
    game_id,
    player_id,
    made,
    COALESCE(is_assisted, FALSE) AS is_assisted,
    block_player_id IS NOT NULL AS is_blocked,
    CASE
      WHEN shot_value = 3 THEN 'perimeter'
      WHEN distance_ft <= 8 THEN 'paint'
      ELSE 'mid_range'
    END AS zone
  FROM nba_raw.shots
  WHERE game_date = @game_date
),
zones AS (
  SELECT
    game_id,
    player_id,
    COUNTIF(zone = 'paint') AS paint_attempts,
    COUNTIF(zone = 'paint' AND made) AS paint_makes,
    COUNTIF(zone = 'mid_range') AS mid_range_attempts,
    COUNTIF(zone = 'mid_range' AND made) AS mid_range_makes,
    COUNTIF(zone = 'perimeter') AS three_pt_attempts,
    COUNTIF(zone = 'perimeter' AND made) AS three_pt_makes,
    COUNTIF(zone = 'paint' AND is_blocked) AS paint_attempts_blocked,
    COUNTIF(zone = 'mid_range' AND is_blocked) AS mid_range_attempts_blocked,
    COUNTIF(zone = 'perimeter' AND is_blocked) AS three_pt_attempts_blocked,
    COUNTIF(made AND is_assisted) AS assisted_fg_makes,
    COUNTIF(made AND NOT is_assisted) AS unassisted_fg_makes
  FROM zoned
  GROUP BY game_id, player_id
)
SELECT
  b.season,
  b.game_date,
  b.game_id,
  b.player_id,
  b.player_name,
  b.team,
  b.opponent,
  b.is_home,
  b.started,
  b.minutes,
  b.points,
  b.fgm,
  b.fga,
  b.fg3m,
  b.fg3a,
  b.ftm,
  b.fta,
  b.oreb,
  b.dreb,
  b.reb,
  b.ast,
  b.stl,
  b.blk,
  b.tov,
  b.pf,
  b.plus_minus,
  COALESCE(z.paint_attempts, 0) AS paint_attempts,
  COALESCE(z.paint_makes, 0) AS paint_makes,
  COALESCE(z.mid_range_attempts, 0) AS mid_range_attempts,
  COALESCE(z.mid_range_makes, 0) AS mid_range_makes,
  COALESCE(z.three_pt_attempts, 0) AS three_pt_attempts,
  COALESCE(z.three_pt_makes, 0) AS three_pt_makes,
  COALESCE(z.paint_attempts_blocked, 0) AS paint_attempts_blocked,
  COALESCE(z.mid_range_attempts_blocked, 0) AS mid_range_attempts_blocked,
  COALESCE(z.three_pt_attempts_blocked, 0) AS three_pt_attempts_blocked,
  COALESCE(z.assisted_fg_makes, 0) AS assisted_fg_makes,
  COALESCE(z.unassisted_fg_makes, 0) AS unassisted_fg_makes,
  SAFE_DIVIDE(50 * b.points, 100 * b.fga + 44 * b.fta) AS ts_pct,
  SAFE_DIVIDE(2 * b.fgm + b.fg3m, 2 * b.fga) AS efg_pct,
  SAFE_DIVIDE(
    100 * (100 * b.fga + 44 * b.fta + 100 * b.tov) * t.minutes,
    5 * b.minutes * (100 * t.fga + 44 * t.fta + 100 * t.tov)
  ) AS usage_rate
FROM nba_raw.player_boxscores AS b
LEFT JOIN nba_raw.team_boxscores AS t
  ON t.game_date = @game_date AND t.game_id = b.game_id AND t.team = b.team
LEFT JOIN zones AS z
  ON z.game_id = b.game_id AND z.player_id = b.player_id
WHERE b.game_date = @game_date
