"""Who played when, as far as the ledger knows, and what that says about windows.

A season's knowledge holds the appearances of every date whose Phase 3 is complete. From it follow, for an
entity and a target: which unknown dates its window certainly needs, the floor below which no row may count,
and whether the window is certified. Sets of game dates are bit masks over the calendar's positions.

Where a player's team is not known, any game date counts. It is known only between two listings with the same
team between which he missed no game of that team that is known; between two teams, before the first listing,
and across an absence he may have played elsewhere (Payton NOP-CHA-NOP, Castleton TOR-PHI-TOR in 2024-25).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from shared.domain.calendar import SeasonCalendar

POSITIONS_MAX = 366


class Appearance(NamedTuple):
    """A player's line in a date's box scores: for which team, and whether he played (minutes > 0)."""

    team: str
    played: bool


class Listing(NamedTuple):
    """An appearance at a position of the calendar."""

    position: int
    team: str
    played: bool


class Gap(NamedTuple):
    """A stretch of positions without a listing, `could` of which the player could have played on.

    On those in `surely` he could have whatever is learned of the stretch: his later team plays there.
    """

    could: int
    surely: int
    below: Listing | None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far hard windows reach back: the longest of each kind, from the registry."""

    player_games: int
    player_days: int
    team_games: int


class SeasonKnowledge:
    """The appearances of a season's known dates. Grows as Phase 3 dates complete; one per process and season."""

    def __init__(self, calendar: SeasonCalendar) -> None:
        self.calendar = calendar
        self.known = 0
        self.edition = 0
        self.versions: dict[date, int] = {}
        self.by_date: dict[date, Mapping[int, Appearance]] = {}
        self._listings: dict[int, dict[int, Listing]] = {}
        # Of each player, the positions that he is listed on, and those that he played on. What is taken out of these
        # is out of the listings too.
        self._listed: dict[int, int] = {}
        self._played: dict[int, int] = {}

    def learn(self, day: date, version: int, appearances: Mapping[int, Appearance]) -> None:
        """Take in the appearances of a date, in place of what was known of it; that is a new edition."""
        position = self.calendar.position[day]
        bit = 1 << position
        self.edition += day in self.by_date
        for player in self.by_date.get(day, {}):
            self._listed[player] &= ~bit
            self._played[player] &= ~bit
        for player, (team, played) in appearances.items():
            self._listings.setdefault(player, {})[position] = Listing(position, team, played)
            self._listed[player] = self._listed.get(player, 0) | bit
            self._played[player] = self._played.get(player, 0) | bit * played
        self.by_date[day] = appearances
        self.versions[day] = version
        self.known |= 1 << position

    def listings(self, player: int, before: int) -> list[Listing]:
        """Return the player's listings before a position, latest first."""
        return list(self._walk(player, span(0, before)))

    def gaps(self, player: int, team: str, target: int, readable: int) -> Iterator[Gap]:
        """Yield the gaps between the player's readable listings, walking back from a target he is listed on."""
        upper, upper_team = target, team
        for listing in self._walk(player, readable & span(0, target)):
            stretch = span(listing.position + 1, upper)
            schedule = stretch & self.calendar.team_masks.get(upper_team, 0)
            settled = listing.team == upper_team and not schedule & readable
            yield Gap(schedule if settled else stretch, schedule, listing)
            upper, upper_team = listing.position, listing.team
        stretch = span(0, upper)
        yield Gap(stretch, stretch & self.calendar.team_masks.get(upper_team, 0), None)

    def window(self, player: int, team: str, target: int, reach: Reach, holes: int, seen: int) -> int:
        """Return the positions that certify the player's hard windows, as far as those `seen` tell.

        Each one that is not seen counts as played: fewer games than needed would follow it even so, or it lies
        within the calendar-day window. The window ends at its last game and the first day of the days window, or
        above one of `holes`, the dates accepted as missing.
        """
        recent = self.days_floor(target, reach.player_days)
        result = 0
        played = 0
        for gap in self.gaps(player, team, target, seen):
            unseen = gap.could & ~seen & ~holes
            barrier = _barrier(gap, holes, seen, unseen)
            certain = highest_bits(unseen & ~span(0, barrier), max(reach.player_games - played, 0))
            played += certain.bit_count()
            end = min(recent, lowest_position(certain)) if played >= reach.player_games else 0
            result |= gap.could & ~holes & ~span(0, max(end, barrier))
            if barrier or gap.below is None or (played >= reach.player_games and gap.below.position < recent):
                return result
            result |= 1 << gap.below.position
            played += gap.below.played
        return result

    def floor(self, player: int, team: str, target: int, readable: int) -> int:
        """Return the lowest position from which every date the player could have played on is readable."""
        suffix = suffix_start(readable, target)
        above = self._listed.get(player, 0) & readable & span(suffix, target)
        if above:
            # Between the listings above it nothing is hidden.
            lowest = self._listings[player][lowest_position(above)]
            target, team = lowest.position, lowest.team
        for gap in self.gaps(player, team, target, readable):
            hidden = gap.could & ~readable
            if hidden:
                return hidden.bit_length()
        return 0

    def games_since(self, player: int, target: int, floor: int, readable: int) -> int:
        """Return how many readable games the player played in [floor, target)."""
        return (self._played.get(player, 0) & readable & span(floor, target)).bit_count()

    def played_since(self, players: Iterable[int], games: int, positions: int) -> set[int]:
        """Return those of some players who played at least so many games on a mask of positions."""
        played = self._played
        return {player for player in players if (played.get(player, 0) & positions).bit_count() >= games}

    def team_window(self, team: str, target: int, games: int) -> int:
        """Return the positions of the team's last `games` scheduled game dates before the target."""
        return highest_bits(self.calendar.team_masks.get(team, 0) & span(0, target), games)

    def since_latest_games(self, teams: Iterable[str], target: int) -> int:
        """Return the positions before the target from the earliest of its teams' latest scheduled games on."""
        before = (self.calendar.team_masks.get(team, 0) & span(0, target) for team in teams)
        return span(min((mask.bit_length() - 1 for mask in before if mask), default=target), target)

    def days_floor(self, target: int, days: int) -> int:
        """Return the first position within `days` calendar days before the target."""
        first = date.fromordinal(self.calendar.dates[target].toordinal() - days)
        return self.calendar.first_at_or_after(first)

    def _walk(self, player: int, among: int) -> Iterator[Listing]:
        """Yield the player's listings on a mask of positions, latest first."""
        listings, left = self._listings.get(player, {}), self._listed.get(player, 0) & among
        while left:
            position = left.bit_length() - 1
            yield listings[position]
            left ^= 1 << position


def suffix_start(mask: int, end: int) -> int:
    """Return the first position from which on every one before `end` is in a mask."""
    return (span(0, end) & ~mask).bit_length()


def _barrier(gap: Gap, holes: int, seen: int, unseen: int) -> int:
    """Return the position above the latest hole that ends a window for certain, 0 without one.

    A hole on which his team is idle matters only if he missed a game or changed teams around it. Where it is not seen
    that he missed one, the dates below the hole that are not seen may still tell.
    """
    missed = (gap.surely & seen).bit_length()
    told = gap.could & holes & span(0, lowest_position(unseen & ~span(0, missed)))
    return (holes & gap.surely | told).bit_length()


def span(first: int, end: int) -> int:
    """Return the mask of the positions first..end-1."""
    return ((1 << end) - 1) & ~((1 << first) - 1) if end > first else 0


def lowest_position(mask: int) -> int:
    """Return the position of the lowest bit of a mask, one beyond any season's last for an empty mask."""
    return (mask & -mask).bit_length() - 1 if mask else POSITIONS_MAX


def highest_bits(mask: int, count: int) -> int:
    """Return the `count` highest bits of a mask."""
    result = 0
    while mask and count:
        top = 1 << (mask.bit_length() - 1)
        result |= top
        mask ^= top
        count -= 1
    return result
