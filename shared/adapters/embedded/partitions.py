"""The warehouse's folder: one Parquet file a partition, each version under a name of its own.

    nba_raw.shots/game_date=2024-11-08.v000002.parquet

The highest version of a partition is the partition. A name is never given to other bytes: DuckDB opens a
Parquet file more than once a query, so a file replaced in place is read half old, half new. The version
before the current one stays for readers that have just listed it, and goes with the next publish or start.
A log table's parts (`part=000001`) are versioned in the same way.
"""

import os
import re
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Final

from shared.domain.errors import StorageUnavailable

_FILE: Final = re.compile(r"(?P<key>game_date=\d{4}-\d\d-\d\d|part=\d{6})\.v(?P<version>\d{6})\.parquet")
_TEMPORARY: Final = ".unpublished"


def partition_key(game_date: date) -> str:
    """Return the part of a file name that says which partition it is."""
    return f"game_date={game_date.isoformat()}"


def part_key(number: int) -> str:
    """Return the part of a file name that says which part of a log table it is."""
    return f"part={number:06d}"


class PartitionFolder:
    """The Parquet files of all tables under one folder. One process writes, any number read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def current(self, table: str) -> dict[str, Path]:
        """Return the newest file of each partition or part of a table, by key, ascending."""
        newest = {key: max(versions) for key, versions in self._versions(table).items()}
        return {key: self._path(table, key, newest[key]) for key in sorted(newest)}

    @contextmanager
    def unpublished(self, table: str) -> Iterator[Path]:
        """Yield a fresh path in the table's folder to write a file to; gone after the block unless published.

        Raises StorageUnavailable.
        """
        folder = self._folder / table
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{uuid.uuid4().hex}{_TEMPORARY}"
        try:
            yield path
        finally:
            # What cannot be deleted now, the next start deletes.
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def publish(self, written: Path, table: str, key: str) -> None:
        """Make an unpublished file the current version of `key`, in one step. Raises StorageUnavailable."""
        versions = sorted(self._versions(table).get(key, []))
        newest = versions[-1] if versions else 0
        with storage_errors(written):
            os.replace(written, self._path(table, key, newest + 1))
            for version in versions[:-1]:
                self._path(table, key, version).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete what an earlier process left: unpublished files, and every version but the newest.

        Raises StorageUnavailable.
        """
        with storage_errors(self._folder):
            for folder in [entry for entry in self._folder.glob("*") if entry.is_dir()]:
                keep = set(self.current(folder.name).values())
                for path in folder.iterdir():
                    superseded = _FILE.fullmatch(path.name) is not None and path not in keep
                    if superseded or path.suffix == _TEMPORARY:
                        path.unlink(missing_ok=True)

    def _versions(self, table: str) -> dict[str, list[int]]:
        versions: dict[str, list[int]] = defaultdict(list)
        with storage_errors(self._folder / table):
            for name in _names(self._folder / table):
                if found := _FILE.fullmatch(name):
                    versions[found["key"]].append(int(found["version"]))
        return versions

    def _path(self, table: str, key: str, version: int) -> Path:
        return self._folder / table / f"{key}.v{version:06d}.parquet"


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Raise StorageUnavailable, naming the path, for an OSError in the block: full, read-only, forbidden."""
    try:
        yield
    except OSError as error:
        raise StorageUnavailable(f"{path}: {error.strerror or error}") from error


def _names(folder: Path) -> Iterator[str]:
    try:
        yield from os.listdir(folder)
    except FileNotFoundError:
        return
