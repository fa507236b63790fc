"""The rules of windows once more, slowly: dates and lists, one step a date, no bit masks.

It shares no code with the modules it judges beyond their value types.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import takewhile

from made_seasons import MadeSeason

from shared.domain.lookback import Appearance, Reach
from shared.domain.policy import Policy
from shared.domain.quality import Shortage

EXACT = Policy()


@dataclass(frozen=True, kw_only=True)
class Oracle:
    """What is right for one target when `known` dates are known and `holes` are accepted as missing."""

    season: MadeSeason
    target: date
    known: Collection[date]
    reach: Reach
    policy: Policy = EXACT
    holes: Collection[date] = ()
    free: Collection[date] = ()
    planned: Collection[date] = ()

    def earlier(self, first: date | None = None) -> list[date]:
        """The game dates before the target, latest first, none before `first`."""
        return [day for day in reversed(self.season.dates) if day < self.target and (first is None or day >= first)]

    def days_first(self) -> date:
        """The first calendar day of the days window."""
        return self.target - timedelta(days=self.reach.player_days)

    def cap_first(self) -> date | None:
        """The first calendar day the cap lets in."""
        cap = self.policy.max_lookback_days
        return None if cap is None else self.target - timedelta(days=cap)

    def listing(self, player: int, day: date, visible: Collection[date]) -> Appearance | None:
        """The player's line on a date, if the date is visible."""
        return self.season.boxes[day].get(player) if day in visible else None

    def could(self, player: int, day: date, visible: Collection[date]) -> bool:
        """Whether the player could have played on a date on which he is not seen listed."""
        after = [d for d in self.season.dates if day < d <= self.target and self._seen(player, d, visible)]
        before = [d for d in self.season.dates if d < day and self._seen(player, d, visible)]
        if not before:
            return True
        upper, lower = self.season.boxes[after[0]][player].team, self.season.boxes[before[-1]][player].team
        if upper != lower:
            return True
        schedule = [d for d in self.season.dates if before[-1] < d < after[0] and self._plays(upper, d)]
        return day in schedule or any(d in visible for d in schedule)

    def visible(self) -> set[date]:
        """The known dates that may be learned from: below the cap only those that were free."""
        first = self.cap_first()
        return {day for day in self.known if first is None or day >= first or day in self.free}

    def window_of_player(self, player: int) -> set[date]:
        """The dates that certify the player's windows, each unknown one counted as played, down to a hole."""
        found: set[date] = set()
        games = 0
        for day in self.earlier():
            if games >= self.reach.player_games and day < self.days_first():
                break
            line = self.listing(player, day, self.visible())
            if line is not None:
                games += line.played
                found.add(day)
            elif day in self.holes and self.ends_window(player, day):
                break
            elif day not in self.holes and self.could(player, day, self.visible()):
                games += day not in self.known
                found.add(day)
        return found

    def ends_window(self, player: int, hole: date) -> bool:
        """Whether he could have played on a hole, whatever the unknown dates before it may still tell.

        That he missed a game of his later team, seen on either side of the hole, is told already.
        """
        if not self.could(player, hole, self.visible()):
            return False
        later = next(d for d in self.season.dates if d > hole and self._seen(player, d, self.visible()))
        team = self.season.boxes[later][player].team
        games = [d for d in self.earlier() if self._plays(team, d) and d < later]
        if hole in games or any(d in self.visible() for d in games if d > hole):
            return True
        below = [d for d in self.earlier() if d < hole]
        missed = [d for d in below if d in games and d in self.visible() and not self._seen(player, d, self.visible())]
        gap = takewhile(lambda d: d not in missed and not self._seen(player, d, self.visible()), below)
        return not [d for d in gap if self.could(player, d, self.visible()) and d not in {*self.known, *self.holes}]

    def needed_by_player(self, player: int) -> set[date]:
        """The unknown dates within the cap that the player's windows certainly need."""
        first = self.cap_first()
        window = self.window_of_player(player)
        return {day for day in window if day not in self.known and (first is None or day >= first)}

    def window_of_team(self, team: str) -> list[date]:
        """The team's last scheduled dates, latest first."""
        return [day for day in self.earlier() if self._plays(team, day)][: self.reach.team_games]

    def reached_of_team(self, team: str) -> set[date]:
        """The dates of a team's window within the cap and above a hole."""
        found: set[date] = set()
        first = self.cap_first()
        for day in self.window_of_team(team):
            if day in self.holes or (first is not None and day < first):
                break
            found.add(day)
        return found

    def named(self) -> set[date]:
        """The known dates before the target that the plan named."""
        return {day for day in self.earlier() if day in self.known and (day in self.free or day in self.planned)}

    def followed(self) -> tuple[set[date], set[date]]:
        """What may be read, each step asking for what all before it tell, and what the last step still lacks."""
        read = self.named()
        while True:
            asked = replace(self, known=read).asked()
            if not asked <= set(self.known):
                return read, {day for day in asked if day not in self.known}
            if not asked:
                return read, set()
            read |= asked

    def needed(self) -> set[date]:
        """Everything the target certainly needs and is not known."""
        return self.followed()[1]

    def asked(self) -> set[date]:
        """Everything the target certainly needs beyond the known dates."""
        found = {day for team in self._teams() for day in self.reached_of_team(team) if day not in self.known}
        if self.policy.min_coverage < 1.0:
            return found | self._needed_for_coverage()
        for player in self._players():
            found |= self.needed_by_player(player)
        return found

    def floor_of_player(self, player: int, readable: Collection[date]) -> int:
        """The position after the latest date he could have played on that is not readable."""
        for day in self.earlier():
            if day not in readable and self.could(player, day, readable):
                return self.season.dates.index(day) + 1
        return 0

    def games_since(self, player: int, floor: int, readable: Collection[date]) -> int:
        """How many readable games he played from a position on."""
        return len(
            [day for day in self.season.games_played(player, self.target) if day in readable and self._at(day) >= floor]
        )

    def stretch_floor(self) -> int:
        """The position F of the stretch on which a cap or a coverage is judged."""
        floor = self._cap_position()
        if self.policy.min_coverage < 1.0:
            floor = max(floor, self._coverage_floor())
            for day in self.earlier():
                if self._at(day) >= floor and day not in self.known:
                    floor = self._at(day) + 1
        return self._lowered(floor)

    def readable(self) -> set[date]:
        """The dates that the manifest names."""
        return self.followed()[0]

    def floors(self) -> tuple[dict[str, tuple[date, Shortage | None]], float]:
        """The manifest's floors, and the share of players that are certified."""
        readable = self.readable()
        stretch = 0 if self.policy.exact else replace(self, known=readable).stretch_floor()
        found: dict[str, tuple[date, Shortage | None]] = {}
        certified = 0
        for player in self._players():
            floor = max(stretch, self.floor_of_player(player, readable))
            full = floor == 0 or (
                self.games_since(player, floor, readable) >= self.reach.player_games
                and not [day for day in self.earlier(self.days_first()) if self._at(day) < floor]
            )
            certified += full
            if floor:
                found[f"player:{player}"] = (self.season.dates[floor], None if full else self._reason(floor))
        for team in self._teams():
            hidden = [day for day in self.earlier() if self._plays(team, day) and day not in readable]
            floor = max(self._lowered(self._cap_position()), self._at(hidden[0]) + 1 if hidden else 0)
            games = [day for day in self.earlier() if self._plays(team, day) and self._at(day) >= floor]
            full = floor == 0 or len(games) >= self.reach.team_games
            if floor:
                found[f"team:{team}"] = (self.season.dates[floor], None if full else self._reason(floor))
        return found, certified / len(self._players()) if self._players() else 1.0

    def wanted(self) -> int:
        """How many players must be covered: the smallest whole number that reaches the share, at least one of any."""
        count = min(1, len(self._players()))
        while count < self.policy.min_coverage * len(self._players()) - 1e-9:
            count += 1
        return count

    def covered(self, floor: int, visible: Collection[date]) -> int:
        """How many players have their games in a stretch, or a stretch that is the whole season."""
        return len(
            [p for p in self._players() if floor == 0 or self.games_since(p, floor, visible) >= self.reach.player_games]
        )

    def _cap_position(self) -> int:
        first = self.cap_first()
        return 0 if first is None else len([day for day in self.season.dates if day < first])

    def _lowered(self, floor: int) -> int:
        while floor and self.season.dates[floor - 1] in self.free and self.season.dates[floor - 1] in self.known:
            floor -= 1
        return floor

    def _coverage_floor(self) -> int:
        days_floor = len([day for day in self.season.dates if day < self.days_first()])
        for floor in range(days_floor, 0, -1):
            if not self._players() or self.covered(floor, self.known) >= self.wanted():
                return floor
        return 0

    def _needed_for_coverage(self) -> set[date]:
        found: set[date] = set()
        for day in self.earlier(self.cap_first()):
            later = [d for d in self.earlier() if d > day]
            best = [
                len([d for d in later if d not in self.known or _counts(self.season.boxes[d].get(p))])
                for p in self._players()
            ]
            enough = len([games for games in best if games >= self.reach.player_games]) >= self.wanted()
            if (enough and day < self.days_first()) or day in self.holes:
                break
            if day not in self.known:
                found.add(day)
        return found

    def _reason(self, floor: int) -> Shortage:
        return Shortage.MISSING_DATA if self.season.dates[floor - 1] in self.holes else Shortage.CAPPED

    def _players(self) -> Mapping[int, Appearance]:
        return self.season.boxes[self.target]

    def _teams(self) -> list[str]:
        return [team for fixture in self.season.calendar.fixtures[self.target] for team in fixture]

    def _plays(self, team: str, day: date) -> bool:
        return any(team in fixture for fixture in self.season.calendar.fixtures[day])

    def _seen(self, player: int, day: date, visible: Collection[date]) -> bool:
        return player in self.season.boxes[day] and (day in visible or day == self.target)

    def _at(self, day: date) -> int:
        return self.season.dates.index(day)


def _counts(line: Appearance | None) -> bool:
    return line is not None and line.played
