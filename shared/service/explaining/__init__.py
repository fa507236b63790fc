"""Why a unit, a target or a player is as it is: `explain` and `trace`."""
