"""What a change of one date reaches in a target, worked out from box scores and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tests.memory_stack import TOY_REACH
from tests.simulation.truth import Truth

Tables = Mapping[str, Any]


def reached(
    truth: Truth, target: date, parameters: Mapping[str, Any], read: Mapping[date, tuple[Tables, Tables]]
) -> set[str]:
    """Return the tables of a target of which a row can differ between two readings of the dates before it.

    `read` holds each date's Phase 3 tables as they were read before and as they are now.
    """
    found: set[str] = set()
    for day, (before, now) in read.items():
        if before == now or day >= target:
            continue
        for row in parameters["players"]:
            player = row["player_id"]
            lines = [_line(tables, player) for tables in (before, now)]
            if lines[0] == lines[1] or not any(line is not None and line[2] > 0 for line in lines):
                continue
            found.add("season")
            if any(day in _window(truth, player, target, read, side) for side in (0, 1)):
                found.add("windows")
        for row in parameters["teams"]:
            points = [dict(tables["teams"]).get(row["team"]) for tables in (before, now)]
            if points[0] != points[1] and day in _window(truth, row["team"], target, read, 1):
                found.add("sides")
    return found


def relisted(before: Tables, now: Tables) -> bool:
    """Return whether a date lists other players, or a player for another team."""
    return [line[:2] for line in before["players"]] != [line[:2] for line in now["players"]]


def _line(tables: Tables, player: int) -> Sequence[Any] | None:
    return next((line for line in tables["players"] if line[0] == player), None)


def _window(
    truth: Truth, entity: int | str, target: date, read: Mapping[date, tuple[Tables, Tables]], side: int
) -> list[date]:
    """Return the dates of an entity's windows, as those that were read tell them."""
    seen = {day.isoformat(): tables[side]["players"] for day, tables in read.items()}
    games = [day for day in truth.games(entity, target, seen) if day in read]
    if isinstance(entity, str):
        return games[: TOY_REACH.team_games]
    recent = target - timedelta(days=TOY_REACH.player_days)
    return [*games[: TOY_REACH.player_games], *(day for day in games if day >= recent)]
