"""Players, teams and games as people name them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.domain.calendar import parse_date, season_of
from shared.domain.errors import InvalidInput
from shared.domain.names import begins, folded, nearest, words
from shared.processors.declaration import statement
from shared.service.app import App

LISTED_SQL: Final = "trace/listed_players.sql"
SCHEDULED_SQL: Final = "trace/scheduled_games.sql"
CANDIDATES_SHOWN: Final = 10
# What a table's whole number holds; longer ones Python would refuse to read.
PLAYER_ID_PATTERN: Final = re.compile(r"[0-9]{1,19}")
GAME_PATTERN: Final = re.compile(r"([A-Za-z]{2,4})(?:\s*(?:@|at|vs\.?|-)\s*|\s+)([A-Za-z]{2,4})\s+(\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPlayer:
    """A player as his latest known box score has him: name, team, season and date of that game."""

    player_id: int
    player_name: str
    team: str
    season: str
    last_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundGame:
    """A game of the schedule."""

    game_id: str
    game_date: date
    home_team: str
    away_team: str
    season: str


def find_players(app: App, text: str, limit: int = CANDIDATES_SHOWN) -> tuple[FoundPlayer, ...]:
    """Return the players that a text can mean, the likeliest first: by id, by name, by words, else by likeness."""
    known = _listed(app)
    return tuple((_meant(known, text) or _like(known, text, limit))[:limit])


def resolve_player(app: App, text: str) -> FoundPlayer:
    """Return the one player that an id or a name means; accents, case, punctuation and suffixes are forgiven.

    Raises InvalidInput listing the candidates when there are several, the nearest names when there is none.
    """
    known = _listed(app)
    found = _meant(known, text)
    if len(found) == 1:
        return found[0]
    if found:
        raise InvalidInput("player", text, f"the id of one of {len(found)} players so called: {_candidates(found)}")
    if not known:
        raise InvalidInput("player", text, "a player of a loaded box score; none is loaded yet")
    near = _like(known, text, CANDIDATES_SHOWN)
    right = f"; did you mean {_candidates(near)}?" if near else ""
    raise InvalidInput("player", text, f"the id or the name of a player in the loaded box scores{right}")


def resolve_team(app: App, text: str) -> str:
    """Return the abbreviation of a team named by it, or by its name. Raises InvalidInput listing the teams."""
    names = _team_names(app)
    if text.strip().upper() in names:
        return text.strip().upper()
    found = [team for team, name in names.items() if name and (folded(name) == folded(text) or begins(name, text))]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(f"{team} ({names[team]})" for team in sorted(found))
        raise InvalidInput("team", text, f"one team; it may be {listed}")
    raise InvalidInput("team", text, f"a team of the schedule: {', '.join(sorted(names)) or 'none is loaded yet'}")


def resolve_game(app: App, text: str) -> FoundGame:
    """Return the game of an id, or of two teams and a date: `BOS NYK 2024-11-18`, in either order.

    Raises InvalidInput naming what is wrong, with the games of that date or of those teams.
    """
    named = GAME_PATTERN.fullmatch(text.strip())
    return _game_of_id(app, text.strip()) if named is None else _game_of_teams(app, *named.groups())


def _game_of_id(app: App, text: str) -> FoundGame:
    for game in _games(app):
        if game.game_id == text:
            return game
    raise InvalidInput("game", text, 'the id of a scheduled game, or two teams and a date such as "BOS NYK 2024-11-18"')


def _game_of_teams(app: App, one: str, other: str, day_text: str) -> FoundGame:
    sides = {resolve_team(app, one), resolve_team(app, other)}
    day = parse_date("game", day_text)
    games = list(_games(app))
    between = [game for game in games if {game.home_team, game.away_team} == sides]
    for game in between:
        if game.game_date == day:
            return game
    dates = ", ".join(str(game.game_date) for game in between) or "never"
    on_day = ", ".join(f"{game.away_team} at {game.home_team}" for game in games if game.game_date == day) or "no game"
    right = f"a scheduled game; {' and '.join(sorted(sides))} meet on {dates}; on {day}: {on_day}"
    raise InvalidInput("game", f"{one} {other} {day_text}", right)


def _span(app: App) -> tuple[date, date] | None:
    dates = [day for calendar in app.ledger.calendars() for day in (calendar.dates[0], calendar.dates[-1])]
    return (min(dates), max(dates)) if dates else None


def _listed(app: App) -> list[FoundPlayer]:
    """Return every player of the loaded seasons, those seen last first."""
    span = _span(app)
    if span is None:
        return []
    rows = app.warehouse.query(statement(LISTED_SQL), {"start_date": span[0], "end_date": span[1]})
    found = [
        FoundPlayer(
            player_id=row["player_id"],
            player_name=row["player_name"],
            team=row["team"],
            season=season_of(row["last_date"]),
            last_date=row["last_date"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (-each.last_date.toordinal(), each.player_name, each.player_id))


def _games(app: App) -> Iterable[FoundGame]:
    span = _span(app)
    if span is None:
        return
    for row in app.warehouse.query(statement(SCHEDULED_SQL), {"start_date": span[0], "end_date": span[1]}):
        yield FoundGame(
            game_id=row["game_id"],
            game_date=row["game_date"],
            home_team=row["home_team"],
            away_team=row["away_team"],
            season=row["season"],
        )


def _team_names(app: App) -> dict[str, str]:
    """Return the name of each team by its abbreviation, as the latest game of the schedule has it."""
    span, names = _span(app), {team: "" for calendar in app.ledger.calendars() for team in calendar.team_masks}
    if span is not None:
        for row in app.warehouse.query(statement(SCHEDULED_SQL), {"start_date": span[0], "end_date": span[1]}):
            names |= {row["home_team"]: row["home_team_name"], row["away_team"]: row["away_team_name"]}
    return names


def _meant(known: Sequence[FoundPlayer], text: str) -> list[FoundPlayer]:
    """Return the players of an id, else of that very name, else of that name but for a suffix, else of its words."""
    if PLAYER_ID_PATTERN.fullmatch(text.strip()):
        return [each for each in known if each.player_id == int(text)]
    exact = [each for each in known if words(each.player_name) == words(text)]
    same = exact or [each for each in known if folded(each.player_name) == folded(text)]
    return same or [each for each in known if begins(each.player_name, text)]


def _like(known: Sequence[FoundPlayer], text: str, limit: int) -> list[FoundPlayer]:
    names = nearest((each.player_name for each in known), text, limit)
    return [each for name in names for each in known if each.player_name == name]


def _candidates(found: Sequence[FoundPlayer]) -> str:
    shown = ", ".join(f"{each.player_name} ({each.player_id}, {each.team})" for each in found[:CANDIDATES_SHOWN])
    more = len(found) - CANDIDATES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
