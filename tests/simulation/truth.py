"""Who really played when, and what each target's windows therefore are."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from tests.memory_stack import TOY_REACH, ToyLanding
from tests.simulation.season import MadeSeason


class Truth:
    """The season as it was played, and the landing files as they lie there."""

    def __init__(self, season: MadeSeason) -> None:
        self.season = season
        self.contents: dict[tuple[str, int], Any] = {}
        self.landing: ToyLanding | None = None

    def landed(self, day: date, name: str) -> str | None:
        """Return the digest of a landing file."""
        content = self.landing.files.get((day, f"{name}.jsonl")) if self.landing else None
        return None if content is None else hashlib.sha256(content).hexdigest()

    def games(self, entity: int | str, target: date, seen: Mapping[str, Any]) -> list[date]:
        """Return an entity's game dates before a target, latest first.

        `seen` are the players of dates as a reader saw them, in place of what was played.
        """
        return [day for day in reversed(self.season.dates) if day < target and self._played(entity, day, seen)]

    def expected(self, target: date) -> dict[int, str]:
        """Return who is expected on a date: those of its teams' latest games, listed nowhere else since."""
        latest: dict[int, tuple[date, str]] = {}
        for day in self.season.dates:
            if day < target:
                latest.update({player: (day, line.team) for player, line in self.season.boxes[day].items()})
        teams = {team for game in self.season.fixtures[target] for team in game}
        return {
            player: team
            for player, (day, team) in latest.items()
            if day == self._latest(team, target) and team in teams
        }

    def reaches(
        self, target: date, day: date, players: Iterable[int] | None = None, accepted: Collection[str] = ()
    ) -> bool:
        """Return whether some hard window of some entity of the target reaches a date before it.

        The players are those listed there, or others, expected: then each game since their teams' latest counts too.
        Whether a player played on a date accepted as missing is not seen: his window may be followed beyond it.
        """
        if day >= target:
            return False
        if (target - day).days <= TOY_REACH.player_days:
            return True
        if players is not None and day >= self._since(target):
            return True
        for player in self.season.boxes[target] if players is None else players:
            if self._between(player, day, target, accepted) < TOY_REACH.player_games:
                return True
        teams = {team for game in self.season.fixtures[target] for team in game}
        return any(
            self._played(team, day, {}) and self._between(team, day, target) < TOY_REACH.team_games for team in teams
        )

    def _since(self, target: date) -> date:
        """Return the earliest of the latest games of a target's teams."""
        teams = {team for game in self.season.fixtures[target] for team in game}
        return min((day for team in teams if (day := self._latest(team, target))), default=target)

    def _latest(self, team: str, target: date) -> date | None:
        return max((day for day in self.season.dates if day < target and self._played(team, day, {})), default=None)

    def _between(self, entity: int | str, after: date, before: date, accepted: Collection[str] = ()) -> int:
        dates = (day for day in self.season.dates if after < day < before and day.isoformat() not in accepted)
        return sum(self._played(entity, day, {}) for day in dates)

    def _played(self, entity: int | str, day: date, seen: Mapping[str, Any]) -> bool:
        if isinstance(entity, str):
            return any(entity in game for game in self.season.fixtures[day])
        lines = seen.get(day.isoformat())
        if lines is not None:
            return any(player == entity and minutes > 0 for player, _, minutes, _ in lines)
        line = self.season.boxes[day].get(entity)
        return line is not None and line.minutes > 0


def first_recent(target: date) -> date:
    """Return the first date of a target's calendar window."""
    return target - timedelta(days=TOY_REACH.player_days)
