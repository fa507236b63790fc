"""Who is expected to play on a game date: its box score, or, before it was played, the latest known rosters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.domain.closure import Setting, Target, cap_position
from shared.domain.lookback import SeasonKnowledge, span

# Where a manifest keeps the players and teams of a target that was released before its games; absent in others.
ROSTER = "roster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A target with its players; `listed` tells whether they are those of its box score or the latest known."""

    target: Target
    listed: bool


def roster_at(knowledge: SeasonKnowledge, position: int) -> Roster:
    """Return who is listed on a game date; before that is known, those of its teams' latest known games.

    A player whose own latest game was for another team is not expected to play for the one he left.
    """
    calendar = knowledge.calendar
    day = calendar.dates[position]
    teams = calendar.teams_on(day)
    if knowledge.known >> position & 1:
        players = {player: appearance.team for player, appearance in knowledge.by_date[day].items()}
        return Roster(target=Target(position=position, players=players, teams=teams), listed=True)
    expected: dict[int, str] = {}
    for team in teams:
        for player in _listed_lately(knowledge, team, position):
            if knowledge.listings(player, position)[0].team == team:
                expected[player] = team
    return Roster(target=Target(position=position, players=expected, teams=teams, expected=True), listed=False)


def target_at(knowledge: SeasonKnowledge, position: int, setting: Setting) -> Target:
    """Return a game date as it is decided.

    Before it was played nobody is expected until each game since the latest ones of its teams is known that may be
    asked for: who would be asked about sooner is somebody who may have left since.
    """
    target = roster_at(knowledge, position).target
    if not target.expected:
        return target
    told = knowledge.since_latest_games(target.teams, position) & ~setting.holes
    untold = told & ~knowledge.known & ~span(0, cap_position(knowledge, position, setting.policy))
    return replace(target, players={}) if untold else target


def roster_of_manifest(manifest: Mapping[str, Any] | None) -> Mapping[int, str] | None:
    """Return the players and teams that a target was released for before its games; None for any other target."""
    if manifest is None or ROSTER not in manifest:
        return None
    return {int(player): team for player, team in manifest[ROSTER].items()}


def _listed_lately(knowledge: SeasonKnowledge, team: str, position: int) -> Iterable[int]:
    """Return everybody in the box scores of the date of a team's latest known game before a position."""
    played = knowledge.calendar.team_masks[team] & knowledge.known & span(0, position)
    return knowledge.by_date[knowledge.calendar.dates[played.bit_length() - 1]] if played else ()
