-- One row: one target date, and how many of its listed players have a whole history, a short one, or too little.
-- Inputs: the history of each listed player, in the place of history_available.
SELECT
  game_date,
  COUNT(*) AS players,
  COUNTIF(readiness = 'ready') AS ready,
  COUNTIF(readiness = 'degraded') AS degraded,
  COUNTIF(readiness = 'skip') AS skip,
  ROUND(AVG(quality_score), 1) AS mean_quality
FROM (
history_available
)
GROUP BY game_date
ORDER BY game_date
