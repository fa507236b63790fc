-- One row: one player of target @game_date, the features a model reads.
-- Inputs, of @game_date: nba_precompute.player_daily_cache (which players have a row; quality columns), and, where they
--   have a row, player_season_profile, player_shot_zone_analysis, player_composite_factors and the opponent's
--   team_defense_zone_analysis. A feature without a row is NULL. Each formula is in the file of its table.
-- Short history, by @early_season (needed 10, minimum 5, as in player_daily_cache): degrade and defaults: every player
--   has a row; skip: only those with a row in player_daily_cache.
SELECT
  @game_date AS game_date,
  c.player_id,
  c.team,
  c.opponent,
  c.is_home,
  c.points_avg_last_5,
  c.points_avg_last_10,
  c.points_avg_last_20,
  s.points_avg_season,
  c.points_std_last_10,
  c.minutes_avg_last_5,
  c.minutes_avg_last_10,
  c.minutes_avg_last_20,
  s.minutes_avg_season,
  c.usage_avg_last_10,
  c.ts_pct_avg_last_10,
  z.paint_rate_last_10,
  z.mid_range_rate_last_10,
  z.three_pt_rate_last_10,
  c.games_in_sample_20,
  c.games_last_7,
  c.games_last_14,
  c.days_of_rest,
  d.defensive_rating_last_15 AS opponent_defensive_rating,
  d.pace_last_15 AS opponent_pace,
  f.fatigue_score,
  f.zone_mismatch_score,
  f.pace_score,
  f.usage_trend_score,
  f.fatigue_adjustment,
  f.zone_mismatch_adjustment,
  f.pace_adjustment,
  f.usage_trend_adjustment,
  f.total_adjustment,
  c.games_used,
  c.quality_score,
  c.early_season_flag,
  c.shortage_reason,
  c.window_start,
  c.window_end,
  @processed_at AS processed_at,
  @backfill_id AS backfill_id
FROM nba_precompute.player_daily_cache AS c
LEFT JOIN nba_precompute.player_season_profile AS s
  ON s.game_date = @game_date AND s.player_id = c.player_id
LEFT JOIN nba_precompute.player_shot_zone_analysis AS z
  ON z.game_date = @game_date AND z.player_id = c.player_id
LEFT JOIN nba_precompute.player_composite_factors AS f
  ON f.game_date = @game_date AND f.player_id = c.player_id
LEFT JOIN nba_precompute.team_defense_zone_analysis AS d
  ON d.game_date = @game_date AND d.team = c.opponent
WHERE c.game_date = @game_date
