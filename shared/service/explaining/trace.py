"""Where a player, a team or a game is on a date, where it vanishes, why, and the command that goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shared.domain.calendar import season_of
from shared.domain.errors import InvalidInput
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE
from shared.domain.messages import LAST_PHASE
from shared.domain.quality import Shortage
from shared.processors.declaration import statement
from shared.service.app import App
from shared.service.commands import fill
from shared.service.explaining.entities import FoundPlayer, resolve_game, resolve_player, resolve_team
from shared.service.explaining.explain_failure import missing_files
from shared.service.explaining.explain_player import PlayerTeller
from shared.service.explaining.explain_reading import Reading, name_of
from shared.service.explaining.explain_unit import Teller
from shared.service.explaining.explanation import Account, Link, State, of_whole_date
from shared.service.explaining.trail import Kind, Stop, Subject, game_subject, stops
from shared.service.history import history

HISTORY_SQL: Final = "trace/player_history.sql"
PHASES: Final = range(1, LAST_PHASE + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastGame:
    """A game that a player was listed for, and the prediction of its date: from how many games, how good.

    `in_window` tells that the traced date's window has it; with 0 minutes he did not play and it counts for none.
    """

    game_date: date
    team: str
    opponent: str
    minutes: int
    points: int
    in_window: bool
    predicted_points: float | None
    games_used: int | None
    quality_score: int | None
    shortage: Shortage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The way of an entity on a date: its stops, where it vanishes (empty: nowhere), why, and what to do.

    `history` are a player's last ten games up to the date, latest first.
    """

    kind: Kind
    name: str
    key: str
    game_date: date
    state: State
    vanishes: str
    why: str
    stops: tuple[Stop, ...]
    chain: tuple[Link, ...]
    history: tuple[PastGame, ...]
    commands: tuple[str, ...]
    held: bool

    @property
    def whole(self) -> bool:
        """Return whether the entity is everywhere it should be, and nothing holds it up."""
        return not self.vanishes and not self.held


def trace(app: App, kind: Kind, text: str, day: date | None = None) -> Trace:
    """Return the way of a player, a team or a game through the phases; without a date, on its latest known one.

    Raises InvalidInput for an entity that is not found, naming candidates, and for a game with a date of its own.
    """
    if kind is Kind.PLAYER:
        return _player(app, resolve_player(app, text), day)
    if kind is Kind.TEAM:
        team = resolve_team(app, text)
        on = day or _latest(app, team)
        return _Trail(app, on, Subject(kind=kind, name=team, key=team, teams=(team,))).trace()
    game = resolve_game(app, text)
    if day is not None and day != game.game_date:
        raise InvalidInput("--date", day.isoformat(), f"no date, or the game's own, {game.game_date}")
    return _Trail(app, game.game_date, game_subject(game)).trace()


def _player(app: App, player: FoundPlayer, day: date | None) -> Trace:
    on = day or _latest(app, player.team)
    teller = PlayerTeller(Teller(Reading(app, on)), player)
    team = teller.team_on(on)
    subject = Subject(kind=Kind.PLAYER, name=player.player_name, key=str(player.player_id), teams=(team,))
    return _Trail(app, on, subject, teller).trace()


def _latest(app: App, team: str) -> date:
    """Return the latest date on which a team plays and Phase 3 is there; without one, the team's first game."""
    for calendar in sorted(app.ledger.calendars(), key=lambda each: each.season, reverse=True):
        days = calendar.days(calendar.team_masks.get(team, 0))
        if not days:
            continue
        held = app.ledger.units_between(HISTORY_LANE, days[0], days[-1])
        known = [each.unit.game_date for each in held if each.unit.usable and each.unit.game_date in set(days)]
        return max(known) if known else days[0]
    raise InvalidInput("team", team, "a team of a loaded schedule")


class _Trail:
    """Walks the way of one entity on one date."""

    def __init__(self, app: App, day: date, subject: Subject, player: PlayerTeller | None = None) -> None:
        self.app, self.day, self.subject, self.player = app, day, subject, player
        self.teller = player.teller if player is not None else Teller(Reading(app, day))
        self.calendar = self.teller.reading.calendar

    def trace(self) -> Trace:
        found = stops(self.app, self.subject, self.day, scheduled=self._scheduled())
        gone = next((each for each in found if not each.rows), None)
        account = of_whole_date(self._account(found, gone), fill(self.day, HISTORY_LANE), fill(self.day))
        games = self._history()
        links = (*account.links, *self._withheld(games))
        return Trace(
            kind=self.subject.kind,
            name=self.subject.name,
            key=self.subject.key,
            game_date=self.day,
            state=account.state,
            vanishes="" if gone is None else gone.place,
            why=account.why,
            stops=found,
            chain=links,
            history=games,
            commands=account.commands,
            held=account.held,
        )

    def _scheduled(self) -> bool:
        if self.day not in self.calendar.position:
            return False
        return any(team in self.calendar.teams_on(self.day) for team in self.subject.teams)

    def _account(self, found: tuple[Stop, ...], gone: Stop | None) -> Account:
        if self.day not in self.calendar.position:
            return self.teller.tell(HISTORY_LANE, self.day)
        listed = any(each.rows for each in found if each.phase in (1, 2, HISTORY_LANE))
        if gone is None or (self.player is not None and listed and gone.phase in (0, *range(TARGET_LANE, 6))):
            return self._to_its_end()
        if gone.phase == 0:
            return self._unscheduled()
        below = next((each for phase in PHASES[: gone.phase] if (each := self.teller.tell(phase, self.day)).held), None)
        if gone.missing and below is None:
            return self._without_file(gone)
        return below or self._lost(gone)

    def _to_its_end(self) -> Account:
        """Return what is to be said of an entity whose games are in: of its targets."""
        if self.player is None:
            accounts = [self.teller.tell(phase, self.day) for phase in PHASES]
            held = next((each for each in accounts if each.held), None)
            return held or next((each for each in accounts if each.state is not State.COMPLETE), accounts[-1])
        account = self.player.tell(self.day)
        return account if account.held or not self._sat_out() else self._on_the_bench(account)

    def _withheld(self, games: Sequence[PastGame]) -> list[Link]:
        """Return what is to be said of a prediction that is there and empty."""
        if not games or games[0].game_date != self.day or games[0].predicted_points is not None:
            return []
        if games[0].games_used is None:
            return []
        text = f"the prediction of {self.day} is withheld (NULL, confidence 0): there is no game before it to go by"
        return [Link(phase=LAST_PHASE, game_date=self.day, state=State.SHORT_HISTORY, text=text)]

    def _sat_out(self) -> bool:
        knowledge = self.teller.reading.memory.knowledge
        appearance = knowledge.by_date.get(self.day, {}).get(int(self.subject.key))
        return appearance is not None and not appearance.played

    def _on_the_bench(self, account: Account) -> Account:
        """Return the account of a player who was listed and did not play, above that of what he is predicted from."""
        listings = self.player.listings_before(self.day) if self.player is not None else []
        played = next((self.calendar.dates[each.position] for each in listings if each.played), None)
        last = f"; he played last on {played}" if played else ""
        text = (
            f"{self.subject.name} is listed on {self.day} with 0 minutes: he did not play, so the date is in no window "
            f"of his{last}"
        )
        on = f" --date {played}" if played else ""
        commands = (f"backfill trace player {self.subject.key}{on}",) if played else ()
        said = self._said(State.DID_NOT_PLAY, HISTORY_LANE, text, *commands)
        return Account(state=said.state, links=(*said.links, *account.links), commands=commands)

    def _unscheduled(self) -> Account:
        if self.player is not None:
            return self.player.tell(self.day)
        team, dates = self.subject.key, self.calendar.days(self.calendar.team_masks.get(self.subject.key, 0))
        after = next((each for each in dates if each > self.day), dates[-1])
        text = f"{team} has no game on {self.day}; its next one is on {after}"
        return self._said(State.NOT_SCHEDULED, HISTORY_LANE, text, f"backfill trace team {team} --date {after}")

    def _without_file(self, gone: Stop) -> Account:
        """Return the account of a date whose landing file has gone since Phase 2 read it, if it did."""
        files = ", ".join(missing_files(self.app, self.day)) or gone.place
        text = f"{files} is missing, though Phase 1 of {self.day} is complete"
        again = f"backfill request {self.day} --to-phase 2 --force"
        return self._said(State.FILE_MISSING, 1, text, again)

    def _lost(self, gone: Stop) -> Account:
        """Return the account of an entity that a complete phase has no row of."""
        if gone.phase == 1 and self.player is not None:
            account = self.player.tell(self.day)
            return account if account.state is not State.COMPLETE else self._said(State.NOT_LISTED, 1, account.why)
        if gone.phase >= TARGET_LANE:
            return self._to_its_end()
        if gone.phase == 1:
            text = f"{self.subject.name} is not in {gone.place}, though the schedule has it: the source did not"
            again = f"backfill request {self.day} --from-phase 1 --force"
            return self._said(State.NOT_LISTED, 1, text, again)
        name = name_of(gone.phase, self.day)
        text = f"{self.subject.name} is in what {name} read and not in {gone.place}: it was changed since {name} ran"
        again = f"backfill reprocess {self.day}" + (f" --from-phase {gone.phase} --force" if gone.phase > 2 else "")
        return self._said(State.STALE, gone.phase, text, again)

    def _said(self, state: State, phase: int, text: str, *commands: str) -> Account:
        link = Link(phase=phase, game_date=self.day, state=state, text=text)
        return Account(state=state, links=(link,), commands=commands)

    def _history(self) -> tuple[PastGame, ...]:
        if self.player is None:
            return ()
        start = self.app.ledger.calendar(season_of(self.day)).start
        parameters = {"season_start": start, "game_date": self.day, "entity": self.subject.key}
        window = self._window()
        return tuple(_past(row, window) for row in self.app.warehouse.query(statement(HISTORY_SQL), parameters))

    def _window(self) -> frozenset[date]:
        if self.day not in self.calendar.position:
            return frozenset()
        found = (each for each in history(self.app, self.day).players if str(each.player_id) == self.subject.key)
        return frozenset(day for each in found for day in each.window)


def _past(row: dict[str, Any], window: frozenset[date]) -> PastGame:
    reason = row["shortage_reason"]
    return PastGame(
        game_date=row["game_date"],
        team=row["team"],
        opponent=row["opponent"],
        minutes=row["minutes"],
        points=row["points"],
        in_window=row["game_date"] in window,
        predicted_points=row["predicted_points"],
        games_used=row["games_used"],
        quality_score=row["quality_score"],
        shortage=Shortage(reason) if reason else None,
    )
