"""What a correction of one date would reach, before anything is run: targets, processors and entities."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from shared.domain.calendar import season_of
from shared.domain.errors import InvalidInput
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE
from shared.domain.lookback import Appearance, SeasonKnowledge
from shared.domain.propagation import Move
from shared.domain.units import Status
from shared.domain.windows import Entity
from shared.processors.registry import of_phase
from shared.service import settings
from shared.service.app import App
from shared.service.propagation import Reached, input_name
from shared.service.ranges import game_dates
from shared.service.rosters import knowledge_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What a correction of a date reaches, at most.

    `players` are those whose Phase 3 rows it can change: the corrected ones, and their team-mates, whose usage is a
    share of the team's. `teams` are those of their games. `targets` gives, by processor and target date, how many
    rows can move. `by_date` counts the target partitions that would run again if whole dates were propagated.
    """

    game_date: date
    players: tuple[int, ...]
    teams: tuple[str, ...]
    targets: Mapping[str, Mapping[date, int]]
    by_date: int

    @property
    def partitions(self) -> int:
        """Return how many partitions of Phase 4 would run again."""
        return sum(len(days) for days in self.targets.values())


def impact_of(app: App, day: date, corrected: Collection[int] = ()) -> Impact:
    """Return what a correction of some players of a date (none named: of all) reaches in the targets computed so far.

    Raises InvalidInput when the date has no games, was not analysed, or did not list one of the players.
    """
    season, knowledge = knowledge_of(app, season_of(game_date(app, day)))
    listed = knowledge.by_date.get(day)
    if listed is None:
        raise InvalidInput("date", day.isoformat(), "a date whose Phase 3 is complete")
    for player in corrected:
        if player not in listed:
            raise InvalidInput("player", player, f"a player listed on {day}")
    move = _move(knowledge, day, {listed[player].team for player in corrected or listed})
    reached = Reached(app.ledger, knowledge, settings.LOOKBACKS)
    targets: dict[str, dict[date, int]] = {each.processor: {} for each in settings.LOOKBACKS}
    readers = 0
    for held in app.ledger.units_between(TARGET_LANE, day, season.knowledge.calendar.dates[-1]):
        unit = held.unit
        if unit.status is not Status.COMPLETE or input_name(day) not in unit.inputs or unit.game_date == day:
            continue
        readers += 1
        for name, entities in reached.by(unit, unit.manifest, move).items():
            targets[name][unit.game_date] = len(entities)
    return Impact(
        game_date=day,
        players=tuple(sorted(move.before)),
        teams=tuple(sorted({team for names in move.entities.values() for team in names if not team.isdecimal()})),
        targets=targets,
        by_date=readers * len(targets),
    )


def game_date(app: App, day: date) -> date:
    """Return a date that has games. Raises InvalidInput when it has none, or its season was never loaded."""
    if not game_dates(app, day, day).days:
        raise InvalidInput("date", day.isoformat(), "a date on which the schedule has a game")
    return day


def _move(knowledge: SeasonKnowledge, day: date, teams: set[str]) -> Move:
    """Return the move of every row that a correction of some teams' players can change."""
    calendar = knowledge.calendar
    games = {side for game in calendar.fixtures[day] for side in game if set(game) & teams}
    before: dict[int, Appearance | None] = {
        player: each for player, each in knowledge.by_date[day].items() if each.team in teams
    }
    names = {Entity.PLAYER: frozenset(map(str, before)), Entity.TEAM: frozenset(games)}
    entities = {each.name: names[each.entity] for each in of_phase(HISTORY_LANE) if each.entity is not None}
    return Move(position=calendar.position[day], entities=entities, before=before)
