-- reconciliation: columns that differ from the table they come from. One row is one finding (phase, processor, game_date, kind, entity, detail); no row: nothing was found.
-- Written by: python -m shared.processors.queries docs/monitoring/queries
-- bq query --use_legacy_sql=false --max_rows=10000 --parameter=start_date:DATE:2024-11-08 --parameter=end_date:DATE:2024-11-14 < docs/monitoring/queries/reconciliation.sql
SELECT phase, processor, game_date, kind, entity, detail
FROM (
SELECT
  2 AS phase,
  'shots' AS processor,
  c.game_date,
  'mismatch' AS kind,
  c.entity,
  CONCAT(
    IF(c.fga_here IS DISTINCT FROM c.fga_there, CONCAT('fga ', COALESCE(CAST(c.fga_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fga_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.fgm_here IS DISTINCT FROM c.fgm_there, CONCAT('fgm ', COALESCE(CAST(c.fgm_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fgm_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.fg3a_here IS DISTINCT FROM c.fg3a_there, CONCAT('fg3a ', COALESCE(CAST(c.fg3a_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fg3a_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.fg3m_here IS DISTINCT FROM c.fg3m_there, CONCAT('fg3m ', COALESCE(CAST(c.fg3m_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fg3m_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), '')
  ) AS detail
FROM (
  SELECT
    there.game_date,
    there.entity,
    COALESCE(here.fga, 0) AS fga_here, there.fga AS fga_there,
    COALESCE(here.fgm, 0) AS fgm_here, there.fgm AS fgm_there,
    COALESCE(here.fg3a, 0) AS fg3a_here, there.fg3a AS fg3a_there,
    COALESCE(here.fg3m, 0) AS fg3m_here, there.fg3m AS fg3m_there
  FROM (
    SELECT
      game_date,
      CAST(player_id AS STRING) AS entity,
      SUM(fga) AS fga,
      SUM(fgm) AS fgm,
      SUM(fg3a) AS fg3a,
      SUM(fg3m) AS fg3m
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, CAST(player_id AS STRING)
  ) AS there
  LEFT JOIN (
    SELECT
      game_date,
      CAST(player_id AS STRING) AS entity,
      COUNT(*) AS fga,
      COUNTIF(made) AS fgm,
      COUNTIF(shot_value = 3) AS fg3a,
      COUNTIF(made AND shot_value = 3) AS fg3m
    FROM nba_raw.shots
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, CAST(player_id AS STRING)
  ) AS here
    ON here.game_date = there.game_date AND here.entity = there.entity
  WHERE (here.entity IS NOT NULL OR TRUE)
    AND there.game_date IN (SELECT game_date FROM nba_raw.shots WHERE game_date BETWEEN @start_date AND @end_date)
) AS c
WHERE c.fga_here IS DISTINCT FROM c.fga_there
  OR c.fgm_here IS DISTINCT FROM c.fgm_there
  OR c.fg3a_here IS DISTINCT FROM c.fg3a_there
  OR c.fg3m_here IS DISTINCT FROM c.fg3m_there
UNION ALL
SELECT
  2 AS phase,
  'shots' AS processor,
  c.game_date,
  'mismatch' AS kind,
  c.entity,
  CONCAT(
    IF(c.ast_here IS DISTINCT FROM c.ast_there, CONCAT('ast ', COALESCE(CAST(c.ast_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.ast_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), '')
  ) AS detail
FROM (
  SELECT
    there.game_date,
    there.entity,
    COALESCE(here.ast, 0) AS ast_here, there.ast AS ast_there
  FROM (
    SELECT
      game_date,
      team AS entity,
      SUM(ast) AS ast
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, team
  ) AS there
  LEFT JOIN (
    SELECT
      game_date,
      team AS entity,
      COUNTIF(is_assisted) AS ast
    FROM nba_raw.shots
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, team
  ) AS here
    ON here.game_date = there.game_date AND here.entity = there.entity
  WHERE (here.entity IS NOT NULL OR TRUE)
    AND there.game_date IN (SELECT game_date FROM nba_raw.shots WHERE game_date BETWEEN @start_date AND @end_date)
) AS c
WHERE c.ast_here IS DISTINCT FROM c.ast_there
UNION ALL
SELECT
  2 AS phase,
  'team_boxscores' AS processor,
  c.game_date,
  'mismatch' AS kind,
  c.entity,
  CONCAT(
    IF(c.minutes_here IS DISTINCT FROM c.minutes_there, CONCAT('minutes ', COALESCE(CAST(c.minutes_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.minutes_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.points_here IS DISTINCT FROM c.points_there, CONCAT('points ', COALESCE(CAST(c.points_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.points_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.fgm_here IS DISTINCT FROM c.fgm_there, CONCAT('fgm ', COALESCE(CAST(c.fgm_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fgm_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.fga_here IS DISTINCT FROM c.fga_there, CONCAT('fga ', COALESCE(CAST(c.fga_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fga_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.fg3m_here IS DISTINCT FROM c.fg3m_there, CONCAT('fg3m ', COALESCE(CAST(c.fg3m_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fg3m_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.fg3a_here IS DISTINCT FROM c.fg3a_there, CONCAT('fg3a ', COALESCE(CAST(c.fg3a_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fg3a_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.ftm_here IS DISTINCT FROM c.ftm_there, CONCAT('ftm ', COALESCE(CAST(c.ftm_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.ftm_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.fta_here IS DISTINCT FROM c.fta_there, CONCAT('fta ', COALESCE(CAST(c.fta_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fta_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.oreb_here IS DISTINCT FROM c.oreb_there, CONCAT('oreb ', COALESCE(CAST(c.oreb_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.oreb_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.dreb_here IS DISTINCT FROM c.dreb_there, CONCAT('dreb ', COALESCE(CAST(c.dreb_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.dreb_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.reb_here IS DISTINCT FROM c.reb_there, CONCAT('reb ', COALESCE(CAST(c.reb_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.reb_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.ast_here IS DISTINCT FROM c.ast_there, CONCAT('ast ', COALESCE(CAST(c.ast_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.ast_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.stl_here IS DISTINCT FROM c.stl_there, CONCAT('stl ', COALESCE(CAST(c.stl_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.stl_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.blk_here IS DISTINCT FROM c.blk_there, CONCAT('blk ', COALESCE(CAST(c.blk_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.blk_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.tov_here IS DISTINCT FROM c.tov_there, CONCAT('tov ', COALESCE(CAST(c.tov_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.tov_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.pf_here IS DISTINCT FROM c.pf_there, CONCAT('pf ', COALESCE(CAST(c.pf_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.pf_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), '')
  ) AS detail
FROM (
  SELECT
    there.game_date,
    there.entity,
    here.minutes AS minutes_here, there.minutes AS minutes_there,
    here.points AS points_here, there.points AS points_there,
    here.fgm AS fgm_here, there.fgm AS fgm_there,
    here.fga AS fga_here, there.fga AS fga_there,
    here.fg3m AS fg3m_here, there.fg3m AS fg3m_there,
    here.fg3a AS fg3a_here, there.fg3a AS fg3a_there,
    here.ftm AS ftm_here, there.ftm AS ftm_there,
    here.fta AS fta_here, there.fta AS fta_there,
    here.oreb AS oreb_here, there.oreb AS oreb_there,
    here.dreb AS dreb_here, there.dreb AS dreb_there,
    here.reb AS reb_here, there.reb AS reb_there,
    here.ast AS ast_here, there.ast AS ast_there,
    here.stl AS stl_here, there.stl AS stl_there,
    here.blk AS blk_here, there.blk AS blk_there,
    here.tov AS tov_here, there.tov AS tov_there,
    here.pf AS pf_here, there.pf AS pf_there
  FROM (
    SELECT
      game_date,
      team AS entity,
      SUM(minutes) AS minutes,
      SUM(points) AS points,
      SUM(fgm) AS fgm,
      SUM(fga) AS fga,
      SUM(fg3m) AS fg3m,
      SUM(fg3a) AS fg3a,
      SUM(ftm) AS ftm,
      SUM(fta) AS fta,
      SUM(oreb) AS oreb,
      SUM(dreb) AS dreb,
      SUM(reb) AS reb,
      SUM(ast) AS ast,
      SUM(stl) AS stl,
      SUM(blk) AS blk,
      SUM(tov) AS tov,
      SUM(pf) AS pf
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, team
  ) AS there
  LEFT JOIN (
    SELECT
      game_date,
      team AS entity,
      SUM(minutes) AS minutes,
      SUM(points) AS points,
      SUM(fgm) AS fgm,
      SUM(fga) AS fga,
      SUM(fg3m) AS fg3m,
      SUM(fg3a) AS fg3a,
      SUM(ftm) AS ftm,
      SUM(fta) AS fta,
      SUM(oreb) AS oreb,
      SUM(dreb) AS dreb,
      SUM(reb) AS reb,
      SUM(ast) AS ast,
      SUM(stl) AS stl,
      SUM(blk) AS blk,
      SUM(tov) AS tov,
      SUM(pf) AS pf
    FROM nba_raw.team_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, team
  ) AS here
    ON here.game_date = there.game_date AND here.entity = there.entity
  WHERE (here.entity IS NOT NULL OR FALSE)
    AND there.game_date IN (SELECT game_date FROM nba_raw.team_boxscores WHERE game_date BETWEEN @start_date AND @end_date)
) AS c
WHERE c.minutes_here IS DISTINCT FROM c.minutes_there
  OR c.points_here IS DISTINCT FROM c.points_there
  OR c.fgm_here IS DISTINCT FROM c.fgm_there
  OR c.fga_here IS DISTINCT FROM c.fga_there
  OR c.fg3m_here IS DISTINCT FROM c.fg3m_there
  OR c.fg3a_here IS DISTINCT FROM c.fg3a_there
  OR c.ftm_here IS DISTINCT FROM c.ftm_there
  OR c.fta_here IS DISTINCT FROM c.fta_there
  OR c.oreb_here IS DISTINCT FROM c.oreb_there
  OR c.dreb_here IS DISTINCT FROM c.dreb_there
  OR c.reb_here IS DISTINCT FROM c.reb_there
  OR c.ast_here IS DISTINCT FROM c.ast_there
  OR c.stl_here IS DISTINCT FROM c.stl_there
  OR c.blk_here IS DISTINCT FROM c.blk_there
  OR c.tov_here IS DISTINCT FROM c.tov_there
  OR c.pf_here IS DISTINCT FROM c.pf_there
UNION ALL
SELECT
  2 AS phase,
  'team_boxscores' AS processor,
  c.game_date,
  'mismatch' AS kind,
  c.entity,
  CONCAT(
    IF(c.points_here IS DISTINCT FROM c.points_there, CONCAT('points ', COALESCE(CAST(c.points_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.points_there AS STRING), 'NULL'), ' in nba_raw.games; '), ''),
    IF(c.plus_minus_here IS DISTINCT FROM c.plus_minus_there, CONCAT('plus_minus ', COALESCE(CAST(c.plus_minus_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.plus_minus_there AS STRING), 'NULL'), ' in nba_raw.games; '), '')
  ) AS detail
FROM (
  SELECT
    there.game_date,
    there.entity,
    here.points AS points_here, there.points AS points_there,
    here.plus_minus AS plus_minus_here, there.plus_minus AS plus_minus_there
  FROM (
    SELECT
      game_date,
      team AS entity,
      SUM(score) AS points,
      SUM(margin) AS plus_minus
    FROM (SELECT game_date, home_team AS team, home_score AS score, home_score - away_score AS margin FROM nba_raw.games UNION ALL SELECT game_date, away_team AS team, away_score AS score, away_score - home_score AS margin FROM nba_raw.games)
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, team
  ) AS there
  LEFT JOIN (
    SELECT
      game_date,
      team AS entity,
      SUM(points) AS points,
      SUM(plus_minus) AS plus_minus
    FROM nba_raw.team_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, team
  ) AS here
    ON here.game_date = there.game_date AND here.entity = there.entity
  WHERE (here.entity IS NOT NULL OR FALSE)
    AND there.game_date IN (SELECT game_date FROM nba_raw.team_boxscores WHERE game_date BETWEEN @start_date AND @end_date)
) AS c
WHERE c.points_here IS DISTINCT FROM c.points_there
  OR c.plus_minus_here IS DISTINCT FROM c.plus_minus_there
UNION ALL
SELECT
  3 AS phase,
  'player_game_summary' AS processor,
  c.game_date,
  'mismatch' AS kind,
  c.entity,
  CONCAT(
    IF(c.minutes_here IS DISTINCT FROM c.minutes_there, CONCAT('minutes ', COALESCE(CAST(c.minutes_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.minutes_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.points_here IS DISTINCT FROM c.points_there, CONCAT('points ', COALESCE(CAST(c.points_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.points_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.fgm_here IS DISTINCT FROM c.fgm_there, CONCAT('fgm ', COALESCE(CAST(c.fgm_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fgm_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.fga_here IS DISTINCT FROM c.fga_there, CONCAT('fga ', COALESCE(CAST(c.fga_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fga_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.fg3m_here IS DISTINCT FROM c.fg3m_there, CONCAT('fg3m ', COALESCE(CAST(c.fg3m_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fg3m_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.fg3a_here IS DISTINCT FROM c.fg3a_there, CONCAT('fg3a ', COALESCE(CAST(c.fg3a_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fg3a_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.ftm_here IS DISTINCT FROM c.ftm_there, CONCAT('ftm ', COALESCE(CAST(c.ftm_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.ftm_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.fta_here IS DISTINCT FROM c.fta_there, CONCAT('fta ', COALESCE(CAST(c.fta_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fta_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.oreb_here IS DISTINCT FROM c.oreb_there, CONCAT('oreb ', COALESCE(CAST(c.oreb_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.oreb_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.dreb_here IS DISTINCT FROM c.dreb_there, CONCAT('dreb ', COALESCE(CAST(c.dreb_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.dreb_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.reb_here IS DISTINCT FROM c.reb_there, CONCAT('reb ', COALESCE(CAST(c.reb_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.reb_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.ast_here IS DISTINCT FROM c.ast_there, CONCAT('ast ', COALESCE(CAST(c.ast_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.ast_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.stl_here IS DISTINCT FROM c.stl_there, CONCAT('stl ', COALESCE(CAST(c.stl_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.stl_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.blk_here IS DISTINCT FROM c.blk_there, CONCAT('blk ', COALESCE(CAST(c.blk_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.blk_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.tov_here IS DISTINCT FROM c.tov_there, CONCAT('tov ', COALESCE(CAST(c.tov_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.tov_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), ''),
    IF(c.pf_here IS DISTINCT FROM c.pf_there, CONCAT('pf ', COALESCE(CAST(c.pf_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.pf_there AS STRING), 'NULL'), ' in nba_raw.player_boxscores; '), '')
  ) AS detail
FROM (
  SELECT
    there.game_date,
    there.entity,
    here.minutes AS minutes_here, there.minutes AS minutes_there,
    here.points AS points_here, there.points AS points_there,
    here.fgm AS fgm_here, there.fgm AS fgm_there,
    here.fga AS fga_here, there.fga AS fga_there,
    here.fg3m AS fg3m_here, there.fg3m AS fg3m_there,
    here.fg3a AS fg3a_here, there.fg3a AS fg3a_there,
    here.ftm AS ftm_here, there.ftm AS ftm_there,
    here.fta AS fta_here, there.fta AS fta_there,
    here.oreb AS oreb_here, there.oreb AS oreb_there,
    here.dreb AS dreb_here, there.dreb AS dreb_there,
    here.reb AS reb_here, there.reb AS reb_there,
    here.ast AS ast_here, there.ast AS ast_there,
    here.stl AS stl_here, there.stl AS stl_there,
    here.blk AS blk_here, there.blk AS blk_there,
    here.tov AS tov_here, there.tov AS tov_there,
    here.pf AS pf_here, there.pf AS pf_there
  FROM (
    SELECT
      game_date,
      CONCAT(player_name, ' (', CAST(player_id AS STRING), ')') AS entity,
      SUM(minutes) AS minutes,
      SUM(points) AS points,
      SUM(fgm) AS fgm,
      SUM(fga) AS fga,
      SUM(fg3m) AS fg3m,
      SUM(fg3a) AS fg3a,
      SUM(ftm) AS ftm,
      SUM(fta) AS fta,
      SUM(oreb) AS oreb,
      SUM(dreb) AS dreb,
      SUM(reb) AS reb,
      SUM(ast) AS ast,
      SUM(stl) AS stl,
      SUM(blk) AS blk,
      SUM(tov) AS tov,
      SUM(pf) AS pf
    FROM nba_raw.player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, CONCAT(player_name, ' (', CAST(player_id AS STRING), ')')
  ) AS there
  LEFT JOIN (
    SELECT
      game_date,
      CONCAT(player_name, ' (', CAST(player_id AS STRING), ')') AS entity,
      SUM(minutes) AS minutes,
      SUM(points) AS points,
      SUM(fgm) AS fgm,
      SUM(fga) AS fga,
      SUM(fg3m) AS fg3m,
      SUM(fg3a) AS fg3a,
      SUM(ftm) AS ftm,
      SUM(fta) AS fta,
      SUM(oreb) AS oreb,
      SUM(dreb) AS dreb,
      SUM(reb) AS reb,
      SUM(ast) AS ast,
      SUM(stl) AS stl,
      SUM(blk) AS blk,
      SUM(tov) AS tov,
      SUM(pf) AS pf
    FROM nba_analytics.player_game_summary
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, CONCAT(player_name, ' (', CAST(player_id AS STRING), ')')
  ) AS here
    ON here.game_date = there.game_date AND here.entity = there.entity
  WHERE (here.entity IS NOT NULL OR FALSE)
    AND there.game_date IN (SELECT game_date FROM nba_analytics.player_game_summary WHERE game_date BETWEEN @start_date AND @end_date)
) AS c
WHERE c.minutes_here IS DISTINCT FROM c.minutes_there
  OR c.points_here IS DISTINCT FROM c.points_there
  OR c.fgm_here IS DISTINCT FROM c.fgm_there
  OR c.fga_here IS DISTINCT FROM c.fga_there
  OR c.fg3m_here IS DISTINCT FROM c.fg3m_there
  OR c.fg3a_here IS DISTINCT FROM c.fg3a_there
  OR c.ftm_here IS DISTINCT FROM c.ftm_there
  OR c.fta_here IS DISTINCT FROM c.fta_there
  OR c.oreb_here IS DISTINCT FROM c.oreb_there
  OR c.dreb_here IS DISTINCT FROM c.dreb_there
  OR c.reb_here IS DISTINCT FROM c.reb_there
  OR c.ast_here IS DISTINCT FROM c.ast_there
  OR c.stl_here IS DISTINCT FROM c.stl_there
  OR c.blk_here IS DISTINCT FROM c.blk_there
  OR c.tov_here IS DISTINCT FROM c.tov_there
  OR c.pf_here IS DISTINCT FROM c.pf_there
UNION ALL
SELECT
  3 AS phase,
  'team_offense_game_summary' AS processor,
  c.game_date,
  'mismatch' AS kind,
  c.entity,
  CONCAT(
    IF(c.minutes_here IS DISTINCT FROM c.minutes_there, CONCAT('minutes ', COALESCE(CAST(c.minutes_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.minutes_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), ''),
    IF(c.points_here IS DISTINCT FROM c.points_there, CONCAT('points ', COALESCE(CAST(c.points_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.points_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), ''),
    IF(c.fgm_here IS DISTINCT FROM c.fgm_there, CONCAT('fgm ', COALESCE(CAST(c.fgm_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fgm_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), ''),
    IF(c.fga_here IS DISTINCT FROM c.fga_there, CONCAT('fga ', COALESCE(CAST(c.fga_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fga_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), ''),
    IF(c.fg3m_here IS DISTINCT FROM c.fg3m_there, CONCAT('fg3m ', COALESCE(CAST(c.fg3m_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fg3m_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), ''),
    IF(c.fg3a_here IS DISTINCT FROM c.fg3a_there, CONCAT('fg3a ', COALESCE(CAST(c.fg3a_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fg3a_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), ''),
    IF(c.ftm_here IS DISTINCT FROM c.ftm_there, CONCAT('ftm ', COALESCE(CAST(c.ftm_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.ftm_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), ''),
    IF(c.fta_here IS DISTINCT FROM c.fta_there, CONCAT('fta ', COALESCE(CAST(c.fta_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.fta_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), ''),
    IF(c.oreb_here IS DISTINCT FROM c.oreb_there, CONCAT('oreb ', COALESCE(CAST(c.oreb_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.oreb_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), ''),
    IF(c.dreb_here IS DISTINCT FROM c.dreb_there, CONCAT('dreb ', COALESCE(CAST(c.dreb_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.dreb_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), ''),
    IF(c.reb_here IS DISTINCT FROM c.reb_there, CONCAT('reb ', COALESCE(CAST(c.reb_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.reb_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), ''),
    IF(c.ast_here IS DISTINCT FROM c.ast_there, CONCAT('ast ', COALESCE(CAST(c.ast_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.ast_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), ''),
    IF(c.stl_here IS DISTINCT FROM c.stl_there, CONCAT('stl ', COALESCE(CAST(c.stl_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.stl_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), ''),
    IF(c.blk_here IS DISTINCT FROM c.blk_there, CONCAT('blk ', COALESCE(CAST(c.blk_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.blk_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), ''),
    IF(c.tov_here IS DISTINCT FROM c.tov_there, CONCAT('tov ', COALESCE(CAST(c.tov_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.tov_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), ''),
    IF(c.pf_here IS DISTINCT FROM c.pf_there, CONCAT('pf ', COALESCE(CAST(c.pf_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.pf_there AS STRING), 'NULL'), ' in nba_raw.team_boxscores; '), '')
  ) AS detail
FROM (
  SELECT
    there.game_date,
    there.entity,
    here.minutes AS minutes_here, there.minutes AS minutes_there,
    here.points AS points_here, there.points AS points_there,
    here.fgm AS fgm_here, there.fgm AS fgm_there,
    here.fga AS fga_here, there.fga AS fga_there,
    here.fg3m AS fg3m_here, there.fg3m AS fg3m_there,
    here.fg3a AS fg3a_here, there.fg3a AS fg3a_there,
    here.ftm AS ftm_here, there.ftm AS ftm_there,
    here.fta AS fta_here, there.fta AS fta_there,
    here.oreb AS oreb_here, there.oreb AS oreb_there,
    here.dreb AS dreb_here, there.dreb AS dreb_there,
    here.reb AS reb_here, there.reb AS reb_there,
    here.ast AS ast_here, there.ast AS ast_there,
    here.stl AS stl_here, there.stl AS stl_there,
    here.blk AS blk_here, there.blk AS blk_there,
    here.tov AS tov_here, there.tov AS tov_there,
    here.pf AS pf_here, there.pf AS pf_there
  FROM (
    SELECT
      game_date,
      team AS entity,
      SUM(minutes) AS minutes,
      SUM(points) AS points,
      SUM(fgm) AS fgm,
      SUM(fga) AS fga,
      SUM(fg3m) AS fg3m,
      SUM(fg3a) AS fg3a,
      SUM(ftm) AS ftm,
      SUM(fta) AS fta,
      SUM(oreb) AS oreb,
      SUM(dreb) AS dreb,
      SUM(reb) AS reb,
      SUM(ast) AS ast,
      SUM(stl) AS stl,
      SUM(blk) AS blk,
      SUM(tov) AS tov,
      SUM(pf) AS pf
    FROM nba_raw.team_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, team
  ) AS there
  LEFT JOIN (
    SELECT
      game_date,
      team AS entity,
      SUM(minutes) AS minutes,
      SUM(points) AS points,
      SUM(fgm) AS fgm,
      SUM(fga) AS fga,
      SUM(fg3m) AS fg3m,
      SUM(fg3a) AS fg3a,
      SUM(ftm) AS ftm,
      SUM(fta) AS fta,
      SUM(oreb) AS oreb,
      SUM(dreb) AS dreb,
      SUM(reb) AS reb,
      SUM(ast) AS ast,
      SUM(stl) AS stl,
      SUM(blk) AS blk,
      SUM(tov) AS tov,
      SUM(pf) AS pf
    FROM nba_analytics.team_offense_game_summary
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, team
  ) AS here
    ON here.game_date = there.game_date AND here.entity = there.entity
  WHERE (here.entity IS NOT NULL OR FALSE)
    AND there.game_date IN (SELECT game_date FROM nba_analytics.team_offense_game_summary WHERE game_date BETWEEN @start_date AND @end_date)
) AS c
WHERE c.minutes_here IS DISTINCT FROM c.minutes_there
  OR c.points_here IS DISTINCT FROM c.points_there
  OR c.fgm_here IS DISTINCT FROM c.fgm_there
  OR c.fga_here IS DISTINCT FROM c.fga_there
  OR c.fg3m_here IS DISTINCT FROM c.fg3m_there
  OR c.fg3a_here IS DISTINCT FROM c.fg3a_there
  OR c.ftm_here IS DISTINCT FROM c.ftm_there
  OR c.fta_here IS DISTINCT FROM c.fta_there
  OR c.oreb_here IS DISTINCT FROM c.oreb_there
  OR c.dreb_here IS DISTINCT FROM c.dreb_there
  OR c.reb_here IS DISTINCT FROM c.reb_there
  OR c.ast_here IS DISTINCT FROM c.ast_there
  OR c.stl_here IS DISTINCT FROM c.stl_there
  OR c.blk_here IS DISTINCT FROM c.blk_there
  OR c.tov_here IS DISTINCT FROM c.tov_there
  OR c.pf_here IS DISTINCT FROM c.pf_there
UNION ALL
SELECT
  3 AS phase,
  'team_offense_game_summary' AS processor,
  c.game_date,
  'mismatch' AS kind,
  c.entity,
  CONCAT(
    IF(c.paint_attempts_here IS DISTINCT FROM c.paint_attempts_there, CONCAT('paint_attempts ', COALESCE(CAST(c.paint_attempts_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.paint_attempts_there AS STRING), 'NULL'), ' in nba_analytics.player_game_summary; '), ''),
    IF(c.paint_makes_here IS DISTINCT FROM c.paint_makes_there, CONCAT('paint_makes ', COALESCE(CAST(c.paint_makes_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.paint_makes_there AS STRING), 'NULL'), ' in nba_analytics.player_game_summary; '), ''),
    IF(c.paint_attempts_blocked_here IS DISTINCT FROM c.paint_attempts_blocked_there, CONCAT('paint_attempts_blocked ', COALESCE(CAST(c.paint_attempts_blocked_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.paint_attempts_blocked_there AS STRING), 'NULL'), ' in nba_analytics.player_game_summary; '), ''),
    IF(c.mid_range_attempts_here IS DISTINCT FROM c.mid_range_attempts_there, CONCAT('mid_range_attempts ', COALESCE(CAST(c.mid_range_attempts_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.mid_range_attempts_there AS STRING), 'NULL'), ' in nba_analytics.player_game_summary; '), ''),
    IF(c.mid_range_makes_here IS DISTINCT FROM c.mid_range_makes_there, CONCAT('mid_range_makes ', COALESCE(CAST(c.mid_range_makes_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.mid_range_makes_there AS STRING), 'NULL'), ' in nba_analytics.player_game_summary; '), ''),
    IF(c.mid_range_attempts_blocked_here IS DISTINCT FROM c.mid_range_attempts_blocked_there, CONCAT('mid_range_attempts_blocked ', COALESCE(CAST(c.mid_range_attempts_blocked_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.mid_range_attempts_blocked_there AS STRING), 'NULL'), ' in nba_analytics.player_game_summary; '), ''),
    IF(c.three_pt_attempts_here IS DISTINCT FROM c.three_pt_attempts_there, CONCAT('three_pt_attempts ', COALESCE(CAST(c.three_pt_attempts_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.three_pt_attempts_there AS STRING), 'NULL'), ' in nba_analytics.player_game_summary; '), ''),
    IF(c.three_pt_makes_here IS DISTINCT FROM c.three_pt_makes_there, CONCAT('three_pt_makes ', COALESCE(CAST(c.three_pt_makes_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.three_pt_makes_there AS STRING), 'NULL'), ' in nba_analytics.player_game_summary; '), ''),
    IF(c.three_pt_attempts_blocked_here IS DISTINCT FROM c.three_pt_attempts_blocked_there, CONCAT('three_pt_attempts_blocked ', COALESCE(CAST(c.three_pt_attempts_blocked_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.three_pt_attempts_blocked_there AS STRING), 'NULL'), ' in nba_analytics.player_game_summary; '), ''),
    IF(c.assisted_fg_makes_here IS DISTINCT FROM c.assisted_fg_makes_there, CONCAT('assisted_fg_makes ', COALESCE(CAST(c.assisted_fg_makes_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.assisted_fg_makes_there AS STRING), 'NULL'), ' in nba_analytics.player_game_summary; '), ''),
    IF(c.unassisted_fg_makes_here IS DISTINCT FROM c.unassisted_fg_makes_there, CONCAT('unassisted_fg_makes ', COALESCE(CAST(c.unassisted_fg_makes_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.unassisted_fg_makes_there AS STRING), 'NULL'), ' in nba_analytics.player_game_summary; '), '')
  ) AS detail
FROM (
  SELECT
    there.game_date,
    there.entity,
    here.paint_attempts AS paint_attempts_here, there.paint_attempts AS paint_attempts_there,
    here.paint_makes AS paint_makes_here, there.paint_makes AS paint_makes_there,
    here.paint_attempts_blocked AS paint_attempts_blocked_here, there.paint_attempts_blocked AS paint_attempts_blocked_there,
    here.mid_range_attempts AS mid_range_attempts_here, there.mid_range_attempts AS mid_range_attempts_there,
    here.mid_range_makes AS mid_range_makes_here, there.mid_range_makes AS mid_range_makes_there,
    here.mid_range_attempts_blocked AS mid_range_attempts_blocked_here, there.mid_range_attempts_blocked AS mid_range_attempts_blocked_there,
    here.three_pt_attempts AS three_pt_attempts_here, there.three_pt_attempts AS three_pt_attempts_there,
    here.three_pt_makes AS three_pt_makes_here, there.three_pt_makes AS three_pt_makes_there,
    here.three_pt_attempts_blocked AS three_pt_attempts_blocked_here, there.three_pt_attempts_blocked AS three_pt_attempts_blocked_there,
    here.assisted_fg_makes AS assisted_fg_makes_here, there.assisted_fg_makes AS assisted_fg_makes_there,
    here.unassisted_fg_makes AS unassisted_fg_makes_here, there.unassisted_fg_makes AS unassisted_fg_makes_there
  FROM (
    SELECT
      game_date,
      team AS entity,
      SUM(paint_attempts) AS paint_attempts,
      SUM(paint_makes) AS paint_makes,
      SUM(paint_attempts_blocked) AS paint_attempts_blocked,
      SUM(mid_range_attempts) AS mid_range_attempts,
      SUM(mid_range_makes) AS mid_range_makes,
      SUM(mid_range_attempts_blocked) AS mid_range_attempts_blocked,
      SUM(three_pt_attempts) AS three_pt_attempts,
      SUM(three_pt_makes) AS three_pt_makes,
      SUM(three_pt_attempts_blocked) AS three_pt_attempts_blocked,
      SUM(assisted_fg_makes) AS assisted_fg_makes,
      SUM(unassisted_fg_makes) AS unassisted_fg_makes
    FROM nba_analytics.player_game_summary
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, team
  ) AS there
  LEFT JOIN (
    SELECT
      game_date,
      team AS entity,
      SUM(paint_attempts) AS paint_attempts,
      SUM(paint_makes) AS paint_makes,
      SUM(paint_attempts_blocked) AS paint_attempts_blocked,
      SUM(mid_range_attempts) AS mid_range_attempts,
      SUM(mid_range_makes) AS mid_range_makes,
      SUM(mid_range_attempts_blocked) AS mid_range_attempts_blocked,
      SUM(three_pt_attempts) AS three_pt_attempts,
      SUM(three_pt_makes) AS three_pt_makes,
      SUM(three_pt_attempts_blocked) AS three_pt_attempts_blocked,
      SUM(assisted_fg_makes) AS assisted_fg_makes,
      SUM(unassisted_fg_makes) AS unassisted_fg_makes
    FROM nba_analytics.team_offense_game_summary
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, team
  ) AS here
    ON here.game_date = there.game_date AND here.entity = there.entity
  WHERE (here.entity IS NOT NULL OR FALSE)
    AND there.game_date IN (SELECT game_date FROM nba_analytics.team_offense_game_summary WHERE game_date BETWEEN @start_date AND @end_date)
) AS c
WHERE c.paint_attempts_here IS DISTINCT FROM c.paint_attempts_there
  OR c.paint_makes_here IS DISTINCT FROM c.paint_makes_there
  OR c.paint_attempts_blocked_here IS DISTINCT FROM c.paint_attempts_blocked_there
  OR c.mid_range_attempts_here IS DISTINCT FROM c.mid_range_attempts_there
  OR c.mid_range_makes_here IS DISTINCT FROM c.mid_range_makes_there
  OR c.mid_range_attempts_blocked_here IS DISTINCT FROM c.mid_range_attempts_blocked_there
  OR c.three_pt_attempts_here IS DISTINCT FROM c.three_pt_attempts_there
  OR c.three_pt_makes_here IS DISTINCT FROM c.three_pt_makes_there
  OR c.three_pt_attempts_blocked_here IS DISTINCT FROM c.three_pt_attempts_blocked_there
  OR c.assisted_fg_makes_here IS DISTINCT FROM c.assisted_fg_makes_there
  OR c.unassisted_fg_makes_here IS DISTINCT FROM c.unassisted_fg_makes_there
UNION ALL
SELECT
  3 AS phase,
  'team_defense_game_summary' AS processor,
  c.game_date,
  'mismatch' AS kind,
  c.entity,
  CONCAT(
    IF(c.points_here IS DISTINCT FROM c.points_there, CONCAT('points ', COALESCE(CAST(c.points_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.points_there AS STRING), 'NULL'), ' in nba_analytics.team_offense_game_summary; '), ''),
    IF(c.paint_attempts_here IS DISTINCT FROM c.paint_attempts_there, CONCAT('paint_attempts ', COALESCE(CAST(c.paint_attempts_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.paint_attempts_there AS STRING), 'NULL'), ' in nba_analytics.team_offense_game_summary; '), ''),
    IF(c.paint_makes_here IS DISTINCT FROM c.paint_makes_there, CONCAT('paint_makes ', COALESCE(CAST(c.paint_makes_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.paint_makes_there AS STRING), 'NULL'), ' in nba_analytics.team_offense_game_summary; '), ''),
    IF(c.mid_range_attempts_here IS DISTINCT FROM c.mid_range_attempts_there, CONCAT('mid_range_attempts ', COALESCE(CAST(c.mid_range_attempts_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.mid_range_attempts_there AS STRING), 'NULL'), ' in nba_analytics.team_offense_game_summary; '), ''),
    IF(c.mid_range_makes_here IS DISTINCT FROM c.mid_range_makes_there, CONCAT('mid_range_makes ', COALESCE(CAST(c.mid_range_makes_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.mid_range_makes_there AS STRING), 'NULL'), ' in nba_analytics.team_offense_game_summary; '), ''),
    IF(c.three_pt_attempts_here IS DISTINCT FROM c.three_pt_attempts_there, CONCAT('three_pt_attempts ', COALESCE(CAST(c.three_pt_attempts_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.three_pt_attempts_there AS STRING), 'NULL'), ' in nba_analytics.team_offense_game_summary; '), ''),
    IF(c.three_pt_makes_here IS DISTINCT FROM c.three_pt_makes_there, CONCAT('three_pt_makes ', COALESCE(CAST(c.three_pt_makes_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.three_pt_makes_there AS STRING), 'NULL'), ' in nba_analytics.team_offense_game_summary; '), ''),
    IF(c.paint_blocks_here IS DISTINCT FROM c.paint_blocks_there, CONCAT('paint_blocks ', COALESCE(CAST(c.paint_blocks_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.paint_blocks_there AS STRING), 'NULL'), ' in nba_analytics.team_offense_game_summary; '), ''),
    IF(c.mid_range_blocks_here IS DISTINCT FROM c.mid_range_blocks_there, CONCAT('mid_range_blocks ', COALESCE(CAST(c.mid_range_blocks_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.mid_range_blocks_there AS STRING), 'NULL'), ' in nba_analytics.team_offense_game_summary; '), ''),
    IF(c.three_pt_blocks_here IS DISTINCT FROM c.three_pt_blocks_there, CONCAT('three_pt_blocks ', COALESCE(CAST(c.three_pt_blocks_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.three_pt_blocks_there AS STRING), 'NULL'), ' in nba_analytics.team_offense_game_summary; '), '')
  ) AS detail
FROM (
  SELECT
    there.game_date,
    there.entity,
    here.points AS points_here, there.points AS points_there,
    here.paint_attempts AS paint_attempts_here, there.paint_attempts AS paint_attempts_there,
    here.paint_makes AS paint_makes_here, there.paint_makes AS paint_makes_there,
    here.mid_range_attempts AS mid_range_attempts_here, there.mid_range_attempts AS mid_range_attempts_there,
    here.mid_range_makes AS mid_range_makes_here, there.mid_range_makes AS mid_range_makes_there,
    here.three_pt_attempts AS three_pt_attempts_here, there.three_pt_attempts AS three_pt_attempts_there,
    here.three_pt_makes AS three_pt_makes_here, there.three_pt_makes AS three_pt_makes_there,
    here.paint_blocks AS paint_blocks_here, there.paint_blocks AS paint_blocks_there,
    here.mid_range_blocks AS mid_range_blocks_here, there.mid_range_blocks AS mid_range_blocks_there,
    here.three_pt_blocks AS three_pt_blocks_here, there.three_pt_blocks AS three_pt_blocks_there
  FROM (
    SELECT
      game_date,
      team AS entity,
      SUM(points) AS points,
      SUM(paint_attempts) AS paint_attempts,
      SUM(paint_makes) AS paint_makes,
      SUM(mid_range_attempts) AS mid_range_attempts,
      SUM(mid_range_makes) AS mid_range_makes,
      SUM(three_pt_attempts) AS three_pt_attempts,
      SUM(three_pt_makes) AS three_pt_makes,
      SUM(paint_attempts_blocked) AS paint_blocks,
      SUM(mid_range_attempts_blocked) AS mid_range_blocks,
      SUM(three_pt_attempts_blocked) AS three_pt_blocks
    FROM nba_analytics.team_offense_game_summary
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, team
  ) AS there
  LEFT JOIN (
    SELECT
      game_date,
      opponent AS entity,
      SUM(points_allowed) AS points,
      SUM(paint_attempts_allowed) AS paint_attempts,
      SUM(paint_makes_allowed) AS paint_makes,
      SUM(mid_range_attempts_allowed) AS mid_range_attempts,
      SUM(mid_range_makes_allowed) AS mid_range_makes,
      SUM(three_pt_attempts_allowed) AS three_pt_attempts,
      SUM(three_pt_makes_allowed) AS three_pt_makes,
      SUM(paint_blocks) AS paint_blocks,
      SUM(mid_range_blocks) AS mid_range_blocks,
      SUM(three_pt_blocks) AS three_pt_blocks
    FROM nba_analytics.team_defense_game_summary
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, opponent
  ) AS here
    ON here.game_date = there.game_date AND here.entity = there.entity
  WHERE (here.entity IS NOT NULL OR FALSE)
    AND there.game_date IN (SELECT game_date FROM nba_analytics.team_defense_game_summary WHERE game_date BETWEEN @start_date AND @end_date)
) AS c
WHERE c.points_here IS DISTINCT FROM c.points_there
  OR c.paint_attempts_here IS DISTINCT FROM c.paint_attempts_there
  OR c.paint_makes_here IS DISTINCT FROM c.paint_makes_there
  OR c.mid_range_attempts_here IS DISTINCT FROM c.mid_range_attempts_there
  OR c.mid_range_makes_here IS DISTINCT FROM c.mid_range_makes_there
  OR c.three_pt_attempts_here IS DISTINCT FROM c.three_pt_attempts_there
  OR c.three_pt_makes_here IS DISTINCT FROM c.three_pt_makes_there
  OR c.paint_blocks_here IS DISTINCT FROM c.paint_blocks_there
  OR c.mid_range_blocks_here IS DISTINCT FROM c.mid_range_blocks_there
  OR c.three_pt_blocks_here IS DISTINCT FROM c.three_pt_blocks_there
UNION ALL
SELECT
  5 AS phase,
  'ml_feature_store' AS processor,
  c.game_date,
  'mismatch' AS kind,
  c.entity,
  CONCAT(
    IF(c.games_used_here IS DISTINCT FROM c.games_used_there, CONCAT('games_used ', COALESCE(CAST(c.games_used_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.games_used_there AS STRING), 'NULL'), ' in nba_precompute.player_daily_cache; '), ''),
    IF(c.quality_score_here IS DISTINCT FROM c.quality_score_there, CONCAT('quality_score ', COALESCE(CAST(c.quality_score_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.quality_score_there AS STRING), 'NULL'), ' in nba_precompute.player_daily_cache; '), ''),
    IF(c.window_start_here IS DISTINCT FROM c.window_start_there, CONCAT('window_start ', COALESCE(CAST(c.window_start_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.window_start_there AS STRING), 'NULL'), ' in nba_precompute.player_daily_cache; '), ''),
    IF(c.window_end_here IS DISTINCT FROM c.window_end_there, CONCAT('window_end ', COALESCE(CAST(c.window_end_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.window_end_there AS STRING), 'NULL'), ' in nba_precompute.player_daily_cache; '), ''),
    IF(c.shortage_reason_here IS DISTINCT FROM c.shortage_reason_there, CONCAT('shortage_reason ', COALESCE(CAST(c.shortage_reason_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.shortage_reason_there AS STRING), 'NULL'), ' in nba_precompute.player_daily_cache; '), '')
  ) AS detail
FROM (
  SELECT
    there.game_date,
    there.entity,
    here.games_used AS games_used_here, there.games_used AS games_used_there,
    here.quality_score AS quality_score_here, there.quality_score AS quality_score_there,
    here.window_start AS window_start_here, there.window_start AS window_start_there,
    here.window_end AS window_end_here, there.window_end AS window_end_there,
    here.shortage_reason AS shortage_reason_here, there.shortage_reason AS shortage_reason_there
  FROM (
    SELECT
      game_date,
      CAST(player_id AS STRING) AS entity,
      MAX(games_used) AS games_used,
      MAX(quality_score) AS quality_score,
      MAX(window_start) AS window_start,
      MAX(window_end) AS window_end,
      MAX(shortage_reason) AS shortage_reason
    FROM nba_precompute.player_daily_cache
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, CAST(player_id AS STRING)
  ) AS there
  LEFT JOIN (
    SELECT
      game_date,
      CAST(player_id AS STRING) AS entity,
      MAX(games_used) AS games_used,
      MAX(quality_score) AS quality_score,
      MAX(window_start) AS window_start,
      MAX(window_end) AS window_end,
      MAX(shortage_reason) AS shortage_reason
    FROM nba_predictions.ml_feature_store
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, CAST(player_id AS STRING)
  ) AS here
    ON here.game_date = there.game_date AND here.entity = there.entity
  WHERE (here.entity IS NOT NULL OR FALSE)
    AND there.game_date IN (SELECT game_date FROM nba_predictions.ml_feature_store WHERE game_date BETWEEN @start_date AND @end_date)
) AS c
WHERE c.games_used_here IS DISTINCT FROM c.games_used_there
  OR c.quality_score_here IS DISTINCT FROM c.quality_score_there
  OR c.window_start_here IS DISTINCT FROM c.window_start_there
  OR c.window_end_here IS DISTINCT FROM c.window_end_there
  OR c.shortage_reason_here IS DISTINCT FROM c.shortage_reason_there
UNION ALL
SELECT
  5 AS phase,
  'ml_feature_store' AS processor,
  c.game_date,
  'mismatch' AS kind,
  c.entity,
  CONCAT(
    IF(c.points_avg_last_5_here IS DISTINCT FROM c.points_avg_last_5_there, 'points_avg_last_5 is not that of nba_precompute.player_daily_cache; ', ''),
    IF(c.points_avg_last_10_here IS DISTINCT FROM c.points_avg_last_10_there, 'points_avg_last_10 is not that of nba_precompute.player_daily_cache; ', ''),
    IF(c.points_avg_last_20_here IS DISTINCT FROM c.points_avg_last_20_there, 'points_avg_last_20 is not that of nba_precompute.player_daily_cache; ', ''),
    IF(c.minutes_avg_last_10_here IS DISTINCT FROM c.minutes_avg_last_10_there, 'minutes_avg_last_10 is not that of nba_precompute.player_daily_cache; ', '')
  ) AS detail
FROM (
  SELECT
    there.game_date,
    there.entity,
    here.points_avg_last_5 AS points_avg_last_5_here, there.points_avg_last_5 AS points_avg_last_5_there,
    here.points_avg_last_10 AS points_avg_last_10_here, there.points_avg_last_10 AS points_avg_last_10_there,
    here.points_avg_last_20 AS points_avg_last_20_here, there.points_avg_last_20 AS points_avg_last_20_there,
    here.minutes_avg_last_10 AS minutes_avg_last_10_here, there.minutes_avg_last_10 AS minutes_avg_last_10_there
  FROM (
    SELECT
      game_date,
      CAST(player_id AS STRING) AS entity,
      MAX(points_avg_last_5) AS points_avg_last_5,
      MAX(points_avg_last_10) AS points_avg_last_10,
      MAX(points_avg_last_20) AS points_avg_last_20,
      MAX(minutes_avg_last_10) AS minutes_avg_last_10
    FROM nba_precompute.player_daily_cache
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, CAST(player_id AS STRING)
  ) AS there
  LEFT JOIN (
    SELECT
      game_date,
      CAST(player_id AS STRING) AS entity,
      MAX(points_avg_last_5) AS points_avg_last_5,
      MAX(points_avg_last_10) AS points_avg_last_10,
      MAX(points_avg_last_20) AS points_avg_last_20,
      MAX(minutes_avg_last_10) AS minutes_avg_last_10
    FROM nba_predictions.ml_feature_store
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, CAST(player_id AS STRING)
  ) AS here
    ON here.game_date = there.game_date AND here.entity = there.entity
  WHERE (here.entity IS NOT NULL OR FALSE)
    AND there.game_date IN (SELECT game_date FROM nba_predictions.ml_feature_store WHERE game_date BETWEEN @start_date AND @end_date)
) AS c
WHERE c.points_avg_last_5_here IS DISTINCT FROM c.points_avg_last_5_there
  OR c.points_avg_last_10_here IS DISTINCT FROM c.points_avg_last_10_there
  OR c.points_avg_last_20_here IS DISTINCT FROM c.points_avg_last_20_there
  OR c.minutes_avg_last_10_here IS DISTINCT FROM c.minutes_avg_last_10_there
UNION ALL
SELECT
  5 AS phase,
  'ml_feature_store' AS processor,
  c.game_date,
  'mismatch' AS kind,
  c.entity,
  CONCAT(
    IF(c.points_avg_season_here IS DISTINCT FROM c.points_avg_season_there, 'points_avg_season is not that of nba_precompute.player_season_profile; ', '')
  ) AS detail
FROM (
  SELECT
    there.game_date,
    there.entity,
    here.points_avg_season AS points_avg_season_here, there.points_avg_season AS points_avg_season_there
  FROM (
    SELECT
      game_date,
      CAST(player_id AS STRING) AS entity,
      MAX(points_avg_season) AS points_avg_season
    FROM nba_precompute.player_season_profile
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, CAST(player_id AS STRING)
  ) AS there
  LEFT JOIN (
    SELECT
      game_date,
      CAST(player_id AS STRING) AS entity,
      MAX(points_avg_season) AS points_avg_season
    FROM nba_predictions.ml_feature_store
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, CAST(player_id AS STRING)
  ) AS here
    ON here.game_date = there.game_date AND here.entity = there.entity
  WHERE (here.entity IS NOT NULL OR FALSE)
    AND there.game_date IN (SELECT game_date FROM nba_predictions.ml_feature_store WHERE game_date BETWEEN @start_date AND @end_date)
) AS c
WHERE c.points_avg_season_here IS DISTINCT FROM c.points_avg_season_there
UNION ALL
SELECT
  5 AS phase,
  'ml_feature_store' AS processor,
  c.game_date,
  'mismatch' AS kind,
  c.entity,
  CONCAT(
    IF(c.total_adjustment_here IS DISTINCT FROM c.total_adjustment_there, 'total_adjustment is not that of nba_precompute.player_composite_factors; ', '')
  ) AS detail
FROM (
  SELECT
    there.game_date,
    there.entity,
    here.total_adjustment AS total_adjustment_here, there.total_adjustment AS total_adjustment_there
  FROM (
    SELECT
      game_date,
      CAST(player_id AS STRING) AS entity,
      MAX(total_adjustment) AS total_adjustment
    FROM nba_precompute.player_composite_factors
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, CAST(player_id AS STRING)
  ) AS there
  LEFT JOIN (
    SELECT
      game_date,
      CAST(player_id AS STRING) AS entity,
      MAX(total_adjustment) AS total_adjustment
    FROM nba_predictions.ml_feature_store
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, CAST(player_id AS STRING)
  ) AS here
    ON here.game_date = there.game_date AND here.entity = there.entity
  WHERE (here.entity IS NOT NULL OR FALSE)
    AND there.game_date IN (SELECT game_date FROM nba_predictions.ml_feature_store WHERE game_date BETWEEN @start_date AND @end_date)
) AS c
WHERE c.total_adjustment_here IS DISTINCT FROM c.total_adjustment_there
UNION ALL
SELECT
  5 AS phase,
  'player_points_predictions' AS processor,
  c.game_date,
  'mismatch' AS kind,
  c.entity,
  CONCAT(
    IF(c.games_used_here IS DISTINCT FROM c.games_used_there, CONCAT('games_used ', COALESCE(CAST(c.games_used_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.games_used_there AS STRING), 'NULL'), ' in nba_predictions.ml_feature_store; '), ''),
    IF(c.quality_score_here IS DISTINCT FROM c.quality_score_there, CONCAT('quality_score ', COALESCE(CAST(c.quality_score_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.quality_score_there AS STRING), 'NULL'), ' in nba_predictions.ml_feature_store; '), ''),
    IF(c.window_start_here IS DISTINCT FROM c.window_start_there, CONCAT('window_start ', COALESCE(CAST(c.window_start_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.window_start_there AS STRING), 'NULL'), ' in nba_predictions.ml_feature_store; '), ''),
    IF(c.window_end_here IS DISTINCT FROM c.window_end_there, CONCAT('window_end ', COALESCE(CAST(c.window_end_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.window_end_there AS STRING), 'NULL'), ' in nba_predictions.ml_feature_store; '), ''),
    IF(c.shortage_reason_here IS DISTINCT FROM c.shortage_reason_there, CONCAT('shortage_reason ', COALESCE(CAST(c.shortage_reason_here AS STRING), 'NULL'), ', ', COALESCE(CAST(c.shortage_reason_there AS STRING), 'NULL'), ' in nba_predictions.ml_feature_store; '), '')
  ) AS detail
FROM (
  SELECT
    there.game_date,
    there.entity,
    here.games_used AS games_used_here, there.games_used AS games_used_there,
    here.quality_score AS quality_score_here, there.quality_score AS quality_score_there,
    here.window_start AS window_start_here, there.window_start AS window_start_there,
    here.window_end AS window_end_here, there.window_end AS window_end_there,
    here.shortage_reason AS shortage_reason_here, there.shortage_reason AS shortage_reason_there
  FROM (
    SELECT
      game_date,
      CAST(player_id AS STRING) AS entity,
      MAX(games_used) AS games_used,
      MAX(quality_score) AS quality_score,
      MAX(window_start) AS window_start,
      MAX(window_end) AS window_end,
      MAX(shortage_reason) AS shortage_reason
    FROM nba_predictions.ml_feature_store
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, CAST(player_id AS STRING)
  ) AS there
  LEFT JOIN (
    SELECT
      game_date,
      CAST(player_id AS STRING) AS entity,
      MAX(games_used) AS games_used,
      MAX(quality_score) AS quality_score,
      MAX(window_start) AS window_start,
      MAX(window_end) AS window_end,
      MAX(shortage_reason) AS shortage_reason
    FROM nba_predictions.player_points_predictions
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, CAST(player_id AS STRING)
  ) AS here
    ON here.game_date = there.game_date AND here.entity = there.entity
  WHERE (here.entity IS NOT NULL OR FALSE)
    AND there.game_date IN (SELECT game_date FROM nba_predictions.player_points_predictions WHERE game_date BETWEEN @start_date AND @end_date)
) AS c
WHERE c.games_used_here IS DISTINCT FROM c.games_used_there
  OR c.quality_score_here IS DISTINCT FROM c.quality_score_there
  OR c.window_start_here IS DISTINCT FROM c.window_start_there
  OR c.window_end_here IS DISTINCT FROM c.window_end_there
  OR c.shortage_reason_here IS DISTINCT FROM c.shortage_reason_there
)
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY phase, processor, game_date, kind ORDER BY entity, detail) <= 25
ORDER BY phase, processor, game_date, kind, entity, detail
LIMIT 10000
