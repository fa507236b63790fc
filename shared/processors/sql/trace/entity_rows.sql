-- One row: how many rows a table has of one entity on @game_date.
-- Inputs: a table, in the place of checked_table; its column that names the entity, in the place of entity_key.
SELECT
  COUNT(*) AS row_count
FROM checked_table
WHERE game_date = @game_date
  AND CAST(entity_key AS STRING) = @entity
