-- value_ranges: values outside of the range of their column. One row is one finding (phase, processor, game_date, kind, entity, detail); no row: nothing was found.
-- Written by: python -m shared.processors.queries docs/monitoring/queries
-- bq query --use_legacy_sql=false --max_rows=10000 --parameter=start_date:DATE:2024-11-08 --parameter=end_date:DATE:2024-11-14 < docs/monitoring/queries/value_ranges.sql
SELECT phase, processor, game_date, kind, entity, detail
FROM (
SELECT
  2 AS phase,
  'games' AS processor,
  game_date,
  'range' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_home_score > 0, CONCAT(CAST(wrong_home_score AS STRING), ' rows have home_score outside 20 to 250; '), ''),
    IF(wrong_away_score > 0, CONCAT(CAST(wrong_away_score AS STRING), ' rows have away_score outside 20 to 250; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(NOT (home_score BETWEEN 20 AND 250)) AS wrong_home_score,
    COUNTIF(NOT (away_score BETWEEN 20 AND 250)) AS wrong_away_score
  FROM nba_raw.games
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_home_score
  + wrong_away_score > 0
UNION ALL
SELECT
  2 AS phase,
  'player_boxscores' AS processor,
  game_date,
  'range' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_fgm > 0, CONCAT(CAST(wrong_fgm AS STRING), ' rows have fgm outside 0 to 70; '), ''),
    IF(wrong_fga > 0, CONCAT(CAST(wrong_fga AS STRING), ' rows have fga outside 0 to 70; '), ''),
    IF(wrong_fg3m > 0, CONCAT(CAST(wrong_fg3m AS STRING), ' rows have fg3m outside 0 to 70; '), ''),
    IF(wrong_fg3a > 0, CONCAT(CAST(wrong_fg3a AS STRING), ' rows have fg3a outside 0 to 70; '), ''),
    IF(wrong_ftm > 0, CONCAT(CAST(wrong_ftm AS STRING), ' rows have ftm outside 0 to 70; '), ''),
    IF(wrong_fta > 0, CONCAT(CAST(wrong_fta AS STRING), ' rows have fta outside 0 to 70; '), ''),
    IF(wrong_oreb > 0, CONCAT(CAST(wrong_oreb AS STRING), ' rows have oreb outside 0 to 70; '), ''),
    IF(wrong_dreb > 0, CONCAT(CAST(wrong_dreb AS STRING), ' rows have dreb outside 0 to 70; '), ''),
    IF(wrong_reb > 0, CONCAT(CAST(wrong_reb AS STRING), ' rows have reb outside 0 to 70; '), ''),
    IF(wrong_ast > 0, CONCAT(CAST(wrong_ast AS STRING), ' rows have ast outside 0 to 70; '), ''),
    IF(wrong_stl > 0, CONCAT(CAST(wrong_stl AS STRING), ' rows have stl outside 0 to 70; '), ''),
    IF(wrong_blk > 0, CONCAT(CAST(wrong_blk AS STRING), ' rows have blk outside 0 to 70; '), ''),
    IF(wrong_tov > 0, CONCAT(CAST(wrong_tov AS STRING), ' rows have tov outside 0 to 70; '), ''),
    IF(wrong_pf > 0, CONCAT(CAST(wrong_pf AS STRING), ' rows have pf outside 0 to 70; '), ''),
    IF(wrong_minutes > 0, CONCAT(CAST(wrong_minutes AS STRING), ' rows have minutes outside 0 to 75; '), ''),
    IF(wrong_points > 0, CONCAT(CAST(wrong_points AS STRING), ' rows have points outside 0 to 110; '), ''),
    IF(wrong_plus_minus > 0, CONCAT(CAST(wrong_plus_minus AS STRING), ' rows have plus_minus outside -120 to 120; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(NOT (fgm BETWEEN 0 AND 70)) AS wrong_fgm,
    COUNTIF(NOT (fga BETWEEN 0 AND 70)) AS wrong_fga,
    COUNTIF(NOT (fg3m BETWEEN 0 AND 70)) AS wrong_fg3m,
    COUNTIF(NOT (fg3a BETWEEN 0 AND 70)) AS wrong_fg3a,
    COUNTIF(NOT (ftm BETWEEN 0 AND 70)) AS wrong_ftm,
    COUNTIF(NOT (fta BETWEEN 0 AND 70)) AS wrong_fta,
    COUNTIF(NOT (oreb BETWEEN 0 AND 70)) AS wrong_oreb,
    COUNTIF(NOT (dreb BETWEEN 0 AND 70)) AS wrong_dreb,
    COUNTIF(NOT (reb BETWEEN 0 AND 70)) AS wrong_reb,
    COUNTIF(NOT (ast BETWEEN 0 AND 70)) AS wrong_ast,
    COUNTIF(NOT (stl BETWEEN 0 AND 70)) AS wrong_stl,
    COUNTIF(NOT (blk BETWEEN 0 AND 70)) AS wrong_blk,
    COUNTIF(NOT (tov BETWEEN 0 AND 70)) AS wrong_tov,
    COUNTIF(NOT (pf BETWEEN 0 AND 70)) AS wrong_pf,
    COUNTIF(NOT (minutes BETWEEN 0 AND 75)) AS wrong_minutes,
    COUNTIF(NOT (points BETWEEN 0 AND 110)) AS wrong_points,
    COUNTIF(NOT (plus_minus BETWEEN -120 AND 120)) AS wrong_plus_minus
  FROM nba_raw.player_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_fgm
  + wrong_fga
  + wrong_fg3m
  + wrong_fg3a
  + wrong_ftm
  + wrong_fta
  + wrong_oreb
  + wrong_dreb
  + wrong_reb
  + wrong_ast
  + wrong_stl
  + wrong_blk
  + wrong_tov
  + wrong_pf
  + wrong_minutes
  + wrong_points
  + wrong_plus_minus > 0
UNION ALL
SELECT
  2 AS phase,
  'shots' AS processor,
  game_date,
  'range' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_shot_value > 0, CONCAT(CAST(wrong_shot_value AS STRING), ' rows have shot_value outside 2 to 3; '), ''),
    IF(wrong_distance_ft > 0, CONCAT(CAST(wrong_distance_ft AS STRING), ' rows have distance_ft outside 0 to 100; '), ''),
    IF(wrong_period > 0, CONCAT(CAST(wrong_period AS STRING), ' rows have period outside 1 to 14; '), ''),
    IF(wrong_seconds_left > 0, CONCAT(CAST(wrong_seconds_left AS STRING), ' rows have seconds_left outside 0 to 720; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(NOT (shot_value BETWEEN 2 AND 3)) AS wrong_shot_value,
    COUNTIF(NOT (distance_ft BETWEEN 0 AND 100)) AS wrong_distance_ft,
    COUNTIF(NOT (period BETWEEN 1 AND 14)) AS wrong_period,
    COUNTIF(NOT (seconds_left BETWEEN 0 AND 720)) AS wrong_seconds_left
  FROM nba_raw.shots
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_shot_value
  + wrong_distance_ft
  + wrong_period
  + wrong_seconds_left > 0
UNION ALL
SELECT
  2 AS phase,
  'team_boxscores' AS processor,
  game_date,
  'range' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_fgm > 0, CONCAT(CAST(wrong_fgm AS STRING), ' rows have fgm outside 0 to 200; '), ''),
    IF(wrong_fga > 0, CONCAT(CAST(wrong_fga AS STRING), ' rows have fga outside 0 to 200; '), ''),
    IF(wrong_fg3m > 0, CONCAT(CAST(wrong_fg3m AS STRING), ' rows have fg3m outside 0 to 200; '), ''),
    IF(wrong_fg3a > 0, CONCAT(CAST(wrong_fg3a AS STRING), ' rows have fg3a outside 0 to 200; '), ''),
    IF(wrong_ftm > 0, CONCAT(CAST(wrong_ftm AS STRING), ' rows have ftm outside 0 to 200; '), ''),
    IF(wrong_fta > 0, CONCAT(CAST(wrong_fta AS STRING), ' rows have fta outside 0 to 200; '), ''),
    IF(wrong_oreb > 0, CONCAT(CAST(wrong_oreb AS STRING), ' rows have oreb outside 0 to 200; '), ''),
    IF(wrong_dreb > 0, CONCAT(CAST(wrong_dreb AS STRING), ' rows have dreb outside 0 to 200; '), ''),
    IF(wrong_reb > 0, CONCAT(CAST(wrong_reb AS STRING), ' rows have reb outside 0 to 200; '), ''),
    IF(wrong_ast > 0, CONCAT(CAST(wrong_ast AS STRING), ' rows have ast outside 0 to 200; '), ''),
    IF(wrong_stl > 0, CONCAT(CAST(wrong_stl AS STRING), ' rows have stl outside 0 to 200; '), ''),
    IF(wrong_blk > 0, CONCAT(CAST(wrong_blk AS STRING), ' rows have blk outside 0 to 200; '), ''),
    IF(wrong_tov > 0, CONCAT(CAST(wrong_tov AS STRING), ' rows have tov outside 0 to 200; '), ''),
    IF(wrong_pf > 0, CONCAT(CAST(wrong_pf AS STRING), ' rows have pf outside 0 to 200; '), ''),
    IF(wrong_minutes > 0, CONCAT(CAST(wrong_minutes AS STRING), ' rows have minutes outside 180 to 420; '), ''),
    IF(wrong_points > 0, CONCAT(CAST(wrong_points AS STRING), ' rows have points outside 20 to 250; '), ''),
    IF(wrong_plus_minus > 0, CONCAT(CAST(wrong_plus_minus AS STRING), ' rows have plus_minus outside -120 to 120; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(NOT (fgm BETWEEN 0 AND 200)) AS wrong_fgm,
    COUNTIF(NOT (fga BETWEEN 0 AND 200)) AS wrong_fga,
    COUNTIF(NOT (fg3m BETWEEN 0 AND 200)) AS wrong_fg3m,
    COUNTIF(NOT (fg3a BETWEEN 0 AND 200)) AS wrong_fg3a,
    COUNTIF(NOT (ftm BETWEEN 0 AND 200)) AS wrong_ftm,
    COUNTIF(NOT (fta BETWEEN 0 AND 200)) AS wrong_fta,
    COUNTIF(NOT (oreb BETWEEN 0 AND 200)) AS wrong_oreb,
    COUNTIF(NOT (dreb BETWEEN 0 AND 200)) AS wrong_dreb,
    COUNTIF(NOT (reb BETWEEN 0 AND 200)) AS wrong_reb,
    COUNTIF(NOT (ast BETWEEN 0 AND 200)) AS wrong_ast,
    COUNTIF(NOT (stl BETWEEN 0 AND 200)) AS wrong_stl,
    COUNTIF(NOT (blk BETWEEN 0 AND 200)) AS wrong_blk,
    COUNTIF(NOT (tov BETWEEN 0 AND 200)) AS wrong_tov,
    COUNTIF(NOT (pf BETWEEN 0 AND 200)) AS wrong_pf,
    COUNTIF(NOT (minutes BETWEEN 180 AND 420)) AS wrong_minutes,
    COUNTIF(NOT (points BETWEEN 20 AND 250)) AS wrong_points,
    COUNTIF(NOT (plus_minus BETWEEN -120 AND 120)) AS wrong_plus_minus
  FROM nba_raw.team_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_fgm
  + wrong_fga
  + wrong_fg3m
  + wrong_fg3a
  + wrong_ftm
  + wrong_fta
  + wrong_oreb
  + wrong_dreb
  + wrong_reb
  + wrong_ast
  + wrong_stl
  + wrong_blk
  + wrong_tov
  + wrong_pf
  + wrong_minutes
  + wrong_points
  + wrong_plus_minus > 0
UNION ALL
SELECT
  3 AS phase,
  'player_game_summary' AS processor,
  game_date,
  'range' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_fgm > 0, CONCAT(CAST(wrong_fgm AS STRING), ' rows have fgm outside 0 to 70; '), ''),
    IF(wrong_fga > 0, CONCAT(CAST(wrong_fga AS STRING), ' rows have fga outside 0 to 70; '), ''),
    IF(wrong_fg3m > 0, CONCAT(CAST(wrong_fg3m AS STRING), ' rows have fg3m outside 0 to 70; '), ''),
    IF(wrong_fg3a > 0, CONCAT(CAST(wrong_fg3a AS STRING), ' rows have fg3a outside 0 to 70; '), ''),
    IF(wrong_ftm > 0, CONCAT(CAST(wrong_ftm AS STRING), ' rows have ftm outside 0 to 70; '), ''),
    IF(wrong_fta > 0, CONCAT(CAST(wrong_fta AS STRING), ' rows have fta outside 0 to 70; '), ''),
    IF(wrong_oreb > 0, CONCAT(CAST(wrong_oreb AS STRING), ' rows have oreb outside 0 to 70; '), ''),
    IF(wrong_dreb > 0, CONCAT(CAST(wrong_dreb AS STRING), ' rows have dreb outside 0 to 70; '), ''),
    IF(wrong_reb > 0, CONCAT(CAST(wrong_reb AS STRING), ' rows have reb outside 0 to 70; '), ''),
    IF(wrong_ast > 0, CONCAT(CAST(wrong_ast AS STRING), ' rows have ast outside 0 to 70; '), ''),
    IF(wrong_stl > 0, CONCAT(CAST(wrong_stl AS STRING), ' rows have stl outside 0 to 70; '), ''),
    IF(wrong_blk > 0, CONCAT(CAST(wrong_blk AS STRING), ' rows have blk outside 0 to 70; '), ''),
    IF(wrong_tov > 0, CONCAT(CAST(wrong_tov AS STRING), ' rows have tov outside 0 to 70; '), ''),
    IF(wrong_pf > 0, CONCAT(CAST(wrong_pf AS STRING), ' rows have pf outside 0 to 70; '), ''),
    IF(wrong_minutes > 0, CONCAT(CAST(wrong_minutes AS STRING), ' rows have minutes outside 0 to 75; '), ''),
    IF(wrong_points > 0, CONCAT(CAST(wrong_points AS STRING), ' rows have points outside 0 to 110; '), ''),
    IF(wrong_plus_minus > 0, CONCAT(CAST(wrong_plus_minus AS STRING), ' rows have plus_minus outside -120 to 120; '), ''),
    IF(wrong_paint_attempts > 0, CONCAT(CAST(wrong_paint_attempts AS STRING), ' rows have paint_attempts outside 0 to 70; '), ''),
    IF(wrong_paint_makes > 0, CONCAT(CAST(wrong_paint_makes AS STRING), ' rows have paint_makes outside 0 to 70; '), ''),
    IF(wrong_paint_attempts_blocked > 0, CONCAT(CAST(wrong_paint_attempts_blocked AS STRING), ' rows have paint_attempts_blocked outside 0 to 70; '), ''),
    IF(wrong_mid_range_attempts > 0, CONCAT(CAST(wrong_mid_range_attempts AS STRING), ' rows have mid_range_attempts outside 0 to 70; '), ''),
    IF(wrong_mid_range_makes > 0, CONCAT(CAST(wrong_mid_range_makes AS STRING), ' rows have mid_range_makes outside 0 to 70; '), ''),
    IF(wrong_mid_range_attempts_blocked > 0, CONCAT(CAST(wrong_mid_range_attempts_blocked AS STRING), ' rows have mid_range_attempts_blocked outside 0 to 70; '), ''),
    IF(wrong_three_pt_attempts > 0, CONCAT(CAST(wrong_three_pt_attempts AS STRING), ' rows have three_pt_attempts outside 0 to 70; '), ''),
    IF(wrong_three_pt_makes > 0, CONCAT(CAST(wrong_three_pt_makes AS STRING), ' rows have three_pt_makes outside 0 to 70; '), ''),
    IF(wrong_three_pt_attempts_blocked > 0, CONCAT(CAST(wrong_three_pt_attempts_blocked AS STRING), ' rows have three_pt_attempts_blocked outside 0 to 70; '), ''),
    IF(wrong_assisted_fg_makes > 0, CONCAT(CAST(wrong_assisted_fg_makes AS STRING), ' rows have assisted_fg_makes outside 0 to 70; '), ''),
    IF(wrong_unassisted_fg_makes > 0, CONCAT(CAST(wrong_unassisted_fg_makes AS STRING), ' rows have unassisted_fg_makes outside 0 to 70; '), ''),
    IF(wrong_ts_pct > 0, CONCAT(CAST(wrong_ts_pct AS STRING), ' rows have ts_pct outside 0 to 2.5; '), ''),
    IF(wrong_efg_pct > 0, CONCAT(CAST(wrong_efg_pct AS STRING), ' rows have efg_pct outside 0 to 2.5; '), ''),
    IF(wrong_usage_rate > 0, CONCAT(CAST(wrong_usage_rate AS STRING), ' rows have usage_rate outside 0 to 1000; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(NOT (fgm BETWEEN 0 AND 70)) AS wrong_fgm,
    COUNTIF(NOT (fga BETWEEN 0 AND 70)) AS wrong_fga,
    COUNTIF(NOT (fg3m BETWEEN 0 AND 70)) AS wrong_fg3m,
    COUNTIF(NOT (fg3a BETWEEN 0 AND 70)) AS wrong_fg3a,
    COUNTIF(NOT (ftm BETWEEN 0 AND 70)) AS wrong_ftm,
    COUNTIF(NOT (fta BETWEEN 0 AND 70)) AS wrong_fta,
    COUNTIF(NOT (oreb BETWEEN 0 AND 70)) AS wrong_oreb,
    COUNTIF(NOT (dreb BETWEEN 0 AND 70)) AS wrong_dreb,
    COUNTIF(NOT (reb BETWEEN 0 AND 70)) AS wrong_reb,
    COUNTIF(NOT (ast BETWEEN 0 AND 70)) AS wrong_ast,
    COUNTIF(NOT (stl BETWEEN 0 AND 70)) AS wrong_stl,
    COUNTIF(NOT (blk BETWEEN 0 AND 70)) AS wrong_blk,
    COUNTIF(NOT (tov BETWEEN 0 AND 70)) AS wrong_tov,
    COUNTIF(NOT (pf BETWEEN 0 AND 70)) AS wrong_pf,
    COUNTIF(NOT (minutes BETWEEN 0 AND 75)) AS wrong_minutes,
    COUNTIF(NOT (points BETWEEN 0 AND 110)) AS wrong_points,
    COUNTIF(NOT (plus_minus BETWEEN -120 AND 120)) AS wrong_plus_minus,
    COUNTIF(NOT (paint_attempts BETWEEN 0 AND 70)) AS wrong_paint_attempts,
    COUNTIF(NOT (paint_makes BETWEEN 0 AND 70)) AS wrong_paint_makes,
    COUNTIF(NOT (paint_attempts_blocked BETWEEN 0 AND 70)) AS wrong_paint_attempts_blocked,
    COUNTIF(NOT (mid_range_attempts BETWEEN 0 AND 70)) AS wrong_mid_range_attempts,
    COUNTIF(NOT (mid_range_makes BETWEEN 0 AND 70)) AS wrong_mid_range_makes,
    COUNTIF(NOT (mid_range_attempts_blocked BETWEEN 0 AND 70)) AS wrong_mid_range_attempts_blocked,
    COUNTIF(NOT (three_pt_attempts BETWEEN 0 AND 70)) AS wrong_three_pt_attempts,
    COUNTIF(NOT (three_pt_makes BETWEEN 0 AND 70)) AS wrong_three_pt_makes,
    COUNTIF(NOT (three_pt_attempts_blocked BETWEEN 0 AND 70)) AS wrong_three_pt_attempts_blocked,
    COUNTIF(NOT (assisted_fg_makes BETWEEN 0 AND 70)) AS wrong_assisted_fg_makes,
    COUNTIF(NOT (unassisted_fg_makes BETWEEN 0 AND 70)) AS wrong_unassisted_fg_makes,
    COUNTIF(NOT (ts_pct BETWEEN 0 AND 2.5)) AS wrong_ts_pct,
    COUNTIF(NOT (efg_pct BETWEEN 0 AND 2.5)) AS wrong_efg_pct,
    COUNTIF(NOT (usage_rate BETWEEN 0 AND 1000)) AS wrong_usage_rate
  FROM nba_analytics.player_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_fgm
  + wrong_fga
  + wrong_fg3m
  + wrong_fg3a
  + wrong_ftm
  + wrong_fta
  + wrong_oreb
  + wrong_dreb
  + wrong_reb
  + wrong_ast
  + wrong_stl
  + wrong_blk
  + wrong_tov
  + wrong_pf
  + wrong_minutes
  + wrong_points
  + wrong_plus_minus
  + wrong_paint_attempts
  + wrong_paint_makes
  + wrong_paint_attempts_blocked
  + wrong_mid_range_attempts
  + wrong_mid_range_makes
  + wrong_mid_range_attempts_blocked
  + wrong_three_pt_attempts
  + wrong_three_pt_makes
  + wrong_three_pt_attempts_blocked
  + wrong_assisted_fg_makes
  + wrong_unassisted_fg_makes
  + wrong_ts_pct
  + wrong_efg_pct
  + wrong_usage_rate > 0
UNION ALL
SELECT
  3 AS phase,
  'team_offense_game_summary' AS processor,
  game_date,
  'range' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_fgm > 0, CONCAT(CAST(wrong_fgm AS STRING), ' rows have fgm outside 0 to 200; '), ''),
    IF(wrong_fga > 0, CONCAT(CAST(wrong_fga AS STRING), ' rows have fga outside 0 to 200; '), ''),
    IF(wrong_fg3m > 0, CONCAT(CAST(wrong_fg3m AS STRING), ' rows have fg3m outside 0 to 200; '), ''),
    IF(wrong_fg3a > 0, CONCAT(CAST(wrong_fg3a AS STRING), ' rows have fg3a outside 0 to 200; '), ''),
    IF(wrong_ftm > 0, CONCAT(CAST(wrong_ftm AS STRING), ' rows have ftm outside 0 to 200; '), ''),
    IF(wrong_fta > 0, CONCAT(CAST(wrong_fta AS STRING), ' rows have fta outside 0 to 200; '), ''),
    IF(wrong_oreb > 0, CONCAT(CAST(wrong_oreb AS STRING), ' rows have oreb outside 0 to 200; '), ''),
    IF(wrong_dreb > 0, CONCAT(CAST(wrong_dreb AS STRING), ' rows have dreb outside 0 to 200; '), ''),
    IF(wrong_reb > 0, CONCAT(CAST(wrong_reb AS STRING), ' rows have reb outside 0 to 200; '), ''),
    IF(wrong_ast > 0, CONCAT(CAST(wrong_ast AS STRING), ' rows have ast outside 0 to 200; '), ''),
    IF(wrong_stl > 0, CONCAT(CAST(wrong_stl AS STRING), ' rows have stl outside 0 to 200; '), ''),
    IF(wrong_blk > 0, CONCAT(CAST(wrong_blk AS STRING), ' rows have blk outside 0 to 200; '), ''),
    IF(wrong_tov > 0, CONCAT(CAST(wrong_tov AS STRING), ' rows have tov outside 0 to 200; '), ''),
    IF(wrong_pf > 0, CONCAT(CAST(wrong_pf AS STRING), ' rows have pf outside 0 to 200; '), ''),
    IF(wrong_minutes > 0, CONCAT(CAST(wrong_minutes AS STRING), ' rows have minutes outside 180 to 420; '), ''),
    IF(wrong_points > 0, CONCAT(CAST(wrong_points AS STRING), ' rows have points outside 20 to 250; '), ''),
    IF(wrong_paint_attempts > 0, CONCAT(CAST(wrong_paint_attempts AS STRING), ' rows have paint_attempts outside 0 to 200; '), ''),
    IF(wrong_paint_makes > 0, CONCAT(CAST(wrong_paint_makes AS STRING), ' rows have paint_makes outside 0 to 200; '), ''),
    IF(wrong_paint_attempts_blocked > 0, CONCAT(CAST(wrong_paint_attempts_blocked AS STRING), ' rows have paint_attempts_blocked outside 0 to 200; '), ''),
    IF(wrong_mid_range_attempts > 0, CONCAT(CAST(wrong_mid_range_attempts AS STRING), ' rows have mid_range_attempts outside 0 to 200; '), ''),
    IF(wrong_mid_range_makes > 0, CONCAT(CAST(wrong_mid_range_makes AS STRING), ' rows have mid_range_makes outside 0 to 200; '), ''),
    IF(wrong_mid_range_attempts_blocked > 0, CONCAT(CAST(wrong_mid_range_attempts_blocked AS STRING), ' rows have mid_range_attempts_blocked outside 0 to 200; '), ''),
    IF(wrong_three_pt_attempts > 0, CONCAT(CAST(wrong_three_pt_attempts AS STRING), ' rows have three_pt_attempts outside 0 to 200; '), ''),
    IF(wrong_three_pt_makes > 0, CONCAT(CAST(wrong_three_pt_makes AS STRING), ' rows have three_pt_makes outside 0 to 200; '), ''),
    IF(wrong_three_pt_attempts_blocked > 0, CONCAT(CAST(wrong_three_pt_attempts_blocked AS STRING), ' rows have three_pt_attempts_blocked outside 0 to 200; '), ''),
    IF(wrong_assisted_fg_makes > 0, CONCAT(CAST(wrong_assisted_fg_makes AS STRING), ' rows have assisted_fg_makes outside 0 to 200; '), ''),
    IF(wrong_unassisted_fg_makes > 0, CONCAT(CAST(wrong_unassisted_fg_makes AS STRING), ' rows have unassisted_fg_makes outside 0 to 200; '), ''),
    IF(wrong_ts_pct > 0, CONCAT(CAST(wrong_ts_pct AS STRING), ' rows have ts_pct outside 0 to 2.5; '), ''),
    IF(wrong_efg_pct > 0, CONCAT(CAST(wrong_efg_pct AS STRING), ' rows have efg_pct outside 0 to 2.5; '), ''),
    IF(wrong_possessions > 0, CONCAT(CAST(wrong_possessions AS STRING), ' rows have possessions outside 0 to 200; '), ''),
    IF(wrong_game_possessions > 0, CONCAT(CAST(wrong_game_possessions AS STRING), ' rows have game_possessions outside 0 to 200; '), ''),
    IF(wrong_pace > 0, CONCAT(CAST(wrong_pace AS STRING), ' rows have pace outside 60 to 160; '), ''),
    IF(wrong_offensive_rating > 0, CONCAT(CAST(wrong_offensive_rating AS STRING), ' rows have offensive_rating outside 30 to 230; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(NOT (fgm BETWEEN 0 AND 200)) AS wrong_fgm,
    COUNTIF(NOT (fga BETWEEN 0 AND 200)) AS wrong_fga,
    COUNTIF(NOT (fg3m BETWEEN 0 AND 200)) AS wrong_fg3m,
    COUNTIF(NOT (fg3a BETWEEN 0 AND 200)) AS wrong_fg3a,
    COUNTIF(NOT (ftm BETWEEN 0 AND 200)) AS wrong_ftm,
    COUNTIF(NOT (fta BETWEEN 0 AND 200)) AS wrong_fta,
    COUNTIF(NOT (oreb BETWEEN 0 AND 200)) AS wrong_oreb,
    COUNTIF(NOT (dreb BETWEEN 0 AND 200)) AS wrong_dreb,
    COUNTIF(NOT (reb BETWEEN 0 AND 200)) AS wrong_reb,
    COUNTIF(NOT (ast BETWEEN 0 AND 200)) AS wrong_ast,
    COUNTIF(NOT (stl BETWEEN 0 AND 200)) AS wrong_stl,
    COUNTIF(NOT (blk BETWEEN 0 AND 200)) AS wrong_blk,
    COUNTIF(NOT (tov BETWEEN 0 AND 200)) AS wrong_tov,
    COUNTIF(NOT (pf BETWEEN 0 AND 200)) AS wrong_pf,
    COUNTIF(NOT (minutes BETWEEN 180 AND 420)) AS wrong_minutes,
    COUNTIF(NOT (points BETWEEN 20 AND 250)) AS wrong_points,
    COUNTIF(NOT (paint_attempts BETWEEN 0 AND 200)) AS wrong_paint_attempts,
    COUNTIF(NOT (paint_makes BETWEEN 0 AND 200)) AS wrong_paint_makes,
    COUNTIF(NOT (paint_attempts_blocked BETWEEN 0 AND 200)) AS wrong_paint_attempts_blocked,
    COUNTIF(NOT (mid_range_attempts BETWEEN 0 AND 200)) AS wrong_mid_range_attempts,
    COUNTIF(NOT (mid_range_makes BETWEEN 0 AND 200)) AS wrong_mid_range_makes,
    COUNTIF(NOT (mid_range_attempts_blocked BETWEEN 0 AND 200)) AS wrong_mid_range_attempts_blocked,
    COUNTIF(NOT (three_pt_attempts BETWEEN 0 AND 200)) AS wrong_three_pt_attempts,
    COUNTIF(NOT (three_pt_makes BETWEEN 0 AND 200)) AS wrong_three_pt_makes,
    COUNTIF(NOT (three_pt_attempts_blocked BETWEEN 0 AND 200)) AS wrong_three_pt_attempts_blocked,
    COUNTIF(NOT (assisted_fg_makes BETWEEN 0 AND 200)) AS wrong_assisted_fg_makes,
    COUNTIF(NOT (unassisted_fg_makes BETWEEN 0 AND 200)) AS wrong_unassisted_fg_makes,
    COUNTIF(NOT (ts_pct BETWEEN 0 AND 2.5)) AS wrong_ts_pct,
    COUNTIF(NOT (efg_pct BETWEEN 0 AND 2.5)) AS wrong_efg_pct,
    COUNTIF(NOT (possessions BETWEEN 0 AND 200)) AS wrong_possessions,
    COUNTIF(NOT (game_possessions BETWEEN 0 AND 200)) AS wrong_game_possessions,
    COUNTIF(NOT (pace BETWEEN 60 AND 160)) AS wrong_pace,
    COUNTIF(NOT (offensive_rating BETWEEN 30 AND 230)) AS wrong_offensive_rating
  FROM nba_analytics.team_offense_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_fgm
  + wrong_fga
  + wrong_fg3m
  + wrong_fg3a
  + wrong_ftm
  + wrong_fta
  + wrong_oreb
  + wrong_dreb
  + wrong_reb
  + wrong_ast
  + wrong_stl
  + wrong_blk
  + wrong_tov
  + wrong_pf
  + wrong_minutes
  + wrong_points
  + wrong_paint_attempts
  + wrong_paint_makes
  + wrong_paint_attempts_blocked
  + wrong_mid_range_attempts
  + wrong_mid_range_makes
  + wrong_mid_range_attempts_blocked
  + wrong_three_pt_attempts
  + wrong_three_pt_makes
  + wrong_three_pt_attempts_blocked
  + wrong_assisted_fg_makes
  + wrong_unassisted_fg_makes
  + wrong_ts_pct
  + wrong_efg_pct
  + wrong_possessions
  + wrong_game_possessions
  + wrong_pace
  + wrong_offensive_rating > 0
UNION ALL
SELECT
  3 AS phase,
  'team_defense_game_summary' AS processor,
  game_date,
  'range' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_minutes > 0, CONCAT(CAST(wrong_minutes AS STRING), ' rows have minutes outside 180 to 420; '), ''),
    IF(wrong_points_allowed > 0, CONCAT(CAST(wrong_points_allowed AS STRING), ' rows have points_allowed outside 20 to 250; '), ''),
    IF(wrong_paint_attempts_allowed > 0, CONCAT(CAST(wrong_paint_attempts_allowed AS STRING), ' rows have paint_attempts_allowed outside 0 to 200; '), ''),
    IF(wrong_paint_makes_allowed > 0, CONCAT(CAST(wrong_paint_makes_allowed AS STRING), ' rows have paint_makes_allowed outside 0 to 200; '), ''),
    IF(wrong_mid_range_attempts_allowed > 0, CONCAT(CAST(wrong_mid_range_attempts_allowed AS STRING), ' rows have mid_range_attempts_allowed outside 0 to 200; '), ''),
    IF(wrong_mid_range_makes_allowed > 0, CONCAT(CAST(wrong_mid_range_makes_allowed AS STRING), ' rows have mid_range_makes_allowed outside 0 to 200; '), ''),
    IF(wrong_three_pt_attempts_allowed > 0, CONCAT(CAST(wrong_three_pt_attempts_allowed AS STRING), ' rows have three_pt_attempts_allowed outside 0 to 200; '), ''),
    IF(wrong_three_pt_makes_allowed > 0, CONCAT(CAST(wrong_three_pt_makes_allowed AS STRING), ' rows have three_pt_makes_allowed outside 0 to 200; '), ''),
    IF(wrong_paint_blocks > 0, CONCAT(CAST(wrong_paint_blocks AS STRING), ' rows have paint_blocks outside 0 to 200; '), ''),
    IF(wrong_mid_range_blocks > 0, CONCAT(CAST(wrong_mid_range_blocks AS STRING), ' rows have mid_range_blocks outside 0 to 200; '), ''),
    IF(wrong_three_pt_blocks > 0, CONCAT(CAST(wrong_three_pt_blocks AS STRING), ' rows have three_pt_blocks outside 0 to 200; '), ''),
    IF(wrong_opponent_efg_pct > 0, CONCAT(CAST(wrong_opponent_efg_pct AS STRING), ' rows have opponent_efg_pct outside 0 to 2.5; '), ''),
    IF(wrong_pace > 0, CONCAT(CAST(wrong_pace AS STRING), ' rows have pace outside 60 to 160; '), ''),
    IF(wrong_defensive_rating > 0, CONCAT(CAST(wrong_defensive_rating AS STRING), ' rows have defensive_rating outside 30 to 230; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(NOT (minutes BETWEEN 180 AND 420)) AS wrong_minutes,
    COUNTIF(NOT (points_allowed BETWEEN 20 AND 250)) AS wrong_points_allowed,
    COUNTIF(NOT (paint_attempts_allowed BETWEEN 0 AND 200)) AS wrong_paint_attempts_allowed,
    COUNTIF(NOT (paint_makes_allowed BETWEEN 0 AND 200)) AS wrong_paint_makes_allowed,
    COUNTIF(NOT (mid_range_attempts_allowed BETWEEN 0 AND 200)) AS wrong_mid_range_attempts_allowed,
    COUNTIF(NOT (mid_range_makes_allowed BETWEEN 0 AND 200)) AS wrong_mid_range_makes_allowed,
    COUNTIF(NOT (three_pt_attempts_allowed BETWEEN 0 AND 200)) AS wrong_three_pt_attempts_allowed,
    COUNTIF(NOT (three_pt_makes_allowed BETWEEN 0 AND 200)) AS wrong_three_pt_makes_allowed,
    COUNTIF(NOT (paint_blocks BETWEEN 0 AND 200)) AS wrong_paint_blocks,
    COUNTIF(NOT (mid_range_blocks BETWEEN 0 AND 200)) AS wrong_mid_range_blocks,
    COUNTIF(NOT (three_pt_blocks BETWEEN 0 AND 200)) AS wrong_three_pt_blocks,
    COUNTIF(NOT (opponent_efg_pct BETWEEN 0 AND 2.5)) AS wrong_opponent_efg_pct,
    COUNTIF(NOT (pace BETWEEN 60 AND 160)) AS wrong_pace,
    COUNTIF(NOT (defensive_rating BETWEEN 30 AND 230)) AS wrong_defensive_rating
  FROM nba_analytics.team_defense_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_minutes
  + wrong_points_allowed
  + wrong_paint_attempts_allowed
  + wrong_paint_makes_allowed
  + wrong_mid_range_attempts_allowed
  + wrong_mid_range_makes_allowed
  + wrong_three_pt_attempts_allowed
  + wrong_three_pt_makes_allowed
  + wrong_paint_blocks
  + wrong_mid_range_blocks
  + wrong_three_pt_blocks
  + wrong_opponent_efg_pct
  + wrong_pace
  + wrong_defensive_rating > 0
UNION ALL
SELECT
  4 AS phase,
  'player_shot_zone_analysis' AS processor,
  game_date,
  'range' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_quality_score > 0, CONCAT(CAST(wrong_quality_score AS STRING), ' rows have quality_score outside 0 to 100; '), ''),
    IF(wrong_games_used > 0, CONCAT(CAST(wrong_games_used AS STRING), ' rows have games_used outside 0 to 110; '), ''),
    IF(wrong_paint_rate_last_10 > 0, CONCAT(CAST(wrong_paint_rate_last_10 AS STRING), ' rows have paint_rate_last_10 outside 0 to 100; '), ''),
    IF(wrong_mid_range_rate_last_10 > 0, CONCAT(CAST(wrong_mid_range_rate_last_10 AS STRING), ' rows have mid_range_rate_last_10 outside 0 to 100; '), ''),
    IF(wrong_three_pt_rate_last_10 > 0, CONCAT(CAST(wrong_three_pt_rate_last_10 AS STRING), ' rows have three_pt_rate_last_10 outside 0 to 100; '), ''),
    IF(wrong_paint_rate_last_20 > 0, CONCAT(CAST(wrong_paint_rate_last_20 AS STRING), ' rows have paint_rate_last_20 outside 0 to 100; '), ''),
    IF(wrong_mid_range_rate_last_20 > 0, CONCAT(CAST(wrong_mid_range_rate_last_20 AS STRING), ' rows have mid_range_rate_last_20 outside 0 to 100; '), ''),
    IF(wrong_three_pt_rate_last_20 > 0, CONCAT(CAST(wrong_three_pt_rate_last_20 AS STRING), ' rows have three_pt_rate_last_20 outside 0 to 100; '), ''),
    IF(wrong_assisted_rate_last_10 > 0, CONCAT(CAST(wrong_assisted_rate_last_10 AS STRING), ' rows have assisted_rate_last_10 outside 0 to 100; '), ''),
    IF(wrong_unassisted_rate_last_10 > 0, CONCAT(CAST(wrong_unassisted_rate_last_10 AS STRING), ' rows have unassisted_rate_last_10 outside 0 to 100; '), ''),
    IF(wrong_paint_pct_last_10 > 0, CONCAT(CAST(wrong_paint_pct_last_10 AS STRING), ' rows have paint_pct_last_10 outside 0 to 1; '), ''),
    IF(wrong_mid_range_pct_last_10 > 0, CONCAT(CAST(wrong_mid_range_pct_last_10 AS STRING), ' rows have mid_range_pct_last_10 outside 0 to 1; '), ''),
    IF(wrong_three_pt_pct_last_10 > 0, CONCAT(CAST(wrong_three_pt_pct_last_10 AS STRING), ' rows have three_pt_pct_last_10 outside 0 to 1; '), ''),
    IF(wrong_paint_attempts_per_game > 0, CONCAT(CAST(wrong_paint_attempts_per_game AS STRING), ' rows have paint_attempts_per_game outside 0 to 70; '), ''),
    IF(wrong_mid_range_attempts_per_game > 0, CONCAT(CAST(wrong_mid_range_attempts_per_game AS STRING), ' rows have mid_range_attempts_per_game outside 0 to 70; '), ''),
    IF(wrong_three_pt_attempts_per_game > 0, CONCAT(CAST(wrong_three_pt_attempts_per_game AS STRING), ' rows have three_pt_attempts_per_game outside 0 to 70; '), ''),
    IF(wrong_games_in_sample_20 > 0, CONCAT(CAST(wrong_games_in_sample_20 AS STRING), ' rows have games_in_sample_20 outside 0 to 20; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(NOT (quality_score BETWEEN 0 AND 100)) AS wrong_quality_score,
    COUNTIF(NOT (games_used BETWEEN 0 AND 110)) AS wrong_games_used,
    COUNTIF(NOT (paint_rate_last_10 BETWEEN 0 AND 100)) AS wrong_paint_rate_last_10,
    COUNTIF(NOT (mid_range_rate_last_10 BETWEEN 0 AND 100)) AS wrong_mid_range_rate_last_10,
    COUNTIF(NOT (three_pt_rate_last_10 BETWEEN 0 AND 100)) AS wrong_three_pt_rate_last_10,
    COUNTIF(NOT (paint_rate_last_20 BETWEEN 0 AND 100)) AS wrong_paint_rate_last_20,
    COUNTIF(NOT (mid_range_rate_last_20 BETWEEN 0 AND 100)) AS wrong_mid_range_rate_last_20,
    COUNTIF(NOT (three_pt_rate_last_20 BETWEEN 0 AND 100)) AS wrong_three_pt_rate_last_20,
    COUNTIF(NOT (assisted_rate_last_10 BETWEEN 0 AND 100)) AS wrong_assisted_rate_last_10,
    COUNTIF(NOT (unassisted_rate_last_10 BETWEEN 0 AND 100)) AS wrong_unassisted_rate_last_10,
    COUNTIF(NOT (paint_pct_last_10 BETWEEN 0 AND 1)) AS wrong_paint_pct_last_10,
    COUNTIF(NOT (mid_range_pct_last_10 BETWEEN 0 AND 1)) AS wrong_mid_range_pct_last_10,
    COUNTIF(NOT (three_pt_pct_last_10 BETWEEN 0 AND 1)) AS wrong_three_pt_pct_last_10,
    COUNTIF(NOT (paint_attempts_per_game BETWEEN 0 AND 70)) AS wrong_paint_attempts_per_game,
    COUNTIF(NOT (mid_range_attempts_per_game BETWEEN 0 AND 70)) AS wrong_mid_range_attempts_per_game,
    COUNTIF(NOT (three_pt_attempts_per_game BETWEEN 0 AND 70)) AS wrong_three_pt_attempts_per_game,
    COUNTIF(NOT (games_in_sample_20 BETWEEN 0 AND 20)) AS wrong_games_in_sample_20
  FROM nba_precompute.player_shot_zone_analysis
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_quality_score
  + wrong_games_used
  + wrong_paint_rate_last_10
  + wrong_mid_range_rate_last_10
  + wrong_three_pt_rate_last_10
  + wrong_paint_rate_last_20
  + wrong_mid_range_rate_last_20
  + wrong_three_pt_rate_last_20
  + wrong_assisted_rate_last_10
  + wrong_unassisted_rate_last_10
  + wrong_paint_pct_last_10
  + wrong_mid_range_pct_last_10
  + wrong_three_pt_pct_last_10
  + wrong_paint_attempts_per_game
  + wrong_mid_range_attempts_per_game
  + wrong_three_pt_attempts_per_game
  + wrong_games_in_sample_20 > 0
UNION ALL
SELECT
  4 AS phase,
  'team_defense_zone_analysis' AS processor,
  game_date,
  'range' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_quality_score > 0, CONCAT(CAST(wrong_quality_score AS STRING), ' rows have quality_score outside 0 to 100; '), ''),
    IF(wrong_games_used > 0, CONCAT(CAST(wrong_games_used AS STRING), ' rows have games_used outside 0 to 110; '), ''),
    IF(wrong_paint_pct_allowed_last_15 > 0, CONCAT(CAST(wrong_paint_pct_allowed_last_15 AS STRING), ' rows have paint_pct_allowed_last_15 outside 0 to 1; '), ''),
    IF(wrong_mid_range_pct_allowed_last_15 > 0, CONCAT(CAST(wrong_mid_range_pct_allowed_last_15 AS STRING), ' rows have mid_range_pct_allowed_last_15 outside 0 to 1; '), ''),
    IF(wrong_three_pt_pct_allowed_last_15 > 0, CONCAT(CAST(wrong_three_pt_pct_allowed_last_15 AS STRING), ' rows have three_pt_pct_allowed_last_15 outside 0 to 1; '), ''),
    IF(wrong_paint_attempts_allowed_per_game > 0, CONCAT(CAST(wrong_paint_attempts_allowed_per_game AS STRING), ' rows have paint_attempts_allowed_per_game outside 0 to 200; '), ''),
    IF(wrong_mid_range_attempts_allowed_per_game > 0, CONCAT(CAST(wrong_mid_range_attempts_allowed_per_game AS STRING), ' rows have mid_range_attempts_allowed_per_game outside 0 to 200; '), ''),
    IF(wrong_three_pt_attempts_allowed_per_game > 0, CONCAT(CAST(wrong_three_pt_attempts_allowed_per_game AS STRING), ' rows have three_pt_attempts_allowed_per_game outside 0 to 200; '), ''),
    IF(wrong_league_paint_pct > 0, CONCAT(CAST(wrong_league_paint_pct AS STRING), ' rows have league_paint_pct outside 0 to 1; '), ''),
    IF(wrong_league_mid_range_pct > 0, CONCAT(CAST(wrong_league_mid_range_pct AS STRING), ' rows have league_mid_range_pct outside 0 to 1; '), ''),
    IF(wrong_league_three_pt_pct > 0, CONCAT(CAST(wrong_league_three_pt_pct AS STRING), ' rows have league_three_pt_pct outside 0 to 1; '), ''),
    IF(wrong_paint_defense_vs_league > 0, CONCAT(CAST(wrong_paint_defense_vs_league AS STRING), ' rows have paint_defense_vs_league outside -100 to 100; '), ''),
    IF(wrong_mid_range_defense_vs_league > 0, CONCAT(CAST(wrong_mid_range_defense_vs_league AS STRING), ' rows have mid_range_defense_vs_league outside -100 to 100; '), ''),
    IF(wrong_three_pt_defense_vs_league > 0, CONCAT(CAST(wrong_three_pt_defense_vs_league AS STRING), ' rows have three_pt_defense_vs_league outside -100 to 100; '), ''),
    IF(wrong_pace_last_15 > 0, CONCAT(CAST(wrong_pace_last_15 AS STRING), ' rows have pace_last_15 outside 60 to 160; '), ''),
    IF(wrong_league_pace > 0, CONCAT(CAST(wrong_league_pace AS STRING), ' rows have league_pace outside 60 to 160; '), ''),
    IF(wrong_defensive_rating_last_15 > 0, CONCAT(CAST(wrong_defensive_rating_last_15 AS STRING), ' rows have defensive_rating_last_15 outside 30 to 230; '), ''),
    IF(wrong_league_defensive_rating > 0, CONCAT(CAST(wrong_league_defensive_rating AS STRING), ' rows have league_defensive_rating outside 30 to 230; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(NOT (quality_score BETWEEN 0 AND 100)) AS wrong_quality_score,
    COUNTIF(NOT (games_used BETWEEN 0 AND 110)) AS wrong_games_used,
    COUNTIF(NOT (paint_pct_allowed_last_15 BETWEEN 0 AND 1)) AS wrong_paint_pct_allowed_last_15,
    COUNTIF(NOT (mid_range_pct_allowed_last_15 BETWEEN 0 AND 1)) AS wrong_mid_range_pct_allowed_last_15,
    COUNTIF(NOT (three_pt_pct_allowed_last_15 BETWEEN 0 AND 1)) AS wrong_three_pt_pct_allowed_last_15,
    COUNTIF(NOT (paint_attempts_allowed_per_game BETWEEN 0 AND 200)) AS wrong_paint_attempts_allowed_per_game,
    COUNTIF(NOT (mid_range_attempts_allowed_per_game BETWEEN 0 AND 200)) AS wrong_mid_range_attempts_allowed_per_game,
    COUNTIF(NOT (three_pt_attempts_allowed_per_game BETWEEN 0 AND 200)) AS wrong_three_pt_attempts_allowed_per_game,
    COUNTIF(NOT (league_paint_pct BETWEEN 0 AND 1)) AS wrong_league_paint_pct,
    COUNTIF(NOT (league_mid_range_pct BETWEEN 0 AND 1)) AS wrong_league_mid_range_pct,
    COUNTIF(NOT (league_three_pt_pct BETWEEN 0 AND 1)) AS wrong_league_three_pt_pct,
    COUNTIF(NOT (paint_defense_vs_league BETWEEN -100 AND 100)) AS wrong_paint_defense_vs_league,
    COUNTIF(NOT (mid_range_defense_vs_league BETWEEN -100 AND 100)) AS wrong_mid_range_defense_vs_league,
    COUNTIF(NOT (three_pt_defense_vs_league BETWEEN -100 AND 100)) AS wrong_three_pt_defense_vs_league,
    COUNTIF(NOT (pace_last_15 BETWEEN 60 AND 160)) AS wrong_pace_last_15,
    COUNTIF(NOT (league_pace BETWEEN 60 AND 160)) AS wrong_league_pace,
    COUNTIF(NOT (defensive_rating_last_15 BETWEEN 30 AND 230)) AS wrong_defensive_rating_last_15,
    COUNTIF(NOT (league_defensive_rating BETWEEN 30 AND 230)) AS wrong_league_defensive_rating
  FROM nba_precompute.team_defense_zone_analysis
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_quality_score
  + wrong_games_used
  + wrong_paint_pct_allowed_last_15
  + wrong_mid_range_pct_allowed_last_15
  + wrong_three_pt_pct_allowed_last_15
  + wrong_paint_attempts_allowed_per_game
  + wrong_mid_range_attempts_allowed_per_game
  + wrong_three_pt_attempts_allowed_per_game
  + wrong_league_paint_pct
  + wrong_league_mid_range_pct
  + wrong_league_three_pt_pct
  + wrong_paint_defense_vs_league
  + wrong_mid_range_defense_vs_league
  + wrong_three_pt_defense_vs_league
  + wrong_pace_last_15
  + wrong_league_pace
  + wrong_defensive_rating_last_15
  + wrong_league_defensive_rating > 0
UNION ALL
SELECT
  4 AS phase,
  'player_composite_factors' AS processor,
  game_date,
  'range' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_quality_score > 0, CONCAT(CAST(wrong_quality_score AS STRING), ' rows have quality_score outside 0 to 100; '), ''),
    IF(wrong_games_used > 0, CONCAT(CAST(wrong_games_used AS STRING), ' rows have games_used outside 0 to 110; '), ''),
    IF(wrong_fatigue_score > 0, CONCAT(CAST(wrong_fatigue_score AS STRING), ' rows have fatigue_score outside 0 to 100; '), ''),
    IF(wrong_fatigue_adjustment > 0, CONCAT(CAST(wrong_fatigue_adjustment AS STRING), ' rows have fatigue_adjustment outside -1 to 0; '), ''),
    IF(wrong_zone_mismatch_adjustment > 0, CONCAT(CAST(wrong_zone_mismatch_adjustment AS STRING), ' rows have zone_mismatch_adjustment outside -1.5 to 1.5; '), ''),
    IF(wrong_pace_adjustment > 0, CONCAT(CAST(wrong_pace_adjustment AS STRING), ' rows have pace_adjustment outside -1 to 1; '), ''),
    IF(wrong_usage_trend_adjustment > 0, CONCAT(CAST(wrong_usage_trend_adjustment AS STRING), ' rows have usage_trend_adjustment outside -1 to 1; '), ''),
    IF(wrong_total_adjustment > 0, CONCAT(CAST(wrong_total_adjustment AS STRING), ' rows have total_adjustment outside -4.5 to 3.5; '), ''),
    IF(wrong_games_last_7 > 0, CONCAT(CAST(wrong_games_last_7 AS STRING), ' rows have games_last_7 outside 0 to 7; '), ''),
    IF(wrong_games_last_14 > 0, CONCAT(CAST(wrong_games_last_14 AS STRING), ' rows have games_last_14 outside 0 to 10; '), ''),
    IF(wrong_days_of_rest > 0, CONCAT(CAST(wrong_days_of_rest AS STRING), ' rows have days_of_rest outside 0 to 366; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(NOT (quality_score BETWEEN 0 AND 100)) AS wrong_quality_score,
    COUNTIF(NOT (games_used BETWEEN 0 AND 110)) AS wrong_games_used,
    COUNTIF(NOT (fatigue_score BETWEEN 0 AND 100)) AS wrong_fatigue_score,
    COUNTIF(NOT (fatigue_adjustment BETWEEN -1 AND 0)) AS wrong_fatigue_adjustment,
    COUNTIF(NOT (zone_mismatch_adjustment BETWEEN -1.5 AND 1.5)) AS wrong_zone_mismatch_adjustment,
    COUNTIF(NOT (pace_adjustment BETWEEN -1 AND 1)) AS wrong_pace_adjustment,
    COUNTIF(NOT (usage_trend_adjustment BETWEEN -1 AND 1)) AS wrong_usage_trend_adjustment,
    COUNTIF(NOT (total_adjustment BETWEEN -4.5 AND 3.5)) AS wrong_total_adjustment,
    COUNTIF(NOT (games_last_7 BETWEEN 0 AND 7)) AS wrong_games_last_7,
    COUNTIF(NOT (games_last_14 BETWEEN 0 AND 10)) AS wrong_games_last_14,
    COUNTIF(NOT (days_of_rest BETWEEN 0 AND 366)) AS wrong_days_of_rest
  FROM nba_precompute.player_composite_factors
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_quality_score
  + wrong_games_used
  + wrong_fatigue_score
  + wrong_fatigue_adjustment
  + wrong_zone_mismatch_adjustment
  + wrong_pace_adjustment
  + wrong_usage_trend_adjustment
  + wrong_total_adjustment
  + wrong_games_last_7
  + wrong_games_last_14
  + wrong_days_of_rest > 0
UNION ALL
SELECT
  4 AS phase,
  'player_daily_cache' AS processor,
  game_date,
  'range' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_quality_score > 0, CONCAT(CAST(wrong_quality_score AS STRING), ' rows have quality_score outside 0 to 100; '), ''),
    IF(wrong_games_used > 0, CONCAT(CAST(wrong_games_used AS STRING), ' rows have games_used outside 0 to 110; '), ''),
    IF(wrong_points_avg_last_5 > 0, CONCAT(CAST(wrong_points_avg_last_5 AS STRING), ' rows have points_avg_last_5 outside 0 to 110; '), ''),
    IF(wrong_points_avg_last_10 > 0, CONCAT(CAST(wrong_points_avg_last_10 AS STRING), ' rows have points_avg_last_10 outside 0 to 110; '), ''),
    IF(wrong_points_avg_last_20 > 0, CONCAT(CAST(wrong_points_avg_last_20 AS STRING), ' rows have points_avg_last_20 outside 0 to 110; '), ''),
    IF(wrong_minutes_avg_last_5 > 0, CONCAT(CAST(wrong_minutes_avg_last_5 AS STRING), ' rows have minutes_avg_last_5 outside 0 to 75; '), ''),
    IF(wrong_minutes_avg_last_10 > 0, CONCAT(CAST(wrong_minutes_avg_last_10 AS STRING), ' rows have minutes_avg_last_10 outside 0 to 75; '), ''),
    IF(wrong_minutes_avg_last_20 > 0, CONCAT(CAST(wrong_minutes_avg_last_20 AS STRING), ' rows have minutes_avg_last_20 outside 0 to 75; '), ''),
    IF(wrong_points_std_last_10 > 0, CONCAT(CAST(wrong_points_std_last_10 AS STRING), ' rows have points_std_last_10 outside 0 to 110; '), ''),
    IF(wrong_games_in_sample_20 > 0, CONCAT(CAST(wrong_games_in_sample_20 AS STRING), ' rows have games_in_sample_20 outside 0 to 20; '), ''),
    IF(wrong_games_last_7 > 0, CONCAT(CAST(wrong_games_last_7 AS STRING), ' rows have games_last_7 outside 0 to 7; '), ''),
    IF(wrong_games_last_14 > 0, CONCAT(CAST(wrong_games_last_14 AS STRING), ' rows have games_last_14 outside 0 to 10; '), ''),
    IF(wrong_days_of_rest > 0, CONCAT(CAST(wrong_days_of_rest AS STRING), ' rows have days_of_rest outside 0 to 366; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(NOT (quality_score BETWEEN 0 AND 100)) AS wrong_quality_score,
    COUNTIF(NOT (games_used BETWEEN 0 AND 110)) AS wrong_games_used,
    COUNTIF(NOT (points_avg_last_5 BETWEEN 0 AND 110)) AS wrong_points_avg_last_5,
    COUNTIF(NOT (points_avg_last_10 BETWEEN 0 AND 110)) AS wrong_points_avg_last_10,
    COUNTIF(NOT (points_avg_last_20 BETWEEN 0 AND 110)) AS wrong_points_avg_last_20,
    COUNTIF(NOT (minutes_avg_last_5 BETWEEN 0 AND 75)) AS wrong_minutes_avg_last_5,
    COUNTIF(NOT (minutes_avg_last_10 BETWEEN 0 AND 75)) AS wrong_minutes_avg_last_10,
    COUNTIF(NOT (minutes_avg_last_20 BETWEEN 0 AND 75)) AS wrong_minutes_avg_last_20,
    COUNTIF(NOT (points_std_last_10 BETWEEN 0 AND 110)) AS wrong_points_std_last_10,
    COUNTIF(NOT (games_in_sample_20 BETWEEN 0 AND 20)) AS wrong_games_in_sample_20,
    COUNTIF(NOT (games_last_7 BETWEEN 0 AND 7)) AS wrong_games_last_7,
    COUNTIF(NOT (games_last_14 BETWEEN 0 AND 10)) AS wrong_games_last_14,
    COUNTIF(NOT (days_of_rest BETWEEN 0 AND 366)) AS wrong_days_of_rest
  FROM nba_precompute.player_daily_cache
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_quality_score
  + wrong_games_used
  + wrong_points_avg_last_5
  + wrong_points_avg_last_10
  + wrong_points_avg_last_20
  + wrong_minutes_avg_last_5
  + wrong_minutes_avg_last_10
  + wrong_minutes_avg_last_20
  + wrong_points_std_last_10
  + wrong_games_in_sample_20
  + wrong_games_last_7
  + wrong_games_last_14
  + wrong_days_of_rest > 0
UNION ALL
SELECT
  4 AS phase,
  'player_season_profile' AS processor,
  game_date,
  'range' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_quality_score > 0, CONCAT(CAST(wrong_quality_score AS STRING), ' rows have quality_score outside 0 to 100; '), ''),
    IF(wrong_games_used > 0, CONCAT(CAST(wrong_games_used AS STRING), ' rows have games_used outside 0 to 110; '), ''),
    IF(wrong_points_avg_season > 0, CONCAT(CAST(wrong_points_avg_season AS STRING), ' rows have points_avg_season outside 0 to 110; '), ''),
    IF(wrong_minutes_avg_season > 0, CONCAT(CAST(wrong_minutes_avg_season AS STRING), ' rows have minutes_avg_season outside 0 to 75; '), ''),
    IF(wrong_ts_pct_season > 0, CONCAT(CAST(wrong_ts_pct_season AS STRING), ' rows have ts_pct_season outside 0 to 2.5; '), ''),
    IF(wrong_efg_pct_season > 0, CONCAT(CAST(wrong_efg_pct_season AS STRING), ' rows have efg_pct_season outside 0 to 2.5; '), ''),
    IF(wrong_usage_avg_season > 0, CONCAT(CAST(wrong_usage_avg_season AS STRING), ' rows have usage_avg_season outside 0 to 1000; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(NOT (quality_score BETWEEN 0 AND 100)) AS wrong_quality_score,
    COUNTIF(NOT (games_used BETWEEN 0 AND 110)) AS wrong_games_used,
    COUNTIF(NOT (points_avg_season BETWEEN 0 AND 110)) AS wrong_points_avg_season,
    COUNTIF(NOT (minutes_avg_season BETWEEN 0 AND 75)) AS wrong_minutes_avg_season,
    COUNTIF(NOT (ts_pct_season BETWEEN 0 AND 2.5)) AS wrong_ts_pct_season,
    COUNTIF(NOT (efg_pct_season BETWEEN 0 AND 2.5)) AS wrong_efg_pct_season,
    COUNTIF(NOT (usage_avg_season BETWEEN 0 AND 1000)) AS wrong_usage_avg_season
  FROM nba_precompute.player_season_profile
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_quality_score
  + wrong_games_used
  + wrong_points_avg_season
  + wrong_minutes_avg_season
  + wrong_ts_pct_season
  + wrong_efg_pct_season
  + wrong_usage_avg_season > 0
UNION ALL
SELECT
  5 AS phase,
  'ml_feature_store' AS processor,
  game_date,
  'range' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_quality_score > 0, CONCAT(CAST(wrong_quality_score AS STRING), ' rows have quality_score outside 0 to 100; '), ''),
    IF(wrong_games_used > 0, CONCAT(CAST(wrong_games_used AS STRING), ' rows have games_used outside 0 to 110; '), ''),
    IF(wrong_points_avg_last_5 > 0, CONCAT(CAST(wrong_points_avg_last_5 AS STRING), ' rows have points_avg_last_5 outside 0 to 110; '), ''),
    IF(wrong_points_avg_last_10 > 0, CONCAT(CAST(wrong_points_avg_last_10 AS STRING), ' rows have points_avg_last_10 outside 0 to 110; '), ''),
    IF(wrong_points_avg_last_20 > 0, CONCAT(CAST(wrong_points_avg_last_20 AS STRING), ' rows have points_avg_last_20 outside 0 to 110; '), ''),
    IF(wrong_minutes_avg_last_5 > 0, CONCAT(CAST(wrong_minutes_avg_last_5 AS STRING), ' rows have minutes_avg_last_5 outside 0 to 75; '), ''),
    IF(wrong_minutes_avg_last_10 > 0, CONCAT(CAST(wrong_minutes_avg_last_10 AS STRING), ' rows have minutes_avg_last_10 outside 0 to 75; '), ''),
    IF(wrong_minutes_avg_last_20 > 0, CONCAT(CAST(wrong_minutes_avg_last_20 AS STRING), ' rows have minutes_avg_last_20 outside 0 to 75; '), ''),
    IF(wrong_points_std_last_10 > 0, CONCAT(CAST(wrong_points_std_last_10 AS STRING), ' rows have points_std_last_10 outside 0 to 110; '), ''),
    IF(wrong_games_in_sample_20 > 0, CONCAT(CAST(wrong_games_in_sample_20 AS STRING), ' rows have games_in_sample_20 outside 0 to 20; '), ''),
    IF(wrong_games_last_7 > 0, CONCAT(CAST(wrong_games_last_7 AS STRING), ' rows have games_last_7 outside 0 to 7; '), ''),
    IF(wrong_games_last_14 > 0, CONCAT(CAST(wrong_games_last_14 AS STRING), ' rows have games_last_14 outside 0 to 10; '), ''),
    IF(wrong_days_of_rest > 0, CONCAT(CAST(wrong_days_of_rest AS STRING), ' rows have days_of_rest outside 0 to 366; '), ''),
    IF(wrong_fatigue_score > 0, CONCAT(CAST(wrong_fatigue_score AS STRING), ' rows have fatigue_score outside 0 to 100; '), ''),
    IF(wrong_fatigue_adjustment > 0, CONCAT(CAST(wrong_fatigue_adjustment AS STRING), ' rows have fatigue_adjustment outside -1 to 0; '), ''),
    IF(wrong_zone_mismatch_adjustment > 0, CONCAT(CAST(wrong_zone_mismatch_adjustment AS STRING), ' rows have zone_mismatch_adjustment outside -1.5 to 1.5; '), ''),
    IF(wrong_pace_adjustment > 0, CONCAT(CAST(wrong_pace_adjustment AS STRING), ' rows have pace_adjustment outside -1 to 1; '), ''),
    IF(wrong_usage_trend_adjustment > 0, CONCAT(CAST(wrong_usage_trend_adjustment AS STRING), ' rows have usage_trend_adjustment outside -1 to 1; '), ''),
    IF(wrong_total_adjustment > 0, CONCAT(CAST(wrong_total_adjustment AS STRING), ' rows have total_adjustment outside -4.5 to 3.5; '), ''),
    IF(wrong_paint_rate_last_10 > 0, CONCAT(CAST(wrong_paint_rate_last_10 AS STRING), ' rows have paint_rate_last_10 outside 0 to 100; '), ''),
    IF(wrong_mid_range_rate_last_10 > 0, CONCAT(CAST(wrong_mid_range_rate_last_10 AS STRING), ' rows have mid_range_rate_last_10 outside 0 to 100; '), ''),
    IF(wrong_three_pt_rate_last_10 > 0, CONCAT(CAST(wrong_three_pt_rate_last_10 AS STRING), ' rows have three_pt_rate_last_10 outside 0 to 100; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(NOT (quality_score BETWEEN 0 AND 100)) AS wrong_quality_score,
    COUNTIF(NOT (games_used BETWEEN 0 AND 110)) AS wrong_games_used,
    COUNTIF(NOT (points_avg_last_5 BETWEEN 0 AND 110)) AS wrong_points_avg_last_5,
    COUNTIF(NOT (points_avg_last_10 BETWEEN 0 AND 110)) AS wrong_points_avg_last_10,
    COUNTIF(NOT (points_avg_last_20 BETWEEN 0 AND 110)) AS wrong_points_avg_last_20,
    COUNTIF(NOT (minutes_avg_last_5 BETWEEN 0 AND 75)) AS wrong_minutes_avg_last_5,
    COUNTIF(NOT (minutes_avg_last_10 BETWEEN 0 AND 75)) AS wrong_minutes_avg_last_10,
    COUNTIF(NOT (minutes_avg_last_20 BETWEEN 0 AND 75)) AS wrong_minutes_avg_last_20,
    COUNTIF(NOT (points_std_last_10 BETWEEN 0 AND 110)) AS wrong_points_std_last_10,
    COUNTIF(NOT (games_in_sample_20 BETWEEN 0 AND 20)) AS wrong_games_in_sample_20,
    COUNTIF(NOT (games_last_7 BETWEEN 0 AND 7)) AS wrong_games_last_7,
    COUNTIF(NOT (games_last_14 BETWEEN 0 AND 10)) AS wrong_games_last_14,
    COUNTIF(NOT (days_of_rest BETWEEN 0 AND 366)) AS wrong_days_of_rest,
    COUNTIF(NOT (fatigue_score BETWEEN 0 AND 100)) AS wrong_fatigue_score,
    COUNTIF(NOT (fatigue_adjustment BETWEEN -1 AND 0)) AS wrong_fatigue_adjustment,
    COUNTIF(NOT (zone_mismatch_adjustment BETWEEN -1.5 AND 1.5)) AS wrong_zone_mismatch_adjustment,
    COUNTIF(NOT (pace_adjustment BETWEEN -1 AND 1)) AS wrong_pace_adjustment,
    COUNTIF(NOT (usage_trend_adjustment BETWEEN -1 AND 1)) AS wrong_usage_trend_adjustment,
    COUNTIF(NOT (total_adjustment BETWEEN -4.5 AND 3.5)) AS wrong_total_adjustment,
    COUNTIF(NOT (paint_rate_last_10 BETWEEN 0 AND 100)) AS wrong_paint_rate_last_10,
    COUNTIF(NOT (mid_range_rate_last_10 BETWEEN 0 AND 100)) AS wrong_mid_range_rate_last_10,
    COUNTIF(NOT (three_pt_rate_last_10 BETWEEN 0 AND 100)) AS wrong_three_pt_rate_last_10
  FROM nba_predictions.ml_feature_store
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_quality_score
  + wrong_games_used
  + wrong_points_avg_last_5
  + wrong_points_avg_last_10
  + wrong_points_avg_last_20
  + wrong_minutes_avg_last_5
  + wrong_minutes_avg_last_10
  + wrong_minutes_avg_last_20
  + wrong_points_std_last_10
  + wrong_games_in_sample_20
  + wrong_games_last_7
  + wrong_games_last_14
  + wrong_days_of_rest
  + wrong_fatigue_score
  + wrong_fatigue_adjustment
  + wrong_zone_mismatch_adjustment
  + wrong_pace_adjustment
  + wrong_usage_trend_adjustment
  + wrong_total_adjustment
  + wrong_paint_rate_last_10
  + wrong_mid_range_rate_last_10
  + wrong_three_pt_rate_last_10 > 0
UNION ALL
SELECT
  5 AS phase,
  'player_points_predictions' AS processor,
  game_date,
  'range' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_quality_score > 0, CONCAT(CAST(wrong_quality_score AS STRING), ' rows have quality_score outside 0 to 100; '), ''),
    IF(wrong_games_used > 0, CONCAT(CAST(wrong_games_used AS STRING), ' rows have games_used outside 0 to 110; '), ''),
    IF(wrong_predicted_points > 0, CONCAT(CAST(wrong_predicted_points AS STRING), ' rows have predicted_points outside 0 to 110; '), ''),
    IF(wrong_confidence > 0, CONCAT(CAST(wrong_confidence AS STRING), ' rows have confidence outside 0 to 100; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(NOT (quality_score BETWEEN 0 AND 100)) AS wrong_quality_score,
    COUNTIF(NOT (games_used BETWEEN 0 AND 110)) AS wrong_games_used,
    COUNTIF(NOT (predicted_points BETWEEN 0 AND 110)) AS wrong_predicted_points,
    COUNTIF(NOT (confidence BETWEEN 0 AND 100)) AS wrong_confidence
  FROM nba_predictions.player_points_predictions
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_quality_score
  + wrong_games_used
  + wrong_predicted_points
  + wrong_confidence > 0
)
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY phase, processor, game_date, kind ORDER BY entity, detail) <= 25
ORDER BY phase, processor, game_date, kind, entity, detail
LIMIT 10000
