"""What is said of one player on a date: whether he is of the target, what he is computed from, and how good that is."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from shared.domain.frontier import HISTORY_LANE, TARGET_LANE
from shared.domain.lookback import Listing
from shared.domain.plan import HISTORY_PHASES
from shared.domain.quality import Shortage
from shared.service.commands import fill
from shared.service.explaining.entities import FoundPlayer
from shared.service.explaining.explain_reading import counted, listed, name_of
from shared.service.explaining.explain_unit import Teller
from shared.service.explaining.explanation import Account, Link, State
from shared.service.explaining.sightings import target_rows
from shared.service.history import PlayerHistory, history

LAST: Final = 5
_REASONS: Final = {
    Shortage.SEASON_START: "the season was that young",
    Shortage.ABSENT: "he missed games since",
    Shortage.CAPPED: "his window was capped",
    Shortage.MISSING_DATA: "a date of his window is missing",
}


class PlayerTeller:
    """Gives the account of one player on a date."""

    def __init__(self, teller: Teller, player: FoundPlayer) -> None:
        self.teller, self.reading, self.player = teller, teller.reading, player

    def tell(self, day: date, phases: Sequence[int] = (TARGET_LANE, LAST)) -> Account:
        """Return the account of his rows of Phases 4-5 of a date, or of one of the two."""
        if day not in self.reading.calendar.position:
            return self.teller.tell(TARGET_LANE, day)
        absent = self._absent(day)
        if absent is not None:
            return absent
        before = [phase for phase in HISTORY_PHASES if self.reading.unit(phase, day) is not None]
        for phase in (*before, *phases):
            below = self.teller.tell(phase, day)
            if below.held or below.state in (State.PRE_GAME, State.RUNNING):
                return self._waits(day, below)
        return self._computed(day, max(phases))

    def team_on(self, day: date) -> str:
        """Return the team that he played for last before a date; after his first game of the season, that one's."""
        before = self.listings_before(day)
        return before[0].team if before else self.player.team

    def listings_before(self, day: date) -> list[Listing]:
        """Return his listings before a date, latest first."""
        position = self.reading.calendar.first_at_or_after(day)
        return self.reading.memory.knowledge.listings(self.player.player_id, position)

    def _absent(self, day: date) -> Account | None:
        """Return the account of a player who is not of the target; None for one who is, or while nobody is listed."""
        knowledge, name = self.reading.memory.knowledge, self.player.player_name
        if day not in knowledge.by_date or self.player.player_id in knowledge.by_date[day]:
            return None
        team = self.team_on(day)
        plays = team in self.reading.calendar.teams_on(day)
        if not plays:
            text = f"{name} has no game on {day}: {team}, whom he played for last, does not play"
            return self._account(State.NOT_SCHEDULED, day, text, self._elsewhere(day))
        moved = self._moved(day, team)
        text = f"{name} is not in the box scores of {day}, though {team} plays{moved}"
        return self._account(State.NOT_LISTED, day, text, self._elsewhere(day))

    def _moved(self, day: date, team: str) -> str:
        """Return where he went, if his next game was for another team; else that he was out."""
        after = self._next(day)
        if after is None:
            return "; he is not listed on any later date"
        on = self.reading.calendar.dates[after.position]
        if after.team != team:
            return f"; his next game, on {on}, is for {after.team}: he was traded"
        return f"; he was out, and is listed next on {on}"

    def _next(self, day: date) -> Listing | None:
        """Return his first listing after a date."""
        knowledge, calendar = self.reading.memory.knowledge, self.reading.calendar
        known = knowledge.listings(self.player.player_id, len(calendar.dates))
        later = [each for each in known if calendar.dates[each.position] > day]
        return later[-1] if later else None

    def _elsewhere(self, day: date) -> str:
        """Return the command that traces him where he is: on his next date, else his latest."""
        calendar, after = self.reading.calendar, self._next(day)
        before = self.listings_before(day)
        found = after or (before[0] if before else None)
        on = f" --date {calendar.dates[found.position]}" if found is not None else ""
        return f"backfill trace player {self.player.player_id}{on}"

    def _waits(self, day: date, below: Account) -> Account:
        name = self.player.player_name
        text = f"{name} has no current row in {name_of(below.links[0].phase, day)}"
        found = self._history(day)
        if found is not None and found.missing:
            text += f"; his own window needs Phase 3 of {counted(len(found.missing), 'date')}: {listed(found.missing)}"
        link = Link(phase=below.links[0].phase, game_date=day, state=below.state, text=text)
        return below.below(link)

    def _computed(self, day: date, phase: int) -> Account:
        found = self._history(day)
        if found is None:
            text = f"{self.player.player_name} is not among those whom {day} was computed for"
            return self._account(State.NOT_LISTED, day, text, f"backfill request {day} --scenario downstream")
        gone = [name for name, row in target_rows(self.reading.app, self.player.player_id, day, phase) if not row]
        if gone:
            return self._without_row(day, phase, gone, found)
        games = f"{found.games} of {found.needed} games, quality {found.quality_score}"
        head = f"{self.player.player_name} has his rows of {name_of(phase, day)}: {games}"
        if found.shortage is None:
            return self._account(State.COMPLETE, day, head)
        text = f"{head}, because {_REASONS[found.shortage]} ({found.shortage})"
        if found.shortage in (Shortage.CAPPED, Shortage.MISSING_DATA):
            return self._account(State.CAPPED, day, text, fill(day))
        return self._account(State.SHORT_HISTORY, day, text)

    def _without_row(self, day: date, phase: int, gone: list[str], found: PlayerHistory) -> Account:
        name, unit = self.player.player_name, self.reading.unit(phase, day)
        where = f"{name} has no row of {day} in {', '.join(gone)}"
        if ((unit.policy if unit else None) or {}).get("early_season") == "skip":
            text = f"{where}: the policy skips who has fewer games than the minimum, and he has {found.games}"
            return self._account(State.SKIPPED, day, text, fill(day))
        text = f"{where}, though {name_of(phase, day)} is complete: he was listed after it was computed"
        again = f"backfill request {day} --scenario downstream --force"
        link = Link(phase=phase, game_date=day, state=State.STALE, text=text)
        return Account(state=State.STALE, links=(link,), commands=(again,))

    def _history(self, day: date) -> PlayerHistory | None:
        found = history(self.reading.app, day)
        return next((each for each in found.players if each.player_id == self.player.player_id), None)

    def _account(self, state: State, day: date, text: str, *commands: str) -> Account:
        phase = HISTORY_LANE if state is State.NOT_LISTED else TARGET_LANE
        return Account(
            state=state, links=(Link(phase=phase, game_date=day, state=state, text=text),), commands=commands
        )
