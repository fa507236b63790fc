-- One row: one finding, of each kind, table and date the first per_date_max of them.
-- Inputs: the selects of a check, in the place of all_findings.
SELECT phase, processor, game_date, kind, entity, detail
FROM (
all_findings
)
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (PARTITION BY phase, processor, game_date, kind ORDER BY entity, detail) <= per_date_max
ORDER BY phase, processor, game_date, kind, entity, detail
LIMIT findings_max
