"""Guards of the protocol, each taken away; an exploration must come upon what that breaks."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from unittest import mock

from shared.domain.closure import Closure, Setting
from shared.domain.units import Unit
from shared.ports import Write
from shared.service import attempt, cascade, sweep
from shared.service import round as rounds
from shared.service.attempt import Prepared
from shared.service.cascade import Cascade
from shared.service.ledger import Head, Ledger, unit_write
from shared.service.round import Round
from shared.service.seasons import Season
from tests.model.configurations import CORRECTION, CRASH, FAULTLESS, ONE_TARGET, TWICE, TWO_TARGETS, Configuration
from tests.model.exploration import Exploration
from tests.model.ports import TapedWarehouse
from tests.model.season import GAMES
from tests.model.system import Faults

Patch = tuple[Any, str, Any]
Attempt = attempt._Attempt
CLOSURE = Season.closure
PUBLISH_STARTED = attempt.units.publish_started


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedBug:
    """Attributes to replace, where that shows, what may go wrong there, and how the broken invariant begins."""

    patches: tuple[Patch, ...]
    breaks: str
    configuration: Configuration
    faults: Faults = FAULTLESS

    @contextmanager
    def planted(self) -> Iterator[Exploration]:
        """Have the bug in the pipeline while the block runs, not before; yield what is to be explored."""
        configuration = replace(self.configuration, faults=self.faults)
        beginning = configuration.beginning()
        with ExitStack() as stack:
            for owner, name, replacement in self.patches:
                stack.enter_context(mock.patch.object(owner, name, replacement))
            yield configuration.exploration(beginning)


def _nothing(*_: Any, **__: Any) -> None:
    """Stand in for a step that is left out."""


def _never(*_: Any, **__: Any) -> bool:
    return False


def _as_it_is(unit: Unit) -> Unit:
    return unit


def _none(*_: Any) -> int:
    return 0


def _rebase_onto_anybody(self: Any, unit: Unit) -> Unit:
    held = self.app.ledger.unit(unit.phase, unit.game_date)
    self.revision = held.revision
    return replace(unit, wanted_by=held.unit.wanted_by, policy=held.unit.policy)


def _write_blindly(self: Any, unit: Unit, others: Sequence[Write] = ()) -> None:
    held = self.app.ledger.unit(unit.phase, unit.game_date)
    written = self.app.ledger.commit([unit_write(unit, held.revision), *others])
    self.unit, self.revision = unit, written[unit.key]


def _start(self: Any) -> None:
    if self.unit.unsettled_fences:
        self.app.warehouse.revoke(self.unit.key, self.unit.unsettled_fences)
    self._write(attempt.units.publish_started(self.unit, self.unit.fence, self.app.clock.now()))


def _publish_unread(self: Any, prepared: Prepared) -> None:
    _start(self)
    prepared.publish()
    self._check_inputs()
    self._complete(prepared)


def _complete_unread(self: Any, prepared: Prepared) -> None:
    _start(self)
    self._check_inputs()
    prepared.publish()
    self._complete(prepared)


def _publish_untold(self: Any, prepared: Prepared) -> None:
    if self.unit.unsettled_fences:
        self.app.warehouse.revoke(self.unit.key, self.unit.unsettled_fences)
    self._check_inputs()
    prepared.publish()
    self._check_inputs()
    self._complete(prepared)


def _complete_before_publishing(self: Any, prepared: Prepared) -> None:
    _start(self)
    self._check_inputs()
    self._complete(prepared)
    prepared.publish()


def _settling_itself(unit: Unit, fence: int, now: datetime) -> Unit:
    return replace(PUBLISH_STARTED(unit, fence, now), settled_fence=fence)


def _heads_while_publishing(self: Ledger, first: str, last: str) -> Mapping[str, Head]:
    documents = self.store.get_many(list(self.store.revisions(first, last)))
    return {
        key: Head(found.revision, found.body.get("version", 0), found.body.get("version", 0) > 0)
        for key, found in documents.items()
    }


def _counted(self: Season, day: date, setting: Setting) -> Closure:
    found = CLOSURE(self, day, setting)
    return replace(found, asked=0) if self.knowledge.known.bit_count() >= GAMES else found


def _commit_over_others(self: Round) -> None:
    _, current = self.app.ledger.frontier(self.season.name)
    frontier = Write(key=self.frontier.key, body=self.frontier.body(), revision=current)
    self.app.ledger.commit([*self.changes.writes(), frontier])


HAS_A_VERSION = property(lambda unit: unit.version > 0)
# A holder that goes on after his lease ran out, and another message that has the unit taken over.
ZOMBIE = Faults(duplicates=1, jumps=1)

PLANTED_BUGS: Mapping[str, PlantedBug] = {
    "earlier fences are not revoked": PlantedBug(
        patches=((TapedWarehouse, "revoke", _nothing),),
        breaks="2",
        configuration=ONE_TARGET,
        faults=ZOMBIE,
    ),
    "a fence is settled before it completed": PlantedBug(
        patches=((attempt.units, "publish_started", _settling_itself),),
        breaks="2",
        configuration=ONE_TARGET,
        faults=ZOMBIE,
    ),
    "a stale holder completes": PlantedBug(
        patches=((Attempt, "_rebase", _rebase_onto_anybody),), breaks="2", configuration=ONE_TARGET, faults=ZOMBIE
    ),
    "units are written without compare-and-set": PlantedBug(
        patches=((Attempt, "_write", _write_blindly),), breaks="2", configuration=ONE_TARGET, faults=ZOMBIE
    ),
    "a live lease stops nobody": PlantedBug(
        patches=((Unit, "lease_live", _never),), breaks="4", configuration=ONE_TARGET, faults=TWICE
    ),
    "a lease never runs out": PlantedBug(
        patches=((sweep, "_expire", _nothing),), breaks="3", configuration=ONE_TARGET, faults=CRASH
    ),
    "what was not heard is not sent again": PlantedBug(
        patches=((sweep, "_send_again", _nothing),), breaks="3", configuration=ONE_TARGET, faults=CRASH
    ),
    "unchanged units are run again": PlantedBug(
        patches=((attempt, "_same", _never),), breaks="4", configuration=ONE_TARGET, faults=TWICE
    ),
    "a unit is complete before it is published": PlantedBug(
        patches=((Attempt, "_publish", _complete_before_publishing),), breaks="2", configuration=ONE_TARGET
    ),
    "a target is released by the number of its dates": PlantedBug(
        patches=((Season, "closure", _counted), (rounds, "awaited", _none)), breaks="1", configuration=TWO_TARGETS
    ),
    "the frontier is written over others": PlantedBug(
        patches=((Round, "commit", _commit_over_others),), breaks="3", configuration=TWO_TARGETS
    ),
    "inputs are not read again before publishing": PlantedBug(
        patches=((Attempt, "_publish", _publish_unread),), breaks="c", configuration=CORRECTION
    ),
    "inputs are not read again before completing": PlantedBug(
        patches=((Attempt, "_publish", _complete_unread),), breaks="c", configuration=CORRECTION
    ),
    "nobody is told that publishing starts": PlantedBug(
        patches=((Attempt, "_publish", _publish_untold),), breaks="c", configuration=CORRECTION
    ),
    "readers ignore that a date is being published": PlantedBug(
        patches=(
            (Ledger, "heads", _heads_while_publishing),
            (Unit, "usable", HAS_A_VERSION),
            (Unit, "readable", HAS_A_VERSION),
        ),
        breaks="c",
        configuration=CORRECTION,
    ),
    "a target that is computed for the first time is not joined": PlantedBug(
        patches=((cascade, "_reading", _as_it_is),), breaks="d", configuration=CORRECTION
    ),
    "no target is flagged stale": PlantedBug(
        patches=((Cascade, "moved", _nothing), (Cascade, "target", _nothing)), breaks="d", configuration=CORRECTION
    ),
}
