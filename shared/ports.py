"""What the services need from the outside world: Protocols and the records that cross them.

Everything above these Protocols is the same on every stack (embedded, rehearsal, cloud).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from shared.domain.alerts import Tier
from shared.domain.notices import Notice

Body = Mapping[str, Any]
Row = dict[str, Any]


class Clock(Protocol):
    """The time. The domain never reads a clock; services pass `now()` in."""

    def now(self) -> datetime:
        """Return the current time, timezone-aware UTC."""


class Bus(Protocol):
    """Publishing side of the message bus. Delivery is at least once, in no order."""

    def publish(self, topic: str, body: Body) -> str:
        """Publish a JSON body, confirmed before it returns; return the message id.

        Raises Retryable when the bus did not confirm.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A ledger document: its key (`units/3-2024-11-08`), its revision and its JSON body."""

    key: str
    revision: int
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One write of an atomic batch: a create when `revision` is None, else a compare-and-set on it."""

    key: str
    body: Body
    revision: int | None = None


class Store(Protocol):
    """The ledger's documents. Three writes only: create, compare-and-set, and an atomic batch of those.

    A key is `collection/document`; a range of keys lies within one collection, from `units/` to `units/~` at most.
    A revision is positive, and higher after each commit; what else it says is the store's own affair.
    """

    def get(self, key: str) -> Document | None:
        """Return the document, or None."""

    def get_many(self, keys: Sequence[str]) -> dict[str, Document]:
        """Return the documents that exist among `keys`, by key, read in one snapshot."""

    def scan(self, first: str, last: str) -> Iterator[Document]:
        """Yield documents with first <= key <= last, ascending by key."""

    def revisions(self, first: str, last: str) -> dict[str, int]:
        """Return the revision of each document with first <= key <= last, by key, without reading bodies."""

    def count(self, first: str, last: str, field: str, value: str) -> int:
        """Return how many documents with first <= key <= last have the text `value` in the field `field` of their body.

        A store that bills reads answers from its index, without reading documents.
        """

    def commit(self, writes: Sequence[Write]) -> dict[str, int]:
        """Apply all writes or none; return the new revision of each key.

        Raises Conflict when a document to create exists or a revision is not the current one.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One processor's statement for one date, in one attempt of a unit.

    `siblings` maps a table of the same unit (`nba_raw.player_boxscores`) to the staging name under which
    this attempt has just built it: the statement reads the staged partition instead of the published one.
    `external` maps a name in the SQL (`landing.shots`) to the URL of a JSON-lines file. `entity_column` names
    whom a row is about (`player_id`, `team`), where the table has such a column.
    """

    unit: str
    fence: int
    processor: str
    table: str
    game_date: date
    sql: str
    parameters: Mapping[str, Any]
    external: Mapping[str, str] = field(default_factory=dict)
    siblings: Mapping[str, str] = field(default_factory=dict)
    entity_column: str | None = None
    backfill_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A staged partition: where it is, how many rows, its order-free content digest, and that of each entity's rows.

    The digests leave out `processed_at` and `backfill_id`. `staging` is the name to put in `Job.siblings`. `entities`
    is by the text of the job's `entity_column`, empty without one.
    """

    job: Job
    staging: str
    rows: int
    digest: str
    entities: Mapping[str, str] = field(default_factory=dict)


class Warehouse(Protocol):
    """Runs BigQuery Standard SQL and replaces one date's partition of one table, atomically.

    Parameter types are declared in `shared/processors/parameters.py`, by parameter name.
    """

    @property
    def log_rows_kept(self) -> int:
        """Return how many log rows a caller may hold back before `append`: 0 where an idle process may vanish."""

    def stage(self, job: Job) -> Staged:
        """Run `job.sql` into a staging table named by unit, processor and fence; return it with its digest.

        Running the same job again replaces its staging. Raises Rejected on an error of the SQL itself,
        WarehouseUnavailable on any other.
        """

    def publish(self, staged: Staged) -> None:
        """Replace the partition `staged.job.game_date` of `staged.job.table` by the staged rows.

        Touches no other partition. Raises FenceRevoked when a later fence revoked this one.
        """

    def discard(self, staged: Staged) -> None:
        """Drop a staging table; quiet when it is gone. Raises StorageUnavailable, WarehouseUnavailable."""

    def revoke(self, unit: str, fences: range) -> None:
        """From now on refuse `publish` for each of these fences of `unit`; lower ones are settled already.

        A publish of one of them that has begun is over, either way, when this returns. Raises WarehouseUnavailable
        when that cannot be told yet.
        """

    def query(self, sql: str, parameters: Mapping[str, Any], siblings: Mapping[str, str] | None = None) -> list[Row]:
        """Return the rows of a SELECT, dates as `date`, in the statement's order."""

    def query_bytes(self, sql: str, parameters: Mapping[str, Any]) -> int:
        """Return the bytes that a SELECT over the published tables would read as they are now; nothing is run.

        Raises Rejected on an error of the SQL, WarehouseUnavailable on any other.
        """

    def digests(self, table: str, entity_column: str | None, first: date, last: date) -> dict[date, str]:
        """Return the content digest of each published partition of [first, last] that has rows, by date.

        It is that of `Staged.digest` for the same rows, `entity_column` being the job's. Raises WarehouseUnavailable.
        """

    def load(self, table: str, partitions: Mapping[date, Sequence[Row]]) -> None:
        """Replace each named partition of a table by rows from outside the pipeline; an empty list empties it."""

    def append(self, table: str, rows: Sequence[Row]) -> None:
        """Append rows to an append-only log table."""


class Landing(Protocol):
    """The landing zone: one folder a date, JSON-lines files that a person can read and correct.

    `landing/2024-11-15/{games,player_boxscores,shots}.jsonl`, and `_manifest.json` written last.
    """

    def url(self, game_date: date, name: str) -> str:
        """Return the URL of `name` (`shots.jsonl`) in the folder of `game_date`."""

    def read(self, game_date: date, name: str) -> bytes | None:
        """Return the file's bytes, or None when there is no such file. Raises StorageUnavailable."""

    def write(self, game_date: date, name: str, content: bytes) -> None:
        """Write the file in one step: a reader sees the old or the new content whole. Raises StorageUnavailable."""


class Source(Protocol):
    """Where Phase 1 gets games from."""

    def schedule(self, season: str) -> list[Row]:
        """Return the season's scheduled games, rows as in `landing.games`. Raises SourceMissing, SourceUnavailable."""

    def scrape(self, game_date: date) -> dict[str, list[Row]]:
        """Return the rows of `games`, `player_boxscores` and `shots` of a date, in the landing format.

        Raises SourceMissing when the source has no games on that date, SourceUnavailable when it did not answer.
        """


class Notifier(Protocol):
    """Tells people about an incident."""

    def send(self, tier: Tier, notice: Notice) -> None:
        """Tell whoever is in a tier; quiet where nobody is set up to be told.

        Raises NotifierUnavailable when it did not get through and may later, NotifierRefused when it never will.
        """
