"""What only the SQLite store does: share a file, outlive its process, translate its errors."""

import subprocess
import sys
from pathlib import Path

import pytest

from shared.adapters.embedded.store import SqliteStore
from shared.domain.errors import Conflict, LookbackError, Retryable, StorageUnavailable
from shared.ports import Write

ROOT = Path(__file__).parents[3]


def test_two_processes_see_each_others_commits(tmp_path: Path) -> None:
    # Two stores on one file share nothing but the file, as two processes do.
    ours, theirs = SqliteStore(tmp_path / "ledger.sqlite"), SqliteStore(tmp_path / "ledger.sqlite")
    ours.commit([Write(key="a", body={"n": 0})])
    theirs.commit([Write(key="a", body={"n": 1}, revision=1)])
    with pytest.raises(Conflict, match="a"):
        ours.commit([Write(key="a", body={"n": 9}, revision=1)])
    for store in (ours, theirs):
        store.close()
    assert dict(SqliteStore(tmp_path / "ledger.sqlite").get_many(["a"])["a"].body) == {"n": 1}


def test_processes_that_open_a_new_file_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from shared.adapters.embedded.store import SqliteStore; "
        "from shared.ports import Write; "
        "SqliteStore(Path(sys.argv[1])).commit([Write(key=sys.argv[2], body={})])"
    )
    path = tmp_path / "ledger.sqlite"
    processes = [subprocess.Popen([sys.executable, "-c", script, str(path), f"units/{n}"], cwd=ROOT) for n in range(6)]
    assert [process.wait(timeout=60) for process in processes] == [0] * 6
    assert len(list(SqliteStore(path).scan("units/", "units/~"))) == 6


def test_commits_are_logged_ahead_and_the_log_is_synchronised(tmp_path: Path) -> None:
    connection = SqliteStore(tmp_path / "ledger.sqlite")._connection()
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (1,)  # NORMAL: the disk is waited for at checkpoints


def test_a_full_disk_is_storage_unavailable_and_nothing_is_written(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "ledger.sqlite")
    store.commit([Write(key="a", body={"n": 0})])
    store._connection().execute("PRAGMA max_page_count = 4")
    with pytest.raises(StorageUnavailable, match=r"ledger\.sqlite: .*full"):
        store.commit([Write(key="b", body={}), Write(key="c", body={"text": "x" * 100_000})])
    assert [document.key for document in store.scan("", "~")] == ["a"]
    assert store.commit([Write(key="a", body={"n": 1}, revision=1)]) == {"a": 2}


def test_a_read_only_file_is_storage_unavailable(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "ledger.sqlite")
    store._connection().execute("PRAGMA query_only = ON")
    with pytest.raises(StorageUnavailable, match="readonly"):
        store.commit([Write(key="a", body={})])


def test_a_path_that_cannot_be_a_file_is_storage_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "ledger.sqlite", tmp_path / "folder"):
        with pytest.raises(StorageUnavailable, match=str(path)):
            SqliteStore(path)


def test_a_file_that_is_no_database_is_storage_unavailable(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"landing rows " * 100)
    with pytest.raises(StorageUnavailable, match="not a database"):
        SqliteStore(tmp_path / "ledger.sqlite")


def test_another_process_that_keeps_the_file_is_retryable(tmp_path: Path) -> None:
    ours, theirs = SqliteStore(tmp_path / "ledger.sqlite"), SqliteStore(tmp_path / "ledger.sqlite")
    ours.commit([Write(key="a", body={})])
    ours._connection().execute("PRAGMA busy_timeout = 1")
    theirs._connection().execute("BEGIN IMMEDIATE")
    with pytest.raises(Retryable) as caught:
        ours.commit([Write(key="b", body={}), Write(key="c", body={})])
    assert not isinstance(caught.value, Conflict | StorageUnavailable)
    theirs._connection().execute("ROLLBACK")
    assert ours.commit([Write(key="b", body={}), Write(key="c", body={})]) == {"b": 1, "c": 1}


def test_every_sqlite_error_becomes_one_of_ours(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "ledger.sqlite")
    store._connection().execute("DROP TABLE document")
    for broken in (
        lambda: store.get("a"),
        lambda: store.get_many(["a"]),
        lambda: list(store.scan("a", "b")),
        lambda: store.commit([Write(key="a", body={})]),
    ):
        with pytest.raises(LookbackError, match="no such table"):
            broken()
