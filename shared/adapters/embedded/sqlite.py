"""Opening the embedded stack's SQLite files, and their errors in this project's words."""

import sqlite3
import time
from pathlib import Path
from typing import Final

from shared.domain.errors import Retryable, StorageUnavailable

# How long a statement waits for another process's write before it gives up as Retryable.
BUSY_TIMEOUT_SECONDS: Final = 30.0
BUSY_PAUSE_SECONDS: Final = 0.01
# 16 MiB of write-ahead log between checkpoints: each checkpoint waits for the disk.
CHECKPOINT_PAGES: Final = 4_000
BUSY_CODES: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
PRIMARY_CODE_MASK: Final = 0xFF


class Connection(sqlite3.Connection):
    """A connection that can be referenced weakly, so that its owner can close those still in use."""


def connect(path: Path, schema: str) -> Connection:
    """Return a connection in autocommit mode to the file at `path`, made if need be, with `schema` applied.

    The write-ahead log keeps every confirmed write over a killed process. Raises StorageUnavailable, Retryable.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            path, BUSY_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False, factory=Connection
        )
    except (OSError, sqlite3.Error) as error:
        raise storage_error(path, error) from error
    try:
        _prepare(connection, schema)
    except sqlite3.Error as error:
        connection.close()
        raise storage_error(path, error) from error
    return connection


def _prepare(connection: Connection, schema: str) -> None:
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    for statement in schema.split(";"):
        connection.execute(statement)


def _write_ahead(connection: Connection) -> None:
    """Have the file written ahead. Asking for the mode needs no lock, changing it that all others are quiet.

    Where two change it at once SQLite refuses one of them without waiting, so that one asks again.
    """
    until = time.monotonic() + BUSY_TIMEOUT_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > until:
                raise
            time.sleep(BUSY_PAUSE_SECONDS)


def storage_error(path: Path, error: Exception) -> Retryable:
    """Return the error to raise instead of SQLite's: Retryable for a lock, StorageUnavailable for all others."""
    if _is_busy(error):
        return Retryable(f"{path}: another process has been writing for {BUSY_TIMEOUT_SECONDS:.0f} s ({error})")
    return StorageUnavailable(f"{path}: {error}")


def _is_busy(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & PRIMARY_CODE_MASK in BUSY_CODES
