"""DuckDB's errors in the project's words; one transaction; a cursor for each thread."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread

import duckdb
import pytest

from shared.adapters.embedded.duckdb_session import DuckDbSession, translated
from shared.adapters.embedded.parquet_tables import copy_to_parquet
from shared.domain.errors import LookbackError, Rejected, StorageUnavailable, WarehouseUnavailable


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (duckdb.ParserException("x"), Rejected),
        (duckdb.BinderException("x"), Rejected),
        (duckdb.CatalogException("x"), Rejected),
        (duckdb.ConversionException("x"), Rejected),
        (duckdb.OutOfRangeException("x"), Rejected),
        (duckdb.InvalidInputException("x"), Rejected),
        (duckdb.TypeMismatchException("x"), Rejected),
        (duckdb.OutOfMemoryException("x"), WarehouseUnavailable),
        (duckdb.IOException("Could not read enough bytes"), WarehouseUnavailable),
        (duckdb.InternalException("x"), WarehouseUnavailable),
        (duckdb.FatalException("x"), WarehouseUnavailable),
        (duckdb.InterruptException("x"), WarehouseUnavailable),
        (duckdb.ConnectionException("x"), WarehouseUnavailable),
        (duckdb.TransactionException("x"), WarehouseUnavailable),
        (duckdb.PermissionException("x"), WarehouseUnavailable),
        (duckdb.Error("TProtocolException: Invalid data"), WarehouseUnavailable),
        (duckdb.IOException("Could not write file: No space left on device"), StorageUnavailable),
        (duckdb.IOException("Cannot open file: Permission denied"), StorageUnavailable),
        (duckdb.IOException("Cannot open file: Read-only file system"), StorageUnavailable),
        (duckdb.IOException("Could not write file: Disk quota exceeded"), StorageUnavailable),
    ],
)
def test_errors(error: duckdb.Error, kind: type[LookbackError]) -> None:
    assert type(translated(error)) is kind


def test_a_statement_beyond_the_memory_limit_is_unavailable() -> None:
    session = DuckDbSession(memory_limit="20MB")
    session.execute("SET max_temp_directory_size = '0KB'")
    with pytest.raises(WarehouseUnavailable):
        session.tuples("SELECT list(i ORDER BY -i) FROM range(20000000) r(i)")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full, a disk that is always full, is Linux's")
def test_a_full_disk_is_storage_unavailable(tmp_path: Path) -> None:
    (tmp_path / "full.parquet").symlink_to("/dev/full")
    session = DuckDbSession()
    session.execute("CREATE TABLE numbers AS SELECT i FROM range(1000) r(i)")
    with pytest.raises(StorageUnavailable, match="No space left"):
        copy_to_parquet(session, "numbers", tmp_path / "full.parquet")


def test_a_transaction_is_all_or_nothing() -> None:
    session = DuckDbSession()
    session.execute("CREATE TABLE numbers (i INTEGER)")
    with session.transaction():
        session.execute("INSERT INTO numbers VALUES (1)")

    def insert_then(failing: Callable[[], object]) -> None:
        with session.transaction():
            session.execute("INSERT INTO numbers VALUES (2)")
            failing()

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(Rejected):
        insert_then(lambda: session.execute("SELECT nope"))
    with pytest.raises(KeyboardInterrupt):
        insert_then(interrupt)
    assert session.tuples("SELECT i FROM numbers") == [(1,)]


def test_a_thread_does_not_see_another_threads_open_transaction() -> None:
    session = DuckDbSession()
    session.execute("CREATE TABLE numbers (i INTEGER)")
    seen: list[list[tuple[int]]] = []
    with session.transaction():
        session.execute("INSERT INTO numbers VALUES (1)")
        other = Thread(target=lambda: seen.append(session.tuples("SELECT i FROM numbers")))
        other.start()
        other.join()
    assert seen == [[]]
