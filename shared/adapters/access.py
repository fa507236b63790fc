"""What a function's own service account may do, as declared: the least that its calls need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from shared.adapters.declaration import Entry, entry

FIELDS: Final = ("publish", "ledger", "datasets", "landing")
# To write is to read, too.
MODES: Final = ("read", "write")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The topics a function publishes to, and whether it reads or writes the ledger, each dataset and the landing zone.

    `ledger` and `landing` are "read", "write" or None.
    """

    publish: tuple[str, ...] = ()
    ledger: str | None = None
    datasets: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    landing: str | None = None


def access_of(declared: Entry) -> Access:
    """Return the `access` of a function's entry; nothing when it is left out. Raises InvalidInput."""
    path = f"{declared.path}.access"
    own = entry(path, declared.fields.get("access", {}), FIELDS)
    datasets = own.fields.get("datasets", {})
    if not isinstance(datasets, Mapping):
        raise own.refused("datasets", "a mapping of datasets to read or write")
    within = entry(f"{path}.datasets", datasets, tuple(datasets))
    return Access(
        publish=own.texts("publish"),
        ledger=_mode(own, "ledger") if "ledger" in own else None,
        datasets={name: _mode(within, name) for name in datasets},
        landing=_mode(own, "landing") if "landing" in own else None,
    )


def _mode(declared: Entry, name: str) -> str:
    for mode in MODES:
        if declared.fields[name] == mode:
            return mode
    raise declared.refused(name, " or ".join(MODES))
