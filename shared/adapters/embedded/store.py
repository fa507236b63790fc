"""The ledger's documents in one SQLite file."""

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from shared.adapters.embedded.sqlite import Connection, connect, storage_error
from shared.adapters.json_text import encode
from shared.domain.errors import Conflict, InvalidInput
from shared.ports import Document, Write

SCAN_PAGE: Final = 500

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS document (
    key TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID
"""
GET: Final = "SELECT revision, body FROM document WHERE key = ?"
GET_MANY: Final = "SELECT key, revision, body FROM document WHERE key IN (SELECT value FROM json_each(?))"
REVISIONS: Final = "SELECT key, revision FROM document WHERE key >= ? AND key <= ?"
COUNT: Final = "SELECT COUNT(*) FROM document WHERE key >= ? AND key <= ? AND json_extract(body, ?) = ?"
SCAN: Final = "SELECT key, revision, body FROM document WHERE key >= ? AND key <= ? ORDER BY key LIMIT ?"
SCAN_ON: Final = "SELECT key, revision, body FROM document WHERE key > ? AND key <= ? ORDER BY key LIMIT ?"
CREATE: Final = "INSERT INTO document (key, revision, body) VALUES (?, 1, ?) ON CONFLICT DO NOTHING"
SWAP: Final = "UPDATE document SET revision = revision + 1, body = ? WHERE key = ? AND revision = ?"


class SqliteStore:
    """The port `Store` over one SQLite file, for any number of threads and processes.

    Every thread reads on a connection of its own. Writers of this process take turns on a lock, which is
    fair and cheap; SQLite's own lock, which other processes compete for, is polled and therefore neither.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.local()
        self._connections: weakref.WeakSet[Connection] = weakref.WeakSet()
        self._writing = threading.Lock()
        self._connection()

    def get(self, key: str) -> Document | None:
        """Return the document, or None. Raises StorageUnavailable, Retryable."""
        try:
            row = self._connection().execute(GET, (key,)).fetchone()
        except sqlite3.Error as error:
            raise storage_error(self._path, error) from error
        return None if row is None else Document(key=key, revision=row[0], body=json.loads(row[1]))

    def get_many(self, keys: Sequence[str]) -> dict[str, Document]:
        """Return the documents that exist among `keys`, by key, of one snapshot."""
        rows = self._rows(GET_MANY, (json.dumps(list(keys)),))
        return {key: Document(key=key, revision=revision, body=json.loads(body)) for key, revision, body in rows}

    def scan(self, first: str, last: str) -> Iterator[Document]:
        """Yield documents with first <= key <= last, ascending by key, read in pages.

        No transaction stays open between pages, so the caller may write while it iterates.
        """
        rows = self._rows(SCAN, (first, last, SCAN_PAGE))
        while rows:
            for key, revision, body in rows:
                yield Document(key=key, revision=revision, body=json.loads(body))
            rows = self._rows(SCAN_ON, (rows[-1][0], last, SCAN_PAGE)) if len(rows) == SCAN_PAGE else []

    def revisions(self, first: str, last: str) -> dict[str, int]:
        """Return the revision of each document with first <= key <= last, by key, without reading bodies."""
        try:
            return dict(self._connection().execute(REVISIONS, (first, last)).fetchall())
        except sqlite3.Error as error:
            raise storage_error(self._path, error) from error

    def count(self, first: str, last: str, field: str, value: str) -> int:
        """Return how many documents with first <= key <= last have the text `value` in `field`."""
        try:
            row = self._connection().execute(COUNT, (first, last, f'$."{field}"', value)).fetchone()
        except sqlite3.Error as error:
            raise storage_error(self._path, error) from error
        return int(row[0])

    def commit(self, writes: Sequence[Write]) -> dict[str, int]:
        """Apply all writes or none; return the new revision of each key.

        Raises Conflict naming the key that exists or moved, InvalidInput when a key is written twice,
        StorageUnavailable on a full or read-only disk, Retryable when another process kept the file.
        """
        encoded = [(write, encode(write.body)) for write in writes]
        if len({write.key for write in writes}) != len(writes):
            raise InvalidInput("writes", [write.key for write in writes], "every key once in a batch")
        connection = self._connection()
        try:
            with self._writing:
                if len(encoded) == 1:
                    _apply(connection, *encoded[0])
                else:
                    _apply_all(connection, encoded)
        except sqlite3.Error as error:
            raise storage_error(self._path, error) from error
        return {write.key: 1 if write.revision is None else write.revision + 1 for write in writes}

    def close(self) -> None:
        """Close the connections of every thread; the store is not used afterwards."""
        for connection in list(self._connections):
            connection.close()

    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = self._threads.connection = connect(self._path, SCHEMA)
            self._connections.add(connection)
        return connection

    def _rows(self, statement: str, parameters: tuple[object, ...]) -> list[tuple[str, int, str]]:
        try:
            return self._connection().execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise storage_error(self._path, error) from error


def _apply(connection: Connection, write: Write, body: str) -> None:
    # One statement is a transaction of its own, so a batch of one needs no BEGIN and COMMIT around it.
    if write.revision is None:
        if connection.execute(CREATE, (write.key, body)).rowcount != 1:
            raise Conflict(f"{write.key}: exists already")
    elif connection.execute(SWAP, (body, write.key, write.revision)).rowcount != 1:
        raise Conflict(f"{write.key}: revision {write.revision} is not the current one")


def _apply_all(connection: Connection, encoded: Sequence[tuple[Write, str]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for write, body in encoded:
            _apply(connection, write, body)
        connection.execute("COMMIT")
    finally:
        # SQLite rolls back by itself after some errors (a full disk), and refuses a second rollback then.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
