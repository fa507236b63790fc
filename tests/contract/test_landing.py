"""What every Landing must do, on a local folder and on an object store."""

import errno
import os
import threading
from datetime import date
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from shared.adapters.landing import FsspecLanding
from shared.domain.errors import StorageUnavailable

NOV8 = date(2024, 11, 8)
NOV9 = date(2024, 11, 9)


@pytest.fixture(params=["plain", "file", "memory"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    places = {
        "plain": str(tmp_path / "landing"),
        "file": f"file://{tmp_path}/landing",
        "memory": f"memory://{tmp_path.name}/landing/",
    }
    return places[request.param]


def test_what_was_written_is_read(root: str) -> None:
    landing = FsspecLanding(root)
    landing.write(NOV8, "shots.jsonl", b'{"a": 1}\n')
    landing.write(NOV9, "shots.jsonl", b"")
    assert landing.read(NOV8, "shots.jsonl") == b'{"a": 1}\n'
    assert landing.read(NOV9, "shots.jsonl") == b""
    landing.write(NOV8, "shots.jsonl", b"x")
    assert FsspecLanding(root).read(NOV8, "shots.jsonl") == b"x"


def test_a_missing_file_or_folder_is_none(root: str) -> None:
    landing = FsspecLanding(root)
    assert landing.read(NOV8, "_manifest.json") is None
    landing.write(NOV8, "shots.jsonl", b"x")
    assert landing.read(NOV8, "_manifest.json") is None


def test_the_url_opens_the_same_bytes(root: str) -> None:
    landing = FsspecLanding(root)
    landing.write(NOV8, "shots.jsonl", b"x")
    url = landing.url(NOV8, "shots.jsonl")
    assert url.endswith("/landing/2024-11-08/shots.jsonl")
    with fsspec.open(url, "rb") as file:
        assert file.read() == b"x"


def test_a_relative_folder_gives_absolute_urls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    landing = FsspecLanding("landing")
    landing.write(NOV8, "games.jsonl", b"x")
    assert landing.url(NOV8, "games.jsonl") == str(tmp_path / "landing" / "2024-11-08" / "games.jsonl")


def test_a_reader_sees_the_old_or_the_new_content_never_half(root: str) -> None:
    landing = FsspecLanding(root)
    contents = [bytes([letter]) * 200_000 for letter in b"ab"]
    landing.write(NOV8, "shots.jsonl", contents[0])
    done = threading.Event()

    def write() -> None:
        for turn in range(60):
            landing.write(NOV8, "shots.jsonl", contents[turn % 2])
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not done.is_set():
        seen.add(landing.read(NOV8, "shots.jsonl"))
    writer.join()
    assert seen <= set(contents)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_folder_that_refuses_is_unavailable_and_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    landing = FsspecLanding(str(tmp_path))
    landing.write(NOV8, "shots.jsonl", b"old")

    def refuse(path: Path, content: bytes) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(StorageUnavailable, match=os.strerror(code)):
        landing.write(NOV8, "shots.jsonl", b"new")
    assert landing.read(NOV8, "shots.jsonl") == b"old"
    assert [path.name for path in (tmp_path / "2024-11-08").iterdir()] == ["shots.jsonl"]


def test_a_file_where_the_folder_should_be_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "2024-11-08").write_text("a file")
    landing = FsspecLanding(str(tmp_path))
    with pytest.raises(StorageUnavailable):
        landing.write(NOV8, "shots.jsonl", b"new")
    assert landing.read(NOV8, "shots.jsonl") is None


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO])
def test_a_store_that_does_not_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(*arguments: Any, **options: Any) -> bytes:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(MemoryFileSystem, "cat_file", refuse)
    monkeypatch.setattr(MemoryFileSystem, "pipe_file", refuse)
    landing = FsspecLanding("memory://refusing")
    with pytest.raises(StorageUnavailable, match="cannot read"):
        landing.read(NOV8, "shots.jsonl")
    with pytest.raises(StorageUnavailable, match="cannot write"):
        landing.write(NOV8, "shots.jsonl", b"x")
