-- null_columns: NULL in columns that every row has. One row is one finding (phase, processor, game_date, kind, entity, detail); no row: nothing was found.
-- Written by: python -m shared.processors.queries docs/monitoring/queries
-- bq query --use_legacy_sql=false --max_rows=10000 --parameter=start_date:DATE:2024-11-08 --parameter=end_date:DATE:2024-11-14 < docs/monitoring/queries/null_columns.sql
SELECT phase, processor, game_date, kind, entity, detail
FROM (
SELECT
  2 AS phase,
  'games' AS processor,
  game_date,
  'nulls' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_season > 0, CONCAT(CAST(wrong_season AS STRING), ' rows have NULL season; '), ''),
    IF(wrong_game_id > 0, CONCAT(CAST(wrong_game_id AS STRING), ' rows have NULL game_id; '), ''),
    IF(wrong_home_team > 0, CONCAT(CAST(wrong_home_team AS STRING), ' rows have NULL home_team; '), ''),
    IF(wrong_away_team > 0, CONCAT(CAST(wrong_away_team AS STRING), ' rows have NULL away_team; '), ''),
    IF(wrong_home_score > 0, CONCAT(CAST(wrong_home_score AS STRING), ' rows have NULL home_score; '), ''),
    IF(wrong_away_score > 0, CONCAT(CAST(wrong_away_score AS STRING), ' rows have NULL away_score; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(season IS NULL) AS wrong_season,
    COUNTIF(game_id IS NULL) AS wrong_game_id,
    COUNTIF(home_team IS NULL) AS wrong_home_team,
    COUNTIF(away_team IS NULL) AS wrong_away_team,
    COUNTIF(home_score IS NULL) AS wrong_home_score,
    COUNTIF(away_score IS NULL) AS wrong_away_score
  FROM nba_raw.games
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_season
  + wrong_game_id
  + wrong_home_team
  + wrong_away_team
  + wrong_home_score
  + wrong_away_score > 0
UNION ALL
SELECT
  2 AS phase,
  'player_boxscores' AS processor,
  game_date,
  'nulls' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_season > 0, CONCAT(CAST(wrong_season AS STRING), ' rows have NULL season; '), ''),
    IF(wrong_game_id > 0, CONCAT(CAST(wrong_game_id AS STRING), ' rows have NULL game_id; '), ''),
    IF(wrong_player_id > 0, CONCAT(CAST(wrong_player_id AS STRING), ' rows have NULL player_id; '), ''),
    IF(wrong_player_name > 0, CONCAT(CAST(wrong_player_name AS STRING), ' rows have NULL player_name; '), ''),
    IF(wrong_team > 0, CONCAT(CAST(wrong_team AS STRING), ' rows have NULL team; '), ''),
    IF(wrong_opponent > 0, CONCAT(CAST(wrong_opponent AS STRING), ' rows have NULL opponent; '), ''),
    IF(wrong_is_home > 0, CONCAT(CAST(wrong_is_home AS STRING), ' rows have NULL is_home; '), ''),
    IF(wrong_minutes > 0, CONCAT(CAST(wrong_minutes AS STRING), ' rows have NULL minutes; '), ''),
    IF(wrong_points > 0, CONCAT(CAST(wrong_points AS STRING), ' rows have NULL points; '), ''),
    IF(wrong_fgm > 0, CONCAT(CAST(wrong_fgm AS STRING), ' rows have NULL fgm; '), ''),
    IF(wrong_fga > 0, CONCAT(CAST(wrong_fga AS STRING), ' rows have NULL fga; '), ''),
    IF(wrong_fg3m > 0, CONCAT(CAST(wrong_fg3m AS STRING), ' rows have NULL fg3m; '), ''),
    IF(wrong_fg3a > 0, CONCAT(CAST(wrong_fg3a AS STRING), ' rows have NULL fg3a; '), ''),
    IF(wrong_ftm > 0, CONCAT(CAST(wrong_ftm AS STRING), ' rows have NULL ftm; '), ''),
    IF(wrong_fta > 0, CONCAT(CAST(wrong_fta AS STRING), ' rows have NULL fta; '), ''),
    IF(wrong_oreb > 0, CONCAT(CAST(wrong_oreb AS STRING), ' rows have NULL oreb; '), ''),
    IF(wrong_dreb > 0, CONCAT(CAST(wrong_dreb AS STRING), ' rows have NULL dreb; '), ''),
    IF(wrong_reb > 0, CONCAT(CAST(wrong_reb AS STRING), ' rows have NULL reb; '), ''),
    IF(wrong_ast > 0, CONCAT(CAST(wrong_ast AS STRING), ' rows have NULL ast; '), ''),
    IF(wrong_stl > 0, CONCAT(CAST(wrong_stl AS STRING), ' rows have NULL stl; '), ''),
    IF(wrong_blk > 0, CONCAT(CAST(wrong_blk AS STRING), ' rows have NULL blk; '), ''),
    IF(wrong_tov > 0, CONCAT(CAST(wrong_tov AS STRING), ' rows have NULL tov; '), ''),
    IF(wrong_pf > 0, CONCAT(CAST(wrong_pf AS STRING), ' rows have NULL pf; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(season IS NULL) AS wrong_season,
    COUNTIF(game_id IS NULL) AS wrong_game_id,
    COUNTIF(player_id IS NULL) AS wrong_player_id,
    COUNTIF(player_name IS NULL) AS wrong_player_name,
    COUNTIF(team IS NULL) AS wrong_team,
    COUNTIF(opponent IS NULL) AS wrong_opponent,
    COUNTIF(is_home IS NULL) AS wrong_is_home,
    COUNTIF(minutes IS NULL) AS wrong_minutes,
    COUNTIF(points IS NULL) AS wrong_points,
    COUNTIF(fgm IS NULL) AS wrong_fgm,
    COUNTIF(fga IS NULL) AS wrong_fga,
    COUNTIF(fg3m IS NULL) AS wrong_fg3m,
    COUNTIF(fg3a IS NULL) AS wrong_fg3a,
    COUNTIF(ftm IS NULL) AS wrong_ftm,
    COUNTIF(fta IS NULL) AS wrong_fta,
    COUNTIF(oreb IS NULL) AS wrong_oreb,
    COUNTIF(dreb IS NULL) AS wrong_dreb,
    COUNTIF(reb IS NULL) AS wrong_reb,
    COUNTIF(ast IS NULL) AS wrong_ast,
    COUNTIF(stl IS NULL) AS wrong_stl,
    COUNTIF(blk IS NULL) AS wrong_blk,
    COUNTIF(tov IS NULL) AS wrong_tov,
    COUNTIF(pf IS NULL) AS wrong_pf
  FROM nba_raw.player_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_season
  + wrong_game_id
  + wrong_player_id
  + wrong_player_name
  + wrong_team
  + wrong_opponent
  + wrong_is_home
  + wrong_minutes
  + wrong_points
  + wrong_fgm
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
  + wrong_pf > 0
UNION ALL
SELECT
  2 AS phase,
  'shots' AS processor,
  game_date,
  'nulls' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_season > 0, CONCAT(CAST(wrong_season AS STRING), ' rows have NULL season; '), ''),
    IF(wrong_game_id > 0, CONCAT(CAST(wrong_game_id AS STRING), ' rows have NULL game_id; '), ''),
    IF(wrong_event_num > 0, CONCAT(CAST(wrong_event_num AS STRING), ' rows have NULL event_num; '), ''),
    IF(wrong_team > 0, CONCAT(CAST(wrong_team AS STRING), ' rows have NULL team; '), ''),
    IF(wrong_opponent > 0, CONCAT(CAST(wrong_opponent AS STRING), ' rows have NULL opponent; '), ''),
    IF(wrong_player_id > 0, CONCAT(CAST(wrong_player_id AS STRING), ' rows have NULL player_id; '), ''),
    IF(wrong_made > 0, CONCAT(CAST(wrong_made AS STRING), ' rows have NULL made; '), ''),
    IF(wrong_shot_value > 0, CONCAT(CAST(wrong_shot_value AS STRING), ' rows have NULL shot_value; '), ''),
    IF(wrong_distance_ft > 0, CONCAT(CAST(wrong_distance_ft AS STRING), ' rows have NULL distance_ft; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(season IS NULL) AS wrong_season,
    COUNTIF(game_id IS NULL) AS wrong_game_id,
    COUNTIF(event_num IS NULL) AS wrong_event_num,
    COUNTIF(team IS NULL) AS wrong_team,
    COUNTIF(opponent IS NULL) AS wrong_opponent,
    COUNTIF(player_id IS NULL) AS wrong_player_id,
    COUNTIF(made IS NULL) AS wrong_made,
    COUNTIF(shot_value IS NULL) AS wrong_shot_value,
    COUNTIF(distance_ft IS NULL) AS wrong_distance_ft
  FROM nba_raw.shots
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_season
  + wrong_game_id
  + wrong_event_num
  + wrong_team
  + wrong_opponent
  + wrong_player_id
  + wrong_made
  + wrong_shot_value
  + wrong_distance_ft > 0
UNION ALL
SELECT
  2 AS phase,
  'team_boxscores' AS processor,
  game_date,
  'nulls' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_season > 0, CONCAT(CAST(wrong_season AS STRING), ' rows have NULL season; '), ''),
    IF(wrong_game_id > 0, CONCAT(CAST(wrong_game_id AS STRING), ' rows have NULL game_id; '), ''),
    IF(wrong_team > 0, CONCAT(CAST(wrong_team AS STRING), ' rows have NULL team; '), ''),
    IF(wrong_opponent > 0, CONCAT(CAST(wrong_opponent AS STRING), ' rows have NULL opponent; '), ''),
    IF(wrong_is_home > 0, CONCAT(CAST(wrong_is_home AS STRING), ' rows have NULL is_home; '), ''),
    IF(wrong_win > 0, CONCAT(CAST(wrong_win AS STRING), ' rows have NULL win; '), ''),
    IF(wrong_minutes > 0, CONCAT(CAST(wrong_minutes AS STRING), ' rows have NULL minutes; '), ''),
    IF(wrong_points > 0, CONCAT(CAST(wrong_points AS STRING), ' rows have NULL points; '), ''),
    IF(wrong_fgm > 0, CONCAT(CAST(wrong_fgm AS STRING), ' rows have NULL fgm; '), ''),
    IF(wrong_fga > 0, CONCAT(CAST(wrong_fga AS STRING), ' rows have NULL fga; '), ''),
    IF(wrong_fg3m > 0, CONCAT(CAST(wrong_fg3m AS STRING), ' rows have NULL fg3m; '), ''),
    IF(wrong_fg3a > 0, CONCAT(CAST(wrong_fg3a AS STRING), ' rows have NULL fg3a; '), ''),
    IF(wrong_ftm > 0, CONCAT(CAST(wrong_ftm AS STRING), ' rows have NULL ftm; '), ''),
    IF(wrong_fta > 0, CONCAT(CAST(wrong_fta AS STRING), ' rows have NULL fta; '), ''),
    IF(wrong_oreb > 0, CONCAT(CAST(wrong_oreb AS STRING), ' rows have NULL oreb; '), ''),
    IF(wrong_dreb > 0, CONCAT(CAST(wrong_dreb AS STRING), ' rows have NULL dreb; '), ''),
    IF(wrong_reb > 0, CONCAT(CAST(wrong_reb AS STRING), ' rows have NULL reb; '), ''),
    IF(wrong_ast > 0, CONCAT(CAST(wrong_ast AS STRING), ' rows have NULL ast; '), ''),
    IF(wrong_stl > 0, CONCAT(CAST(wrong_stl AS STRING), ' rows have NULL stl; '), ''),
    IF(wrong_blk > 0, CONCAT(CAST(wrong_blk AS STRING), ' rows have NULL blk; '), ''),
    IF(wrong_tov > 0, CONCAT(CAST(wrong_tov AS STRING), ' rows have NULL tov; '), ''),
    IF(wrong_pf > 0, CONCAT(CAST(wrong_pf AS STRING), ' rows have NULL pf; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(season IS NULL) AS wrong_season,
    COUNTIF(game_id IS NULL) AS wrong_game_id,
    COUNTIF(team IS NULL) AS wrong_team,
    COUNTIF(opponent IS NULL) AS wrong_opponent,
    COUNTIF(is_home IS NULL) AS wrong_is_home,
    COUNTIF(win IS NULL) AS wrong_win,
    COUNTIF(minutes IS NULL) AS wrong_minutes,
    COUNTIF(points IS NULL) AS wrong_points,
    COUNTIF(fgm IS NULL) AS wrong_fgm,
    COUNTIF(fga IS NULL) AS wrong_fga,
    COUNTIF(fg3m IS NULL) AS wrong_fg3m,
    COUNTIF(fg3a IS NULL) AS wrong_fg3a,
    COUNTIF(ftm IS NULL) AS wrong_ftm,
    COUNTIF(fta IS NULL) AS wrong_fta,
    COUNTIF(oreb IS NULL) AS wrong_oreb,
    COUNTIF(dreb IS NULL) AS wrong_dreb,
    COUNTIF(reb IS NULL) AS wrong_reb,
    COUNTIF(ast IS NULL) AS wrong_ast,
    COUNTIF(stl IS NULL) AS wrong_stl,
    COUNTIF(blk IS NULL) AS wrong_blk,
    COUNTIF(tov IS NULL) AS wrong_tov,
    COUNTIF(pf IS NULL) AS wrong_pf
  FROM nba_raw.team_boxscores
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_season
  + wrong_game_id
  + wrong_team
  + wrong_opponent
  + wrong_is_home
  + wrong_win
  + wrong_minutes
  + wrong_points
  + wrong_fgm
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
  + wrong_pf > 0
UNION ALL
SELECT
  3 AS phase,
  'player_game_summary' AS processor,
  game_date,
  'nulls' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_season > 0, CONCAT(CAST(wrong_season AS STRING), ' rows have NULL season; '), ''),
    IF(wrong_game_id > 0, CONCAT(CAST(wrong_game_id AS STRING), ' rows have NULL game_id; '), ''),
    IF(wrong_player_id > 0, CONCAT(CAST(wrong_player_id AS STRING), ' rows have NULL player_id; '), ''),
    IF(wrong_player_name > 0, CONCAT(CAST(wrong_player_name AS STRING), ' rows have NULL player_name; '), ''),
    IF(wrong_team > 0, CONCAT(CAST(wrong_team AS STRING), ' rows have NULL team; '), ''),
    IF(wrong_opponent > 0, CONCAT(CAST(wrong_opponent AS STRING), ' rows have NULL opponent; '), ''),
    IF(wrong_is_home > 0, CONCAT(CAST(wrong_is_home AS STRING), ' rows have NULL is_home; '), ''),
    IF(wrong_minutes > 0, CONCAT(CAST(wrong_minutes AS STRING), ' rows have NULL minutes; '), ''),
    IF(wrong_points > 0, CONCAT(CAST(wrong_points AS STRING), ' rows have NULL points; '), ''),
    IF(wrong_fgm > 0, CONCAT(CAST(wrong_fgm AS STRING), ' rows have NULL fgm; '), ''),
    IF(wrong_fga > 0, CONCAT(CAST(wrong_fga AS STRING), ' rows have NULL fga; '), ''),
    IF(wrong_fg3m > 0, CONCAT(CAST(wrong_fg3m AS STRING), ' rows have NULL fg3m; '), ''),
    IF(wrong_fg3a > 0, CONCAT(CAST(wrong_fg3a AS STRING), ' rows have NULL fg3a; '), ''),
    IF(wrong_ftm > 0, CONCAT(CAST(wrong_ftm AS STRING), ' rows have NULL ftm; '), ''),
    IF(wrong_fta > 0, CONCAT(CAST(wrong_fta AS STRING), ' rows have NULL fta; '), ''),
    IF(wrong_oreb > 0, CONCAT(CAST(wrong_oreb AS STRING), ' rows have NULL oreb; '), ''),
    IF(wrong_dreb > 0, CONCAT(CAST(wrong_dreb AS STRING), ' rows have NULL dreb; '), ''),
    IF(wrong_reb > 0, CONCAT(CAST(wrong_reb AS STRING), ' rows have NULL reb; '), ''),
    IF(wrong_ast > 0, CONCAT(CAST(wrong_ast AS STRING), ' rows have NULL ast; '), ''),
    IF(wrong_stl > 0, CONCAT(CAST(wrong_stl AS STRING), ' rows have NULL stl; '), ''),
    IF(wrong_blk > 0, CONCAT(CAST(wrong_blk AS STRING), ' rows have NULL blk; '), ''),
    IF(wrong_tov > 0, CONCAT(CAST(wrong_tov AS STRING), ' rows have NULL tov; '), ''),
    IF(wrong_pf > 0, CONCAT(CAST(wrong_pf AS STRING), ' rows have NULL pf; '), ''),
    IF(wrong_paint_attempts > 0, CONCAT(CAST(wrong_paint_attempts AS STRING), ' rows have NULL paint_attempts; '), ''),
    IF(wrong_paint_makes > 0, CONCAT(CAST(wrong_paint_makes AS STRING), ' rows have NULL paint_makes; '), ''),
    IF(wrong_paint_attempts_blocked > 0, CONCAT(CAST(wrong_paint_attempts_blocked AS STRING), ' rows have NULL paint_attempts_blocked; '), ''),
    IF(wrong_mid_range_attempts > 0, CONCAT(CAST(wrong_mid_range_attempts AS STRING), ' rows have NULL mid_range_attempts; '), ''),
    IF(wrong_mid_range_makes > 0, CONCAT(CAST(wrong_mid_range_makes AS STRING), ' rows have NULL mid_range_makes; '), ''),
    IF(wrong_mid_range_attempts_blocked > 0, CONCAT(CAST(wrong_mid_range_attempts_blocked AS STRING), ' rows have NULL mid_range_attempts_blocked; '), ''),
    IF(wrong_three_pt_attempts > 0, CONCAT(CAST(wrong_three_pt_attempts AS STRING), ' rows have NULL three_pt_attempts; '), ''),
    IF(wrong_three_pt_makes > 0, CONCAT(CAST(wrong_three_pt_makes AS STRING), ' rows have NULL three_pt_makes; '), ''),
    IF(wrong_three_pt_attempts_blocked > 0, CONCAT(CAST(wrong_three_pt_attempts_blocked AS STRING), ' rows have NULL three_pt_attempts_blocked; '), ''),
    IF(wrong_assisted_fg_makes > 0, CONCAT(CAST(wrong_assisted_fg_makes AS STRING), ' rows have NULL assisted_fg_makes; '), ''),
    IF(wrong_unassisted_fg_makes > 0, CONCAT(CAST(wrong_unassisted_fg_makes AS STRING), ' rows have NULL unassisted_fg_makes; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(season IS NULL) AS wrong_season,
    COUNTIF(game_id IS NULL) AS wrong_game_id,
    COUNTIF(player_id IS NULL) AS wrong_player_id,
    COUNTIF(player_name IS NULL) AS wrong_player_name,
    COUNTIF(team IS NULL) AS wrong_team,
    COUNTIF(opponent IS NULL) AS wrong_opponent,
    COUNTIF(is_home IS NULL) AS wrong_is_home,
    COUNTIF(minutes IS NULL) AS wrong_minutes,
    COUNTIF(points IS NULL) AS wrong_points,
    COUNTIF(fgm IS NULL) AS wrong_fgm,
    COUNTIF(fga IS NULL) AS wrong_fga,
    COUNTIF(fg3m IS NULL) AS wrong_fg3m,
    COUNTIF(fg3a IS NULL) AS wrong_fg3a,
    COUNTIF(ftm IS NULL) AS wrong_ftm,
    COUNTIF(fta IS NULL) AS wrong_fta,
    COUNTIF(oreb IS NULL) AS wrong_oreb,
    COUNTIF(dreb IS NULL) AS wrong_dreb,
    COUNTIF(reb IS NULL) AS wrong_reb,
    COUNTIF(ast IS NULL) AS wrong_ast,
    COUNTIF(stl IS NULL) AS wrong_stl,
    COUNTIF(blk IS NULL) AS wrong_blk,
    COUNTIF(tov IS NULL) AS wrong_tov,
    COUNTIF(pf IS NULL) AS wrong_pf,
    COUNTIF(paint_attempts IS NULL) AS wrong_paint_attempts,
    COUNTIF(paint_makes IS NULL) AS wrong_paint_makes,
    COUNTIF(paint_attempts_blocked IS NULL) AS wrong_paint_attempts_blocked,
    COUNTIF(mid_range_attempts IS NULL) AS wrong_mid_range_attempts,
    COUNTIF(mid_range_makes IS NULL) AS wrong_mid_range_makes,
    COUNTIF(mid_range_attempts_blocked IS NULL) AS wrong_mid_range_attempts_blocked,
    COUNTIF(three_pt_attempts IS NULL) AS wrong_three_pt_attempts,
    COUNTIF(three_pt_makes IS NULL) AS wrong_three_pt_makes,
    COUNTIF(three_pt_attempts_blocked IS NULL) AS wrong_three_pt_attempts_blocked,
    COUNTIF(assisted_fg_makes IS NULL) AS wrong_assisted_fg_makes,
    COUNTIF(unassisted_fg_makes IS NULL) AS wrong_unassisted_fg_makes
  FROM nba_analytics.player_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_season
  + wrong_game_id
  + wrong_player_id
  + wrong_player_name
  + wrong_team
  + wrong_opponent
  + wrong_is_home
  + wrong_minutes
  + wrong_points
  + wrong_fgm
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
  + wrong_unassisted_fg_makes > 0
UNION ALL
SELECT
  3 AS phase,
  'team_offense_game_summary' AS processor,
  game_date,
  'nulls' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_season > 0, CONCAT(CAST(wrong_season AS STRING), ' rows have NULL season; '), ''),
    IF(wrong_game_id > 0, CONCAT(CAST(wrong_game_id AS STRING), ' rows have NULL game_id; '), ''),
    IF(wrong_team > 0, CONCAT(CAST(wrong_team AS STRING), ' rows have NULL team; '), ''),
    IF(wrong_opponent > 0, CONCAT(CAST(wrong_opponent AS STRING), ' rows have NULL opponent; '), ''),
    IF(wrong_is_home > 0, CONCAT(CAST(wrong_is_home AS STRING), ' rows have NULL is_home; '), ''),
    IF(wrong_win > 0, CONCAT(CAST(wrong_win AS STRING), ' rows have NULL win; '), ''),
    IF(wrong_minutes > 0, CONCAT(CAST(wrong_minutes AS STRING), ' rows have NULL minutes; '), ''),
    IF(wrong_points > 0, CONCAT(CAST(wrong_points AS STRING), ' rows have NULL points; '), ''),
    IF(wrong_fgm > 0, CONCAT(CAST(wrong_fgm AS STRING), ' rows have NULL fgm; '), ''),
    IF(wrong_fga > 0, CONCAT(CAST(wrong_fga AS STRING), ' rows have NULL fga; '), ''),
    IF(wrong_fg3m > 0, CONCAT(CAST(wrong_fg3m AS STRING), ' rows have NULL fg3m; '), ''),
    IF(wrong_fg3a > 0, CONCAT(CAST(wrong_fg3a AS STRING), ' rows have NULL fg3a; '), ''),
    IF(wrong_ftm > 0, CONCAT(CAST(wrong_ftm AS STRING), ' rows have NULL ftm; '), ''),
    IF(wrong_fta > 0, CONCAT(CAST(wrong_fta AS STRING), ' rows have NULL fta; '), ''),
    IF(wrong_oreb > 0, CONCAT(CAST(wrong_oreb AS STRING), ' rows have NULL oreb; '), ''),
    IF(wrong_dreb > 0, CONCAT(CAST(wrong_dreb AS STRING), ' rows have NULL dreb; '), ''),
    IF(wrong_reb > 0, CONCAT(CAST(wrong_reb AS STRING), ' rows have NULL reb; '), ''),
    IF(wrong_ast > 0, CONCAT(CAST(wrong_ast AS STRING), ' rows have NULL ast; '), ''),
    IF(wrong_stl > 0, CONCAT(CAST(wrong_stl AS STRING), ' rows have NULL stl; '), ''),
    IF(wrong_blk > 0, CONCAT(CAST(wrong_blk AS STRING), ' rows have NULL blk; '), ''),
    IF(wrong_tov > 0, CONCAT(CAST(wrong_tov AS STRING), ' rows have NULL tov; '), ''),
    IF(wrong_pf > 0, CONCAT(CAST(wrong_pf AS STRING), ' rows have NULL pf; '), ''),
    IF(wrong_paint_attempts > 0, CONCAT(CAST(wrong_paint_attempts AS STRING), ' rows have NULL paint_attempts; '), ''),
    IF(wrong_paint_makes > 0, CONCAT(CAST(wrong_paint_makes AS STRING), ' rows have NULL paint_makes; '), ''),
    IF(wrong_paint_attempts_blocked > 0, CONCAT(CAST(wrong_paint_attempts_blocked AS STRING), ' rows have NULL paint_attempts_blocked; '), ''),
    IF(wrong_mid_range_attempts > 0, CONCAT(CAST(wrong_mid_range_attempts AS STRING), ' rows have NULL mid_range_attempts; '), ''),
    IF(wrong_mid_range_makes > 0, CONCAT(CAST(wrong_mid_range_makes AS STRING), ' rows have NULL mid_range_makes; '), ''),
    IF(wrong_mid_range_attempts_blocked > 0, CONCAT(CAST(wrong_mid_range_attempts_blocked AS STRING), ' rows have NULL mid_range_attempts_blocked; '), ''),
    IF(wrong_three_pt_attempts > 0, CONCAT(CAST(wrong_three_pt_attempts AS STRING), ' rows have NULL three_pt_attempts; '), ''),
    IF(wrong_three_pt_makes > 0, CONCAT(CAST(wrong_three_pt_makes AS STRING), ' rows have NULL three_pt_makes; '), ''),
    IF(wrong_three_pt_attempts_blocked > 0, CONCAT(CAST(wrong_three_pt_attempts_blocked AS STRING), ' rows have NULL three_pt_attempts_blocked; '), ''),
    IF(wrong_assisted_fg_makes > 0, CONCAT(CAST(wrong_assisted_fg_makes AS STRING), ' rows have NULL assisted_fg_makes; '), ''),
    IF(wrong_unassisted_fg_makes > 0, CONCAT(CAST(wrong_unassisted_fg_makes AS STRING), ' rows have NULL unassisted_fg_makes; '), ''),
    IF(wrong_possessions > 0, CONCAT(CAST(wrong_possessions AS STRING), ' rows have NULL possessions; '), ''),
    IF(wrong_pace > 0, CONCAT(CAST(wrong_pace AS STRING), ' rows have NULL pace; '), ''),
    IF(wrong_offensive_rating > 0, CONCAT(CAST(wrong_offensive_rating AS STRING), ' rows have NULL offensive_rating; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(season IS NULL) AS wrong_season,
    COUNTIF(game_id IS NULL) AS wrong_game_id,
    COUNTIF(team IS NULL) AS wrong_team,
    COUNTIF(opponent IS NULL) AS wrong_opponent,
    COUNTIF(is_home IS NULL) AS wrong_is_home,
    COUNTIF(win IS NULL) AS wrong_win,
    COUNTIF(minutes IS NULL) AS wrong_minutes,
    COUNTIF(points IS NULL) AS wrong_points,
    COUNTIF(fgm IS NULL) AS wrong_fgm,
    COUNTIF(fga IS NULL) AS wrong_fga,
    COUNTIF(fg3m IS NULL) AS wrong_fg3m,
    COUNTIF(fg3a IS NULL) AS wrong_fg3a,
    COUNTIF(ftm IS NULL) AS wrong_ftm,
    COUNTIF(fta IS NULL) AS wrong_fta,
    COUNTIF(oreb IS NULL) AS wrong_oreb,
    COUNTIF(dreb IS NULL) AS wrong_dreb,
    COUNTIF(reb IS NULL) AS wrong_reb,
    COUNTIF(ast IS NULL) AS wrong_ast,
    COUNTIF(stl IS NULL) AS wrong_stl,
    COUNTIF(blk IS NULL) AS wrong_blk,
    COUNTIF(tov IS NULL) AS wrong_tov,
    COUNTIF(pf IS NULL) AS wrong_pf,
    COUNTIF(paint_attempts IS NULL) AS wrong_paint_attempts,
    COUNTIF(paint_makes IS NULL) AS wrong_paint_makes,
    COUNTIF(paint_attempts_blocked IS NULL) AS wrong_paint_attempts_blocked,
    COUNTIF(mid_range_attempts IS NULL) AS wrong_mid_range_attempts,
    COUNTIF(mid_range_makes IS NULL) AS wrong_mid_range_makes,
    COUNTIF(mid_range_attempts_blocked IS NULL) AS wrong_mid_range_attempts_blocked,
    COUNTIF(three_pt_attempts IS NULL) AS wrong_three_pt_attempts,
    COUNTIF(three_pt_makes IS NULL) AS wrong_three_pt_makes,
    COUNTIF(three_pt_attempts_blocked IS NULL) AS wrong_three_pt_attempts_blocked,
    COUNTIF(assisted_fg_makes IS NULL) AS wrong_assisted_fg_makes,
    COUNTIF(unassisted_fg_makes IS NULL) AS wrong_unassisted_fg_makes,
    COUNTIF(possessions IS NULL) AS wrong_possessions,
    COUNTIF(pace IS NULL) AS wrong_pace,
    COUNTIF(offensive_rating IS NULL) AS wrong_offensive_rating
  FROM nba_analytics.team_offense_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_season
  + wrong_game_id
  + wrong_team
  + wrong_opponent
  + wrong_is_home
  + wrong_win
  + wrong_minutes
  + wrong_points
  + wrong_fgm
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
  + wrong_possessions
  + wrong_pace
  + wrong_offensive_rating > 0
UNION ALL
SELECT
  3 AS phase,
  'team_defense_game_summary' AS processor,
  game_date,
  'nulls' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_season > 0, CONCAT(CAST(wrong_season AS STRING), ' rows have NULL season; '), ''),
    IF(wrong_game_id > 0, CONCAT(CAST(wrong_game_id AS STRING), ' rows have NULL game_id; '), ''),
    IF(wrong_team > 0, CONCAT(CAST(wrong_team AS STRING), ' rows have NULL team; '), ''),
    IF(wrong_opponent > 0, CONCAT(CAST(wrong_opponent AS STRING), ' rows have NULL opponent; '), ''),
    IF(wrong_is_home > 0, CONCAT(CAST(wrong_is_home AS STRING), ' rows have NULL is_home; '), ''),
    IF(wrong_win > 0, CONCAT(CAST(wrong_win AS STRING), ' rows have NULL win; '), ''),
    IF(wrong_minutes > 0, CONCAT(CAST(wrong_minutes AS STRING), ' rows have NULL minutes; '), ''),
    IF(wrong_points_allowed > 0, CONCAT(CAST(wrong_points_allowed AS STRING), ' rows have NULL points_allowed; '), ''),
    IF(wrong_game_possessions > 0, CONCAT(CAST(wrong_game_possessions AS STRING), ' rows have NULL game_possessions; '), ''),
    IF(wrong_pace > 0, CONCAT(CAST(wrong_pace AS STRING), ' rows have NULL pace; '), ''),
    IF(wrong_defensive_rating > 0, CONCAT(CAST(wrong_defensive_rating AS STRING), ' rows have NULL defensive_rating; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(season IS NULL) AS wrong_season,
    COUNTIF(game_id IS NULL) AS wrong_game_id,
    COUNTIF(team IS NULL) AS wrong_team,
    COUNTIF(opponent IS NULL) AS wrong_opponent,
    COUNTIF(is_home IS NULL) AS wrong_is_home,
    COUNTIF(win IS NULL) AS wrong_win,
    COUNTIF(minutes IS NULL) AS wrong_minutes,
    COUNTIF(points_allowed IS NULL) AS wrong_points_allowed,
    COUNTIF(game_possessions IS NULL) AS wrong_game_possessions,
    COUNTIF(pace IS NULL) AS wrong_pace,
    COUNTIF(defensive_rating IS NULL) AS wrong_defensive_rating
  FROM nba_analytics.team_defense_game_summary
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_season
  + wrong_game_id
  + wrong_team
  + wrong_opponent
  + wrong_is_home
  + wrong_win
  + wrong_minutes
  + wrong_points_allowed
  + wrong_game_possessions
  + wrong_pace
  + wrong_defensive_rating > 0
UNION ALL
SELECT
  4 AS phase,
  'player_shot_zone_analysis' AS processor,
  game_date,
  'nulls' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_player_id > 0, CONCAT(CAST(wrong_player_id AS STRING), ' rows have NULL player_id; '), ''),
    IF(wrong_team > 0, CONCAT(CAST(wrong_team AS STRING), ' rows have NULL team; '), ''),
    IF(wrong_opponent > 0, CONCAT(CAST(wrong_opponent AS STRING), ' rows have NULL opponent; '), ''),
    IF(wrong_games_used > 0, CONCAT(CAST(wrong_games_used AS STRING), ' rows have NULL games_used; '), ''),
    IF(wrong_quality_score > 0, CONCAT(CAST(wrong_quality_score AS STRING), ' rows have NULL quality_score; '), ''),
    IF(wrong_early_season_flag > 0, CONCAT(CAST(wrong_early_season_flag AS STRING), ' rows have NULL early_season_flag; '), ''),
    IF(wrong_processed_at > 0, CONCAT(CAST(wrong_processed_at AS STRING), ' rows have NULL processed_at; '), ''),
    IF(wrong_backfill_id > 0, CONCAT(CAST(wrong_backfill_id AS STRING), ' rows have NULL backfill_id; '), ''),
    IF(wrong_total_shots_last_10 > 0, CONCAT(CAST(wrong_total_shots_last_10 AS STRING), ' rows have NULL total_shots_last_10; '), ''),
    IF(wrong_games_in_sample_20 > 0, CONCAT(CAST(wrong_games_in_sample_20 AS STRING), ' rows have NULL games_in_sample_20; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(player_id IS NULL) AS wrong_player_id,
    COUNTIF(team IS NULL) AS wrong_team,
    COUNTIF(opponent IS NULL) AS wrong_opponent,
    COUNTIF(games_used IS NULL) AS wrong_games_used,
    COUNTIF(quality_score IS NULL) AS wrong_quality_score,
    COUNTIF(early_season_flag IS NULL) AS wrong_early_season_flag,
    COUNTIF(processed_at IS NULL) AS wrong_processed_at,
    COUNTIF(backfill_id IS NULL) AS wrong_backfill_id,
    COUNTIF(total_shots_last_10 IS NULL) AS wrong_total_shots_last_10,
    COUNTIF(games_in_sample_20 IS NULL) AS wrong_games_in_sample_20
  FROM nba_precompute.player_shot_zone_analysis
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_player_id
  + wrong_team
  + wrong_opponent
  + wrong_games_used
  + wrong_quality_score
  + wrong_early_season_flag
  + wrong_processed_at
  + wrong_backfill_id
  + wrong_total_shots_last_10
  + wrong_games_in_sample_20 > 0
UNION ALL
SELECT
  4 AS phase,
  'team_defense_zone_analysis' AS processor,
  game_date,
  'nulls' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_team > 0, CONCAT(CAST(wrong_team AS STRING), ' rows have NULL team; '), ''),
    IF(wrong_opponent > 0, CONCAT(CAST(wrong_opponent AS STRING), ' rows have NULL opponent; '), ''),
    IF(wrong_games_used > 0, CONCAT(CAST(wrong_games_used AS STRING), ' rows have NULL games_used; '), ''),
    IF(wrong_quality_score > 0, CONCAT(CAST(wrong_quality_score AS STRING), ' rows have NULL quality_score; '), ''),
    IF(wrong_early_season_flag > 0, CONCAT(CAST(wrong_early_season_flag AS STRING), ' rows have NULL early_season_flag; '), ''),
    IF(wrong_processed_at > 0, CONCAT(CAST(wrong_processed_at AS STRING), ' rows have NULL processed_at; '), ''),
    IF(wrong_backfill_id > 0, CONCAT(CAST(wrong_backfill_id AS STRING), ' rows have NULL backfill_id; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(team IS NULL) AS wrong_team,
    COUNTIF(opponent IS NULL) AS wrong_opponent,
    COUNTIF(games_used IS NULL) AS wrong_games_used,
    COUNTIF(quality_score IS NULL) AS wrong_quality_score,
    COUNTIF(early_season_flag IS NULL) AS wrong_early_season_flag,
    COUNTIF(processed_at IS NULL) AS wrong_processed_at,
    COUNTIF(backfill_id IS NULL) AS wrong_backfill_id
  FROM nba_precompute.team_defense_zone_analysis
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_team
  + wrong_opponent
  + wrong_games_used
  + wrong_quality_score
  + wrong_early_season_flag
  + wrong_processed_at
  + wrong_backfill_id > 0
UNION ALL
SELECT
  4 AS phase,
  'player_composite_factors' AS processor,
  game_date,
  'nulls' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_player_id > 0, CONCAT(CAST(wrong_player_id AS STRING), ' rows have NULL player_id; '), ''),
    IF(wrong_team > 0, CONCAT(CAST(wrong_team AS STRING), ' rows have NULL team; '), ''),
    IF(wrong_opponent > 0, CONCAT(CAST(wrong_opponent AS STRING), ' rows have NULL opponent; '), ''),
    IF(wrong_games_used > 0, CONCAT(CAST(wrong_games_used AS STRING), ' rows have NULL games_used; '), ''),
    IF(wrong_quality_score > 0, CONCAT(CAST(wrong_quality_score AS STRING), ' rows have NULL quality_score; '), ''),
    IF(wrong_early_season_flag > 0, CONCAT(CAST(wrong_early_season_flag AS STRING), ' rows have NULL early_season_flag; '), ''),
    IF(wrong_processed_at > 0, CONCAT(CAST(wrong_processed_at AS STRING), ' rows have NULL processed_at; '), ''),
    IF(wrong_backfill_id > 0, CONCAT(CAST(wrong_backfill_id AS STRING), ' rows have NULL backfill_id; '), ''),
    IF(wrong_games_last_7 > 0, CONCAT(CAST(wrong_games_last_7 AS STRING), ' rows have NULL games_last_7; '), ''),
    IF(wrong_games_last_14 > 0, CONCAT(CAST(wrong_games_last_14 AS STRING), ' rows have NULL games_last_14; '), ''),
    IF(wrong_uses_defaults > 0, CONCAT(CAST(wrong_uses_defaults AS STRING), ' rows have NULL uses_defaults; '), ''),
    IF(wrong_fatigue_score > 0, CONCAT(CAST(wrong_fatigue_score AS STRING), ' rows have NULL fatigue_score; '), ''),
    IF(wrong_fatigue_adjustment > 0, CONCAT(CAST(wrong_fatigue_adjustment AS STRING), ' rows have NULL fatigue_adjustment; '), ''),
    IF(wrong_zone_mismatch_adjustment > 0, CONCAT(CAST(wrong_zone_mismatch_adjustment AS STRING), ' rows have NULL zone_mismatch_adjustment; '), ''),
    IF(wrong_pace_adjustment > 0, CONCAT(CAST(wrong_pace_adjustment AS STRING), ' rows have NULL pace_adjustment; '), ''),
    IF(wrong_usage_trend_adjustment > 0, CONCAT(CAST(wrong_usage_trend_adjustment AS STRING), ' rows have NULL usage_trend_adjustment; '), ''),
    IF(wrong_total_adjustment > 0, CONCAT(CAST(wrong_total_adjustment AS STRING), ' rows have NULL total_adjustment; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(player_id IS NULL) AS wrong_player_id,
    COUNTIF(team IS NULL) AS wrong_team,
    COUNTIF(opponent IS NULL) AS wrong_opponent,
    COUNTIF(games_used IS NULL) AS wrong_games_used,
    COUNTIF(quality_score IS NULL) AS wrong_quality_score,
    COUNTIF(early_season_flag IS NULL) AS wrong_early_season_flag,
    COUNTIF(processed_at IS NULL) AS wrong_processed_at,
    COUNTIF(backfill_id IS NULL) AS wrong_backfill_id,
    COUNTIF(games_last_7 IS NULL) AS wrong_games_last_7,
    COUNTIF(games_last_14 IS NULL) AS wrong_games_last_14,
    COUNTIF(uses_defaults IS NULL) AS wrong_uses_defaults,
    COUNTIF(fatigue_score IS NULL) AS wrong_fatigue_score,
    COUNTIF(fatigue_adjustment IS NULL) AS wrong_fatigue_adjustment,
    COUNTIF(zone_mismatch_adjustment IS NULL) AS wrong_zone_mismatch_adjustment,
    COUNTIF(pace_adjustment IS NULL) AS wrong_pace_adjustment,
    COUNTIF(usage_trend_adjustment IS NULL) AS wrong_usage_trend_adjustment,
    COUNTIF(total_adjustment IS NULL) AS wrong_total_adjustment
  FROM nba_precompute.player_composite_factors
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_player_id
  + wrong_team
  + wrong_opponent
  + wrong_games_used
  + wrong_quality_score
  + wrong_early_season_flag
  + wrong_processed_at
  + wrong_backfill_id
  + wrong_games_last_7
  + wrong_games_last_14
  + wrong_uses_defaults
  + wrong_fatigue_score
  + wrong_fatigue_adjustment
  + wrong_zone_mismatch_adjustment
  + wrong_pace_adjustment
  + wrong_usage_trend_adjustment
  + wrong_total_adjustment > 0
UNION ALL
SELECT
  4 AS phase,
  'player_daily_cache' AS processor,
  game_date,
  'nulls' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_player_id > 0, CONCAT(CAST(wrong_player_id AS STRING), ' rows have NULL player_id; '), ''),
    IF(wrong_team > 0, CONCAT(CAST(wrong_team AS STRING), ' rows have NULL team; '), ''),
    IF(wrong_opponent > 0, CONCAT(CAST(wrong_opponent AS STRING), ' rows have NULL opponent; '), ''),
    IF(wrong_games_used > 0, CONCAT(CAST(wrong_games_used AS STRING), ' rows have NULL games_used; '), ''),
    IF(wrong_quality_score > 0, CONCAT(CAST(wrong_quality_score AS STRING), ' rows have NULL quality_score; '), ''),
    IF(wrong_early_season_flag > 0, CONCAT(CAST(wrong_early_season_flag AS STRING), ' rows have NULL early_season_flag; '), ''),
    IF(wrong_processed_at > 0, CONCAT(CAST(wrong_processed_at AS STRING), ' rows have NULL processed_at; '), ''),
    IF(wrong_backfill_id > 0, CONCAT(CAST(wrong_backfill_id AS STRING), ' rows have NULL backfill_id; '), ''),
    IF(wrong_is_home > 0, CONCAT(CAST(wrong_is_home AS STRING), ' rows have NULL is_home; '), ''),
    IF(wrong_games_in_sample_20 > 0, CONCAT(CAST(wrong_games_in_sample_20 AS STRING), ' rows have NULL games_in_sample_20; '), ''),
    IF(wrong_games_last_7 > 0, CONCAT(CAST(wrong_games_last_7 AS STRING), ' rows have NULL games_last_7; '), ''),
    IF(wrong_games_last_14 > 0, CONCAT(CAST(wrong_games_last_14 AS STRING), ' rows have NULL games_last_14; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(player_id IS NULL) AS wrong_player_id,
    COUNTIF(team IS NULL) AS wrong_team,
    COUNTIF(opponent IS NULL) AS wrong_opponent,
    COUNTIF(games_used IS NULL) AS wrong_games_used,
    COUNTIF(quality_score IS NULL) AS wrong_quality_score,
    COUNTIF(early_season_flag IS NULL) AS wrong_early_season_flag,
    COUNTIF(processed_at IS NULL) AS wrong_processed_at,
    COUNTIF(backfill_id IS NULL) AS wrong_backfill_id,
    COUNTIF(is_home IS NULL) AS wrong_is_home,
    COUNTIF(games_in_sample_20 IS NULL) AS wrong_games_in_sample_20,
    COUNTIF(games_last_7 IS NULL) AS wrong_games_last_7,
    COUNTIF(games_last_14 IS NULL) AS wrong_games_last_14
  FROM nba_precompute.player_daily_cache
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_player_id
  + wrong_team
  + wrong_opponent
  + wrong_games_used
  + wrong_quality_score
  + wrong_early_season_flag
  + wrong_processed_at
  + wrong_backfill_id
  + wrong_is_home
  + wrong_games_in_sample_20
  + wrong_games_last_7
  + wrong_games_last_14 > 0
UNION ALL
SELECT
  4 AS phase,
  'player_season_profile' AS processor,
  game_date,
  'nulls' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_player_id > 0, CONCAT(CAST(wrong_player_id AS STRING), ' rows have NULL player_id; '), ''),
    IF(wrong_team > 0, CONCAT(CAST(wrong_team AS STRING), ' rows have NULL team; '), ''),
    IF(wrong_opponent > 0, CONCAT(CAST(wrong_opponent AS STRING), ' rows have NULL opponent; '), ''),
    IF(wrong_games_used > 0, CONCAT(CAST(wrong_games_used AS STRING), ' rows have NULL games_used; '), ''),
    IF(wrong_quality_score > 0, CONCAT(CAST(wrong_quality_score AS STRING), ' rows have NULL quality_score; '), ''),
    IF(wrong_early_season_flag > 0, CONCAT(CAST(wrong_early_season_flag AS STRING), ' rows have NULL early_season_flag; '), ''),
    IF(wrong_processed_at > 0, CONCAT(CAST(wrong_processed_at AS STRING), ' rows have NULL processed_at; '), ''),
    IF(wrong_backfill_id > 0, CONCAT(CAST(wrong_backfill_id AS STRING), ' rows have NULL backfill_id; '), ''),
    IF(wrong_players_ranked > 0, CONCAT(CAST(wrong_players_ranked AS STRING), ' rows have NULL players_ranked; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(player_id IS NULL) AS wrong_player_id,
    COUNTIF(team IS NULL) AS wrong_team,
    COUNTIF(opponent IS NULL) AS wrong_opponent,
    COUNTIF(games_used IS NULL) AS wrong_games_used,
    COUNTIF(quality_score IS NULL) AS wrong_quality_score,
    COUNTIF(early_season_flag IS NULL) AS wrong_early_season_flag,
    COUNTIF(processed_at IS NULL) AS wrong_processed_at,
    COUNTIF(backfill_id IS NULL) AS wrong_backfill_id,
    COUNTIF(players_ranked IS NULL) AS wrong_players_ranked
  FROM nba_precompute.player_season_profile
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_player_id
  + wrong_team
  + wrong_opponent
  + wrong_games_used
  + wrong_quality_score
  + wrong_early_season_flag
  + wrong_processed_at
  + wrong_backfill_id
  + wrong_players_ranked > 0
UNION ALL
SELECT
  5 AS phase,
  'ml_feature_store' AS processor,
  game_date,
  'nulls' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_player_id > 0, CONCAT(CAST(wrong_player_id AS STRING), ' rows have NULL player_id; '), ''),
    IF(wrong_team > 0, CONCAT(CAST(wrong_team AS STRING), ' rows have NULL team; '), ''),
    IF(wrong_opponent > 0, CONCAT(CAST(wrong_opponent AS STRING), ' rows have NULL opponent; '), ''),
    IF(wrong_games_used > 0, CONCAT(CAST(wrong_games_used AS STRING), ' rows have NULL games_used; '), ''),
    IF(wrong_quality_score > 0, CONCAT(CAST(wrong_quality_score AS STRING), ' rows have NULL quality_score; '), ''),
    IF(wrong_early_season_flag > 0, CONCAT(CAST(wrong_early_season_flag AS STRING), ' rows have NULL early_season_flag; '), ''),
    IF(wrong_processed_at > 0, CONCAT(CAST(wrong_processed_at AS STRING), ' rows have NULL processed_at; '), ''),
    IF(wrong_backfill_id > 0, CONCAT(CAST(wrong_backfill_id AS STRING), ' rows have NULL backfill_id; '), ''),
    IF(wrong_is_home > 0, CONCAT(CAST(wrong_is_home AS STRING), ' rows have NULL is_home; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(player_id IS NULL) AS wrong_player_id,
    COUNTIF(team IS NULL) AS wrong_team,
    COUNTIF(opponent IS NULL) AS wrong_opponent,
    COUNTIF(games_used IS NULL) AS wrong_games_used,
    COUNTIF(quality_score IS NULL) AS wrong_quality_score,
    COUNTIF(early_season_flag IS NULL) AS wrong_early_season_flag,
    COUNTIF(processed_at IS NULL) AS wrong_processed_at,
    COUNTIF(backfill_id IS NULL) AS wrong_backfill_id,
    COUNTIF(is_home IS NULL) AS wrong_is_home
  FROM nba_predictions.ml_feature_store
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_player_id
  + wrong_team
  + wrong_opponent
  + wrong_games_used
  + wrong_quality_score
  + wrong_early_season_flag
  + wrong_processed_at
  + wrong_backfill_id
  + wrong_is_home > 0
UNION ALL
SELECT
  5 AS phase,
  'player_points_predictions' AS processor,
  game_date,
  'nulls' AS kind,
  '' AS entity,
  CONCAT(
    IF(wrong_player_id > 0, CONCAT(CAST(wrong_player_id AS STRING), ' rows have NULL player_id; '), ''),
    IF(wrong_team > 0, CONCAT(CAST(wrong_team AS STRING), ' rows have NULL team; '), ''),
    IF(wrong_opponent > 0, CONCAT(CAST(wrong_opponent AS STRING), ' rows have NULL opponent; '), ''),
    IF(wrong_games_used > 0, CONCAT(CAST(wrong_games_used AS STRING), ' rows have NULL games_used; '), ''),
    IF(wrong_quality_score > 0, CONCAT(CAST(wrong_quality_score AS STRING), ' rows have NULL quality_score; '), ''),
    IF(wrong_early_season_flag > 0, CONCAT(CAST(wrong_early_season_flag AS STRING), ' rows have NULL early_season_flag; '), ''),
    IF(wrong_processed_at > 0, CONCAT(CAST(wrong_processed_at AS STRING), ' rows have NULL processed_at; '), ''),
    IF(wrong_backfill_id > 0, CONCAT(CAST(wrong_backfill_id AS STRING), ' rows have NULL backfill_id; '), ''),
    IF(wrong_confidence > 0, CONCAT(CAST(wrong_confidence AS STRING), ' rows have NULL confidence; '), '')
  ) AS detail
FROM (
  SELECT
    game_date,
    COUNTIF(player_id IS NULL) AS wrong_player_id,
    COUNTIF(team IS NULL) AS wrong_team,
    COUNTIF(opponent IS NULL) AS wrong_opponent,
    COUNTIF(games_used IS NULL) AS wrong_games_used,
    COUNTIF(quality_score IS NULL) AS wrong_quality_score,
    COUNTIF(early_season_flag IS NULL) AS wrong_early_season_flag,
    COUNTIF(processed_at IS NULL) AS wrong_processed_at,
    COUNTIF(backfill_id IS NULL) AS wrong_backfill_id,
    COUNTIF(confidence IS NULL) AS wrong_confidence
  FROM nba_predictions.player_points_predictions
  WHERE game_date BETWEEN @start_date AND @end_date
  GROUP BY game_date
)
WHERE wrong_player_id
  + wrong_team
  + wrong_opponent
  + wrong_games_used
  + wrong_quality_score
  + wrong_early_season_flag
  + wrong_processed_at
  + wrong_backfill_id
  + wrong_confidence > 0
)
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY phase, processor, game_date, kind ORDER BY entity, detail) <= 25
ORDER BY phase, processor, game_date, kind, entity, detail
LIMIT 10000
