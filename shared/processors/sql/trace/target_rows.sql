-- One row: what a Phase 4-5 table has of one entity on @game_date, and how good it is; NULL without a row.
-- Inputs: a table, in the place of checked_table; its column that names the entity, in the place of entity_key.
SELECT
  COUNT(*) AS row_count,
  MIN(quality_score) AS quality_score,
  MIN(games_used) AS games_used,
  MIN(shortage_reason) AS shortage_reason
FROM checked_table
WHERE game_date = @game_date
  AND CAST(entity_key AS STRING) = @entity
