-- One row: one entity of which a table's columns differ from those of the table that they come from.
-- Inputs: the processor's table, in the place of checked_table, its columns here_columns by here_entity; the table it is
--   compared with, source_table, its columns there_columns by there_entity; whether an entity without a row here counts
--   as zeros, absent_counts; what tells a difference, differences_text; whether there is any, any_difference.
SELECT
  phase_number AS phase,
  'processor_name' AS processor,
  c.game_date,
  'finding_kind' AS kind,
  c.entity,
  differences_text AS detail
FROM (
  SELECT
    there.game_date,
    there.entity,
    compared_pairs
  FROM (
    SELECT
      game_date,
      there_entity AS entity,
      there_columns
    FROM source_table
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, there_entity
  ) AS there
  LEFT JOIN (
    SELECT
      game_date,
      here_entity AS entity,
      here_columns
    FROM checked_table
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date, here_entity
  ) AS here
    ON here.game_date = there.game_date AND here.entity = there.entity
  WHERE (here.entity IS NOT NULL OR absent_counts)
    AND there.game_date IN (SELECT game_date FROM checked_table WHERE game_date BETWEEN @start_date AND @end_date)
) AS c
WHERE any_difference
