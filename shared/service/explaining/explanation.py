"""What an answer to "why?" is made of: a state, a chain of links down to the root cause, and what unblocks it."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a unit, a date or a player's row stands, and in the last instance because of what."""

    COMPLETE = "complete"
    CAPPED = "capped"
    SHORT_HISTORY = "short_history"
    SKIPPED = "skipped_by_policy"
    STALE = "stale"
    RUNNING = "running"
    READY = "ready"
    QUEUED = "queued"
    WAITING_RETRY = "waiting_for_retry"
    WAITING_LEASE = "waiting_on_lease"
    WAITING_WINDOW = "waiting_on_window"
    WAITING_OWN_DATE = "waiting_on_own_phase_3"
    WAITING_UPSTREAM = "waiting_on_upstream"
    BLOCKED = "blocked_by_failure"
    FAILED = "failed"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    NOT_REQUESTED = "not_requested"
    PRE_GAME = "pre_game"
    NO_GAMES = "no_games"
    DROPPED = "dropped"
    NOT_SCHEDULED = "not_scheduled"
    NOT_LISTED = "not_listed"
    DID_NOT_PLAY = "did_not_play"
    FILE_MISSING = "landing_file_missing"


# Nothing is in the way: it is there, it is being worked on, its time has not come, or there is nothing to be had.
UNHELD: Final = frozenset(
    {
        State.COMPLETE,
        State.CAPPED,
        State.SHORT_HISTORY,
        State.SKIPPED,
        State.RUNNING,
        State.PRE_GAME,
        State.NO_GAMES,
        State.DROPPED,
        State.NOT_SCHEDULED,
        State.NOT_LISTED,
        State.DID_NOT_PLAY,
    }
)


# A longer chain is told by its beginning and its end.
LINKS_IN_A_SENTENCE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One step of a chain: which unit (0: none), where it stands, in a sentence without a full stop."""

    phase: int
    game_date: date
    state: State
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A Phase 3 date that a target waits for: the players (by name) and teams whose windows need it, and its state."""

    game_date: date
    state: State
    needed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is to be said of one unit: its state, the links from it to the root cause, and what unblocks it.

    The first command unblocks it; the others are alternatives. `needs` are the dates that its windows wait for.
    """

    state: State
    links: tuple[Link, ...]
    commands: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()

    @property
    def held(self) -> bool:
        """Return whether something holds it up."""
        return self.state not in UNHELD

    @property
    def why(self) -> str:
        """Return the cause in one sentence: what was asked about, and what is at the root of it."""
        texts = [link.text for link in self.links]
        shown = texts if len(texts) <= LINKS_IN_A_SENTENCE else [texts[0], *texts[1 - LINKS_IN_A_SENTENCE :]]
        return f"{': '.join(shown)}."

    def below(self, link: Link) -> "Account":
        """Return the account of what this one holds up."""
        return Account(state=link.state, links=(link, *self.links), commands=self.commands, needs=self.needs)


def of_whole_date(account: Account, part: str, whole: str) -> Account:
    """Return an account whose commands ask for a date as a whole where they asked for a part of it."""
    return replace(account, commands=tuple(whole if each == part else each for each in account.commands))


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The answer for a date, a phase of it, or a player on it: `held` tells whether something holds it up.

    `chain` leads from what was asked about to the root cause. `phases` are the states of the date's phases, when it
    was asked about as a whole.
    """

    game_date: date
    phase: int | None
    player_id: int | None
    player_name: str
    state: State
    held: bool
    why: str
    chain: tuple[Link, ...]
    needs: tuple[Need, ...]
    phases: tuple[Link, ...]
    commands: tuple[str, ...]
