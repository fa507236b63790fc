-- One row: one player of target @game_date, four bounded factors, each as a score and as an adjustment in points.
-- Inputs: nba_analytics.player_game_summary from @season_start to the day before @game_date (his last 10 games played,
--   on or after his floor, on dates that are not hidden); of @game_date itself, built by the same unit:
--   nba_precompute.player_shot_zone_analysis (where he shoots), nba_precompute.team_defense_zone_analysis (both teams).
-- days_of_rest: whole days between his last game and @game_date, 0 on a back-to-back. games_last_7 .. minutes_last_14
--   count his last 10 games at most 7 or 14 days before @game_date.
-- fatigue_score, 0-100: 40, 20, 10, 0 for 0, 1, 2, more days of rest, + 5 a game in the last 7 days (at most 20),
--   + minutes_last_7 / 8 (at most 20) + minutes_last_14 / 16 (at most 20).
--   fatigue_adjustment = -0.02 points_avg_last_10 fatigue_score / 100, in -1..0.
-- zone_mismatch_score: points more a 100 shots than against the league's mean defence: the sum over the three zones of
--   his share of shots x the opponent's allowance against the league x the zone's points.
--   zone_mismatch_adjustment = 0.3 score x shots a game / 100, in -1.5..1.5.
-- pace_score: percent by which the mean of both teams' pace is above the league's.
--   pace_adjustment = 0.3 points_avg_last_10 score / 100, in -1..1.
-- usage_trend_score: mean usage of his last 5 games - of his last 10 (percentage points).
--   usage_trend_adjustment = 0.05 points_avg_last_10 (last 5 / last 10 - 1), in -1..1.
-- A factor whose inputs are missing is 0. total_adjustment is the four summed.
-- The coefficients were fitted on 2024-10-22..2024-12-31 of the sample season (see player_points_predictions).
-- Short history (needed 10, minimum 3), by @early_season:
--   degrade and defaults: below 3 games uses_defaults is TRUE and the factors are a league-average player's: fatigue 45,
--   every other score and every adjustment 0; rest, workload and quality_score stay his own. skip: no row below 3 games.
WITH players AS (
  SELECT p.player_id, p.team, p.opponent, p.floor, p.shortage, p.team_games
  FROM UNNEST(@players) AS p
),
history AS (
  SELECT
    g.player_id,
    g.game_date,
    g.points,
    g.minutes,
    CAST(ROUND(g.usage_rate * 1e12) AS INT64) AS usage_e12,
    DATE_DIFF(@game_date, g.game_date, DAY) AS days_ago,
    ROW_NUMBER() OVER (PARTITION BY g.player_id ORDER BY g.game_date DESC) AS recency
  FROM nba_analytics.player_game_summary AS g
  INNER JOIN players AS p
    ON p.player_id = g.player_id
  WHERE g.game_date >= @season_start
    AND g.game_date < @game_date
    AND g.game_date >= p.floor
    AND g.game_date NOT IN UNNEST(@hidden_dates)
    AND g.minutes > 0
  QUALIFY recency <= 10
),
own AS (
  SELECT
    player_id,
    COUNT(*) AS games,
    MIN(days_ago) - 1 AS days_of_rest,
    COUNTIF(days_ago <= 7) AS games_last_7,
    COUNTIF(days_ago <= 14) AS games_last_14,
    SUM(IF(days_ago <= 7, minutes, 0)) AS minutes_last_7,
    SUM(IF(days_ago <= 14, minutes, 0)) AS minutes_last_14,
    SAFE_DIVIDE(SUM(points), COUNT(*)) AS points_avg,
    SAFE_DIVIDE(
      SUM(IF(recency <= 5, usage_e12, NULL)), 1e12 * COUNT(IF(recency <= 5, usage_e12, NULL))
    ) AS usage_5,
    SAFE_DIVIDE(SUM(usage_e12), 1e12 * COUNT(usage_e12)) AS usage_10,
    MIN(game_date) AS window_start,
    MAX(game_date) AS window_end
  FROM history
  GROUP BY player_id
),
zones AS (
  SELECT
    player_id,
    paint_rate_last_10,
    mid_range_rate_last_10,
    three_pt_rate_last_10,
    paint_attempts_per_game + mid_range_attempts_per_game + three_pt_attempts_per_game AS shots
  FROM nba_precompute.player_shot_zone_analysis
  WHERE game_date = @game_date
),
defenses AS (
  SELECT
    team,
    paint_defense_vs_league,
    mid_range_defense_vs_league,
    three_pt_defense_vs_league,
    SAFE_DIVIDE(pace_last_15, league_pace) - 1 AS pace_vs
  FROM nba_precompute.team_defense_zone_analysis
  WHERE game_date = @game_date
),
joined AS (
  SELECT
    p.player_id,
    p.team,
    p.opponent,
    p.shortage,
    p.team_games,
    o.days_of_rest,
    o.window_start,
    o.window_end,
    COALESCE(o.games, 0) AS games_used,
    COALESCE(o.games, 0) < 3 AS uses_defaults,
    COALESCE(o.games_last_7, 0) AS games_last_7,
    COALESCE(o.games_last_14, 0) AS games_last_14,
    COALESCE(o.minutes_last_7, 0) AS minutes_last_7,
    COALESCE(o.minutes_last_14, 0) AS minutes_last_14,
    COALESCE(o.points_avg, 0) AS points_avg,
    COALESCE(z.shots, 0) AS shots,
    COALESCE(z.paint_rate_last_10 * d.paint_defense_vs_league * 2, 0)
      + COALESCE(z.mid_range_rate_last_10 * d.mid_range_defense_vs_league * 2, 0)
      + COALESCE(z.three_pt_rate_last_10 * d.three_pt_defense_vs_league * 3, 0) AS mismatch,
    50 * COALESCE(t.pace_vs, 0) + 50 * COALESCE(d.pace_vs, 0) AS pace,
    COALESCE(o.usage_5 - o.usage_10, 0) AS usage_trend,
    COALESCE(SAFE_DIVIDE(o.usage_5, o.usage_10) - 1, 0) AS usage_ratio
  FROM players AS p
  LEFT JOIN own AS o
    ON o.player_id = p.player_id
  LEFT JOIN zones AS z
    ON z.player_id = p.player_id
  LEFT JOIN defenses AS d
    ON d.team = p.opponent
  LEFT JOIN defenses AS t
    ON t.team = p.team
  WHERE NOT (@early_season = 'skip' AND COALESCE(o.games, 0) < 3)
),
scored AS (
  SELECT
    *,
    IF(
      uses_defaults,
      45,
      CASE
        WHEN days_of_rest = 0 THEN 40
        WHEN days_of_rest = 1 THEN 20
        WHEN days_of_rest = 2 THEN 10
        ELSE 0
      END
      + 5 * LEAST(games_last_7, 4)
      + SAFE_DIVIDE(LEAST(minutes_last_7, 160), 8)
      + SAFE_DIVIDE(LEAST(minutes_last_14, 320), 16)
    ) AS fatigue_score,
    IF(uses_defaults, 0, mismatch / 100) AS zone_mismatch_score,
    IF(uses_defaults, 0, pace) AS pace_score,
    IF(uses_defaults, 0, usage_trend) AS usage_trend_score
  FROM joined
),
adjusted AS (
  SELECT
    *,
    IF(uses_defaults, 0, GREATEST(-1, -0.02 * points_avg * fatigue_score / 100)) AS fatigue_adjustment,
    GREATEST(-1.5, LEAST(1.5, 0.3 * zone_mismatch_score * shots / 100)) AS zone_mismatch_adjustment,
    GREATEST(-1, LEAST(1, 0.3 * points_avg * pace_score / 100)) AS pace_adjustment,
    IF(uses_defaults, 0, GREATEST(-1, LEAST(1, 0.05 * points_avg * usage_ratio))) AS usage_trend_adjustment
  FROM scored
)
SELECT
  @game_date AS game_date,
  player_id,
  team,
  opponent,
  days_of_rest,
  days_of_rest = 0 AS is_back_to_back,
  games_last_7,
  games_last_14,
  minutes_last_7,
  minutes_last_14,
  fatigue_score,
  zone_mismatch_score,
  pace_score,
  usage_trend_score,
  fatigue_adjustment,
  zone_mismatch_adjustment,
  pace_adjustment,
  usage_trend_adjustment,
  fatigue_adjustment + zone_mismatch_adjustment + pace_adjustment + usage_trend_adjustment AS total_adjustment,
  uses_defaults,
  games_used,
  CAST(ROUND(SAFE_DIVIDE(100 * LEAST(games_used, 10), 10)) AS INT64) AS quality_score,
  games_used < 10 AND team_games < 10 AS early_season_flag,
  CASE
    WHEN games_used >= 10 THEN NULL
    WHEN shortage IS NOT NULL THEN shortage
    WHEN team_games < 10 THEN 'season_start'
    ELSE 'absent'
  END AS shortage_reason,
  window_start,
  window_end,
  @processed_at AS processed_at,
  @backfill_id AS backfill_id
FROM adjusted
