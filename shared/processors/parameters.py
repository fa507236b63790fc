"""The query parameters that processors use, by name, with their BigQuery types.

Adapters bind by this table, so that an empty array or a NULL has a type on every warehouse.

`players` and `teams` list the entities of a target date with the `floor` each may look back to (no row older
than it may count), `shortage`: why the window could not be certified (`capped`, `missing_data`) or NULL when
it was, and `team_games`: how many game dates the team had scheduled in the season before the target.
`hidden_dates` are game dates at or after `season_start` that no statement of this target may read.
"""

from typing import Final

PLAYER_STRUCT: Final = (
    "STRUCT<player_id INT64, team STRING, opponent STRING, is_home BOOL, floor DATE, shortage STRING, team_games INT64>"
)
TEAM_STRUCT: Final = "STRUCT<team STRING, opponent STRING, is_home BOOL, floor DATE, shortage STRING, team_games INT64>"

PARAMETER_TYPES: Final[dict[str, str]] = {
    "game_date": "DATE",
    "season": "STRING",
    "season_start": "DATE",
    "hidden_dates": "ARRAY<DATE>",
    "players": f"ARRAY<{PLAYER_STRUCT}>",
    "teams": f"ARRAY<{TEAM_STRUCT}>",
    "early_season": "STRING",
    "processed_at": "TIMESTAMP",
    "backfill_id": "STRING",
    "start_date": "DATE",
    "end_date": "DATE",
    "player_id": "INT64",
    "entity": "STRING",
}
