-- One row: one row of a table that breaks a rule between its own columns.
-- Inputs: the processor's table, in the place of checked_table; its key as a text, key_text; what names the rules that
--   are broken, broken_text; whether any is, any_broken.
SELECT
  phase_number AS phase,
  'processor_name' AS processor,
  game_date,
  'finding_kind' AS kind,
  key_text AS entity,
  broken_text AS detail
FROM checked_table
WHERE game_date BETWEEN @start_date AND @end_date
  AND (any_broken)
