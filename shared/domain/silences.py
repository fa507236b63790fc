"""A silence: until when nobody is told of a rule or an incident, and why. A maintenance window silences everything."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """The ledger document `silences/{target}`: an incident, a rule or `all`, from `since` until `until`.

    `heard` is the message that set or ended it last: the same one, delivered again, changes nothing.
    """

    target: str
    since: str
    until: str
    by: str = ""
    reason: str = ""
    heard: str = ""

    @property
    def key(self) -> str:
        """Return the ledger key."""
        return f"silences/{self.target}"

    def holds(self, now: datetime) -> bool:
        """Return whether it is on."""
        return datetime.fromisoformat(self.since) <= now < datetime.fromisoformat(self.until)

    def body(self) -> dict[str, Any]:
        """Return the ledger document."""
        return asdict(self)


def silence_from(body: Mapping[str, Any]) -> Silence:
    """Return the silence of a ledger document."""
    return Silence(**body)


def silenced(silences: Iterable[Silence], targets: Iterable[str], now: datetime) -> str:
    """Return why none of the targets is to be told of, empty when none of them is silenced."""
    names = set(targets)
    for each in silences:
        if each.target in names and each.holds(now):
            return f"silenced until {each.until[:19]}Z: {each.reason or 'no reason given'}"
    return ""
