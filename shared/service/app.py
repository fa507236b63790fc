"""What a service is given: the ports of its stack, the config, and the caches of a warm instance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shared.config import Config
from shared.ports import Bus, Clock, Landing, Notifier, Source, Warehouse
from shared.service.alerting.log_notifier import LogNotifier
from shared.service.execution_log import ExecutionLog
from shared.service.ledger import Ledger
from shared.service.seasons import Seasons
from shared.service.unit_memory import UnitMemory


@dataclass(frozen=True, kw_only=True)
class App:
    """One process's services, wired by `bootstrap`; everything in it is safe to share between threads.

    `read_seasons` is what readers remember of seasons, apart from `seasons`, which is the coordinators'. `usage` tells
    what this process has had from metered services so far, by name; nothing on the embedded stack.
    """

    config: Config
    bus: Bus
    ledger: Ledger
    warehouse: Warehouse
    landing: Landing
    source: Source
    clock: Clock
    notifier: Notifier = field(default_factory=LogNotifier)
    usage: Callable[[], Mapping[str, int]] = dict
    seasons: Seasons = field(init=False)
    execution_log: ExecutionLog = field(init=False)
    units: UnitMemory = field(init=False)
    read_seasons: Seasons = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seasons", Seasons(self.ledger))
        object.__setattr__(self, "execution_log", ExecutionLog(self.warehouse))
        object.__setattr__(self, "units", UnitMemory(self.ledger))
        object.__setattr__(self, "read_seasons", Seasons(self.ledger))
