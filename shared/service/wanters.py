"""Whether anybody who is live wants a unit."""

from collections.abc import Callable

from shared.domain.messages import LIVE, LIVE_HISTORY
from shared.domain.units import Unit
from shared.service.ledger import Ledger


def wanted_in(ledger: Ledger, *, first: str = "") -> Callable[[Unit], bool]:
    """Return a question: does the daily path, or a live backfill at its epoch, want a unit.

    Each backfill is read once, `first` before the others: the one whose message it is as a rule is live.
    """
    wanters: dict[str, tuple[bool, int]] = {}

    def wanted(unit: Unit) -> bool:
        for name, epoch in sorted(unit.wanted_by.items(), key=lambda pair: pair[0] != first):
            if name in (LIVE, LIVE_HISTORY):
                return True
            if name not in wanters:
                wanters[name] = ledger.wanter(name)
            if wanters[name] == (True, epoch):
                return True
        return False

    return wanted
