"""Where an entity of a date is, stop by stop: the schedule, the landing files, and each table of Phases 2-5."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from shared.domain.quality import Shortage
from shared.domain.windows import Entity
from shared.processors.declaration import Processor
from shared.processors.registry import of_phase
from shared.service.app import App
from shared.service.explaining.entities import FoundGame
from shared.service.explaining.sightings import Sighting, sighting

TABLE_PHASES: Final = range(2, 6)
# Phases of which a row names the game; later ones name entities of it.
GAME_PHASES: Final = (2, 3)
GAMES, BOXSCORES = "games", "player_boxscores"
# Tables of Phase 2 whose rows are not a team's.
NO_TEAM: Final = frozenset({"games", "shots"})


class Kind(StrEnum):
    """What is traced."""

    PLAYER = "player"
    TEAM = "team"
    GAME = "game"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One place on the way: rows of the entity there, and of Phases 4-5 how good they are.

    `place` is `schedule`, a landing file's URL or a processor; `missing` tells that the file is not there.
    """

    phase: int
    place: str
    rows: int
    missing: bool = False
    quality_score: int | None = None
    games_used: int | None = None
    shortage: Shortage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom or what a trace is about: kind, name, key (an id, an abbreviation), and the teams it is of on a date."""

    kind: Kind
    name: str
    key: str
    teams: tuple[str, ...]


def stops(app: App, subject: Subject, day: date, *, scheduled: bool) -> tuple[Stop, ...]:
    """Return every place on the way of an entity on a date, in order."""
    first = Stop(phase=0, place="schedule", rows=int(scheduled))
    return (first, _landed(app, subject, day), *(_stop(app, each, subject, day) for each in _processors(subject)))


def game_subject(game: FoundGame) -> Subject:
    """Return a game as it is traced."""
    teams = (game.home_team, game.away_team)
    name = f"{game.away_team} at {game.home_team} of {game.game_date}"
    return Subject(kind=Kind.GAME, name=name, key=game.game_id, teams=teams)


def _processors(subject: Subject) -> Iterator[Processor]:
    for phase in TABLE_PHASES:
        for each in of_phase(phase):
            of_players = subject.kind is not Kind.PLAYER or each.key == (Entity.PLAYER.column,)
            of_teams = subject.kind is not Kind.TEAM or each.name not in NO_TEAM
            if of_players and of_teams:
                yield each


def _stop(app: App, each: Processor, subject: Subject, day: date) -> Stop:
    if subject.kind is Kind.GAME and each.phase in GAME_PHASES:
        found = [sighting(app, each, "game_id", subject.key, day)]
    elif subject.kind is Kind.PLAYER:
        found = [sighting(app, each, Entity.PLAYER.column, subject.key, day)]
    else:
        found = [sighting(app, each, Entity.TEAM.column, team, day) for team in subject.teams]
    worst = min(found, key=_quality)
    return Stop(
        phase=each.phase,
        place=each.name,
        rows=sum(one.rows for one in found),
        quality_score=worst.quality_score,
        games_used=worst.games_used,
        shortage=worst.shortage,
    )


def _quality(found: Sighting) -> int:
    return -1 if found.quality_score is None else found.quality_score


def _landed(app: App, subject: Subject, day: date) -> Stop:
    name = f"{BOXSCORES if subject.kind is Kind.PLAYER else GAMES}.jsonl"
    content, place = app.landing.read(day, name), app.landing.url(day, name)
    if content is None:
        return Stop(phase=1, place=place, rows=0, missing=True)
    return Stop(phase=1, place=place, rows=sum(map(_is_of(subject), _rows(content))))


def _is_of(subject: Subject) -> Callable[[Mapping[str, Any]], bool]:
    if subject.kind is Kind.PLAYER:
        return lambda row: str(row.get("player_id")) == subject.key
    if subject.kind is Kind.TEAM:
        return lambda row: subject.key in (row.get("home_team"), row.get("away_team"))
    return lambda row: row.get("game_id") == subject.key


def _rows(content: bytes) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a landing file; a line that cannot be read, for which Phase 2 fails, is passed over."""
    for line in content.splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            yield row
