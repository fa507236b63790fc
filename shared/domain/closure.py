"""The closure of a target's windows: every date they need, followed step by step from what its plan named.

A window is followed by asking for what it certainly needs, reading the answer, and asking again. If an answer that
happens to be there already were used before it was asked for, the next question would depend on what other targets
had run. So each step looks at nothing but the dates the plan named and those that earlier steps asked for, and the
next one begins when all that was asked for is known: what a target asks for, and what it may read, is a function of
data, plan and policy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from shared.domain.lookback import Reach, SeasonKnowledge, span, suffix_start
from shared.domain.policy import Policy

SHARE_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target date: its position, its players with their teams, and the teams that play.

    The players are those listed in its box score, or `expected`: those of its teams' latest games.
    """

    position: int
    players: Mapping[int, str]
    teams: tuple[str, ...]
    expected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a release is decided under, as masks over the season's game dates.

    `free` costs nothing (complete at plan time, or itself a target); `planned` was named by the plan as
    history; `holes` are accepted as missing.
    """

    reach: Reach
    policy: Policy
    free: int = 0
    planned: int = 0
    holes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """How far a target's windows have been followed.

    `named` are the known positions that the plan named, `read` those and what earlier steps asked for, `asked` what
    the windows need beyond them; nothing asked means that the windows are whole. `edition` is that of the knowledge.
    """

    target: Target
    setting: Setting
    edition: int
    named: int
    read: int
    asked: int

    def missing(self, knowledge: SeasonKnowledge) -> int:
        """Return the positions that are asked for and not known."""
        return self.asked & ~knowledge.known


def follow(knowledge: SeasonKnowledge, target: Target, setting: Setting, before: Closure | None = None) -> Closure:
    """Return the closure as far as what is known reaches.

    `before`, an earlier result for the target, spares the steps it took, unless what they looked at has changed.
    """
    named = span(0, target.position) & knowledge.known & (setting.free | setting.planned)
    current = (setting, knowledge.edition, named)
    if before is not None and (before.setting, before.edition, before.named) == current:
        read, asked = before.read, before.asked
    else:
        read, asked = named, _asked(knowledge, target, setting, named)
    while asked and not asked & ~knowledge.known:
        read |= asked
        asked = _asked(knowledge, target, setting, read)
    return Closure(target=target, setting=setting, edition=knowledge.edition, named=named, read=read, asked=asked)


def needed(knowledge: SeasonKnowledge, target: Target, setting: Setting) -> int:
    """Return the unknown positions that the target certainly needs under its policy; 0 releases it."""
    return follow(knowledge, target, setting).missing(knowledge)


def cap_position(knowledge: SeasonKnowledge, target: int, policy: Policy) -> int:
    """Return the first position that `max_lookback_days` lets a target reach (0 without a cap)."""
    if policy.max_lookback_days is None:
        return 0
    first = knowledge.calendar.dates[target] - timedelta(days=policy.max_lookback_days)
    return knowledge.calendar.first_at_or_after(first)


def players_wanted(target: Target, policy: Policy) -> int:
    """Return how many of a target's players must have whole windows."""
    if not target.players:
        return 0
    return max(1, ceil(policy.min_coverage * len(target.players) - SHARE_TOLERANCE))


def _asked(knowledge: SeasonKnowledge, target: Target, setting: Setting, read: int) -> int:
    """Return the positions beyond `read` that the windows certainly need, as far as `read` tells."""
    unread = span(0, target.position) & ~read & ~setting.holes
    if not unread:
        return 0
    limit = cap_position(knowledge, target.position, setting.policy)
    # Who is expected may be told by any game since the latest ones of his teams.
    result = knowledge.since_latest_games(target.teams, target.position) if target.expected else 0
    for team in target.teams:
        result |= _team_positions(knowledge, team, target, setting)
    if setting.policy.min_coverage < 1.0:
        result |= _asked_for_coverage(knowledge, target, setting, read)
    else:
        # What lies below the cap tells something only if it was free.
        seen = read & (span(limit, target.position) | setting.free)
        for player in target.players.keys() - _whole(knowledge, target, setting, seen):
            team = target.players[player]
            result |= knowledge.window(player, team, target.position, setting.reach, setting.holes, seen)
    return result & unread & ~span(0, limit)


def _whole(knowledge: SeasonKnowledge, target: Target, setting: Setting, seen: int) -> set[int]:
    """Return players whose windows surely hold nothing unseen: they end in the stretch before the target that is seen.

    Most players are told so at a glance, without their windows being walked.
    """
    first = suffix_start(seen, target.position)
    if first > knowledge.days_floor(target.position, setting.reach.player_days):
        return set()
    return knowledge.played_since(target.players, setting.reach.player_games, span(first, target.position))


def _team_positions(knowledge: SeasonKnowledge, team: str, target: Target, setting: Setting) -> int:
    """Return the positions of a team's window above an accepted hole."""
    window = knowledge.team_window(team, target.position, setting.reach.team_games)
    return window & ~span(0, (window & setting.holes).bit_length())


def _asked_for_coverage(knowledge: SeasonKnowledge, target: Target, setting: Setting, read: int) -> int:
    """Return the positions that any stretch of the wanted coverage must hold, latest first."""
    limit = cap_position(knowledge, target.position, setting.policy)
    recent = knowledge.days_floor(target.position, setting.reach.player_days)
    wanted = players_wanted(target, setting.policy)
    games = dict.fromkeys(target.players, 0)
    result = 0
    for position in range(target.position - 1, limit - 1, -1):
        covered = sum(count >= setting.reach.player_games for count in games.values()) >= wanted
        if (covered and position < recent) or setting.holes >> position & 1:
            break
        result |= 1 << position
        if read >> position & 1:
            appearances = knowledge.by_date[knowledge.calendar.dates[position]]
            for player in games.keys() & appearances.keys():
                games[player] += appearances[player].played
        else:
            for player in games:
                games[player] += 1
    return result
