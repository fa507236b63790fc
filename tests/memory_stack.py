"""Every port in memory, for tests of services and functions: one thread, a clock that stands still, toy tables.

The services are the production ones. Only the work is a toy: `Build` is replaced by `ToyBuild`, which computes
small tables in Python from what a phase's SQL would read, under the same parameters.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast
from unittest import mock

from shared import bootstrap
from shared.adapters.embedded.memory import MemoryBus, MemoryStore, VirtualClock
from shared.config import Config
from shared.domain.errors import AuditFailed, FenceRevoked, SourceMissing
from shared.domain.lookback import Reach
from shared.domain.propagation import Lookback
from shared.domain.units import Unit
from shared.domain.windows import Entity, days, games, season_to_date
from shared.ports import Bus, Clock, Landing, Row, Source, Warehouse
from shared.service import plan_backfill, precompute, predict, process_analytics, process_raw, settings
from shared.service.app import App
from shared.service.attempt import Prepared
from shared.service.ledger import Ledger
from shared.service.selection import EVERYTHING, Selection

TOY_REACH = Reach(player_games=3, player_days=5, team_games=3)
TOY_LOOKBACKS = (
    Lookback(
        processor="windows",
        entity=Entity.PLAYER,
        sources={"players": Entity.PLAYER},
        windows=(games(3, Entity.PLAYER), days(5, Entity.PLAYER)),
    ),
    Lookback(processor="sides", entity=Entity.TEAM, sources={"teams": Entity.TEAM}, windows=(games(3, Entity.TEAM),)),
    Lookback(
        processor="season",
        entity=Entity.PLAYER,
        sources={"players": Entity.PLAYER},
        windows=(season_to_date(Entity.PLAYER),),
    ),
)
RAW = ("games", "lines")
ANALYTICS = ("players", "teams")
PRECOMPUTED = ("windows", "sides", "season")
PREDICTED = ("predictions",)
URL = "memory://landing/"


def digest_of(content: object) -> str:
    """Return a short digest of JSON content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(slots=True, kw_only=True)
class Partition:
    """What a table holds for a date: its content, and which attempt of which unit wrote it."""

    unit: str
    fence: int
    content: Any


class ToyLanding:
    """The port `Landing` in a dictionary."""

    def __init__(self) -> None:
        self.files: dict[tuple[date, str], bytes] = {}

    def url(self, game_date: date, name: str) -> str:
        return f"{URL}{game_date}/{name}"

    def read(self, game_date: date, name: str) -> bytes | None:
        return self.files.get((game_date, name))

    def read_url(self, url: str) -> bytes:
        day, _, name = url.removeprefix(URL).partition("/")
        return self.read(date.fromisoformat(day), name) or b""

    def write(self, game_date: date, name: str, content: bytes) -> None:
        self.files[game_date, name] = content


class ToySource:
    """The port `Source` over rows by date; a date that is lost has none."""

    def __init__(self, rows: Mapping[date, Mapping[str, list[Row]]], lost: frozenset[date] = frozenset()) -> None:
        self.rows = {day: dict(files) for day, files in rows.items()}
        self.lost = lost

    def schedule(self, season: str) -> list[Row]:
        return [row for day in sorted(self.rows) for row in self.rows[day]["games"] if row["season"] == season]

    def scrape(self, game_date: date) -> dict[str, list[Row]]:
        if game_date in self.lost or game_date not in self.rows:
            raise SourceMissing(f"no games on {game_date}")
        return dict(self.rows[game_date])


class ToyWarehouse:
    """Partitions by table and date. It enforces nothing but what `revoke` refused."""

    def __init__(self) -> None:
        self.partitions: dict[tuple[str, date], Partition] = {}
        self.refused: dict[str, int] = {}

    @property
    def log_rows_kept(self) -> int:
        return 0

    def read(self, table: str, day: date) -> Any:
        """Return a partition's content, None when there is none."""
        found = self.partitions.get((table, day))
        return None if found is None else found.content

    def replace(self, table: str, day: date, partition: Partition) -> None:
        """Replace a partition. Raises FenceRevoked when a later attempt revoked the writer's fence."""
        if partition.fence < self.refused.get(partition.unit, 0):
            raise FenceRevoked(f"{partition.unit}: fence {partition.fence} was revoked")
        self.partitions[table, day] = partition

    def revoke(self, unit: str, fences: range) -> None:
        self.refused[unit] = max(fences.stop, self.refused.get(unit, 0))

    def load(self, table: str, partitions: Mapping[date, Sequence[Row]]) -> None:
        for day, rows in partitions.items():
            self.partitions[table, day] = Partition(unit="load", fence=0, content=[*map(str, rows)])

    def append(self, table: str, rows: Sequence[Row]) -> None:
        """Accept and forget."""


class ToyBuild:
    """Takes the place of `shared.service.build.Build`: reads, computes, hands over what to publish.

    `reads` collects the digest of every partition and file that was read, by (unit key or file, table).
    """

    def __init__(self, app: App, unit: Unit, parameters: Mapping[str, Any], external: Mapping[str, str]) -> None:
        self.app, self.unit, self.parameters, self.external = app, unit, parameters, external
        self.warehouse = cast(ToyWarehouse, app.warehouse)
        self.reads: dict[tuple[str, str], str] = {}
        self.staged: dict[str, Any] = {}

    def run(self, expected: Mapping[str, int], selection: Selection = EVERYTHING) -> Prepared:
        work: dict[int, Callable[[], dict[str, Any]]] = {
            2: self._raw,
            3: self._analytics,
            4: lambda: self._precompute(selection.names),
            5: self._predict,
        }
        self.staged = work[self.unit.phase]()
        if self.unit.phase == 2 and len(self.staged["games"]) != expected["nba_raw.games"]:
            raise AuditFailed(f"{len(self.staged['games'])} games, the schedule has {expected['nba_raw.games']}")
        return Prepared(
            digests={table: digest_of(content) for table, content in self.staged.items()},
            rows={table: len(content) for table, content in self.staged.items()},
            entities={table: entities_of(self.staged[table]) for table in ANALYTICS if table in self.staged},
            logic=dict.fromkeys(self.staged, "toy"),
            partial=selection.names is not None,
            publish=self._publish,
        )

    def query(self, _sql: str) -> list[Row]:
        """Return who appeared, from the staged players."""
        return [
            {"player_id": player, "team": team, "played": minutes > 0}
            for player, team, minutes, _ in self.staged["players"]
        ]

    def _publish(self) -> None:
        for table, content in self.staged.items():
            partition = Partition(unit=self.unit.key, fence=self.unit.fence, content=content)
            self.warehouse.replace(table, self.unit.game_date, partition)

    def _read(self, phase: int, table: str, day: date) -> Any:
        content = self.warehouse.read(table, day)
        self.reads[f"units/{phase}-{day.isoformat()}", table] = digest_of(content)
        return content or []

    def _raw(self) -> dict[str, Any]:
        files: dict[str, list[Row]] = {}
        for name in ("games", "player_boxscores"):
            content = cast(ToyLanding, self.app.landing).read_url(self.external[f"landing.{name}"])
            self.reads[name, ""] = hashlib.sha256(content).hexdigest()
            files[name] = [json.loads(line) for line in content.splitlines()]
        lines = [[row["player_id"], row["team"], row["minutes"], row["points"]] for row in files["player_boxscores"]]
        games = [[row["home_team"], row["away_team"]] for row in files["games"]]
        return {"games": games, "lines": lines}

    def _analytics(self) -> dict[str, Any]:
        day = self.unit.game_date
        games, lines = self._read(2, "games", day), self._read(2, "lines", day)
        points = {team: sum(line[3] for line in lines if line[1] == team) for game in games for team in game}
        return {"players": lines, "teams": sorted(points.items())}

    def _precompute(self, names: frozenset[str] | None) -> dict[str, Any]:
        made = {"windows": self._windows, "sides": self._sides, "season": self._season}
        return {table: make() for table, make in made.items() if names is None or table in names}

    def _visible(self, table: str) -> dict[date, Any]:
        """Return what a table holds on each date that may be read, latest first."""
        hidden = set(self.parameters["hidden_dates"])
        days = [day for day in self._game_dates() if day < self.unit.game_date and day not in hidden]
        return {day: self._read(3, table, day) for day in reversed(days)}

    def _game_dates(self) -> Sequence[date]:
        return self.app.seasons.get(self.parameters["season"]).knowledge.calendar.dates

    def _season(self) -> list[Any]:
        players = self._visible("players")
        listed = self.parameters["players"]
        return [[row["player_id"], _played(players, row["player_id"], row["floor"])] for row in listed]

    def _windows(self) -> list[Any]:
        players = self._visible("players")
        windows = []
        for row in self.parameters["players"]:
            played = _played(players, row["player_id"], row["floor"])
            recent = self.unit.game_date - timedelta(days=TOY_REACH.player_days)
            workload = [game for game in played if game[0] >= recent.isoformat()]
            windows.append([row["player_id"], row["shortage"], played[: TOY_REACH.player_games], workload])
        return windows

    def _sides(self) -> list[Any]:
        teams = {day: dict(content) for day, content in self._visible("teams").items()}
        sides = []
        for row in self.parameters["teams"]:
            games = [
                [day.isoformat(), teams[day][row["team"]]]
                for day in teams
                if row["team"] in teams[day] and day >= row["floor"]
            ]
            sides.append([row["team"], row["shortage"], games[: TOY_REACH.team_games], []])
        return sides

    def _predict(self) -> dict[str, Any]:
        day = self.unit.game_date
        return {"predictions": [[table, digest_of(self._read(4, table, day))] for table in PRECOMPUTED]}


def entities_of(rows: Sequence[Sequence[Any]]) -> dict[str, str]:
    """Return the digest of each entity's row, which names it first."""
    return {str(row[0]): digest_of(row) for row in rows}


def _played(players: Mapping[date, list[Any]], player: int, floor: date) -> list[Any]:
    return [
        [day.isoformat(), points]
        for day, lines in players.items()
        for listed, _, minutes, points in lines
        if listed == player and minutes > 0 and day >= floor
    ]


@dataclass(kw_only=True)
class MemoryStack:
    """The ports that the instances of one system share."""

    source: ToySource
    config: Config = field(default_factory=Config)
    clock: VirtualClock = field(default_factory=VirtualClock)
    store: MemoryStore = field(default_factory=MemoryStore)
    landing: ToyLanding = field(default_factory=ToyLanding)
    warehouse: ToyWarehouse = field(default_factory=ToyWarehouse)
    bus: MemoryBus = field(init=False)
    port: Bus | None = None

    def __post_init__(self) -> None:
        self.bus = MemoryBus(bootstrap.topology(), self.clock)

    def app(self, clock: Clock | None = None) -> App:
        """Return a new instance: its own caches, and clock where it has one, over the shared ports."""
        return App(
            config=self.config,
            bus=self.port or self.bus,
            ledger=Ledger(self.store),
            warehouse=cast(Warehouse, self.warehouse),
            landing=cast(Landing, self.landing),
            source=cast(Source, self.source),
            clock=clock or self.clock,
        )


@contextmanager
def toy_work(build: type[ToyBuild] = ToyBuild, reach: Reach = TOY_REACH) -> Iterator[None]:
    """Replace the work of Phases 2-5 and the registry's reach by the toys' while the block runs."""
    patches: list[Any] = [
        mock.patch.object(module, "Build", build) for module in (process_raw, process_analytics, precompute, predict)
    ]
    patches += [mock.patch.object(module, "REACH", reach) for module in (settings, plan_backfill)]
    patches.append(mock.patch.object(settings, "LOOKBACKS", TOY_LOOKBACKS))
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in reversed(patches):
            patch.stop()
