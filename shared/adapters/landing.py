"""The landing zone on any fsspec URL: a local folder, `gs://bucket/landing`, `memory://landing`."""

import errno
import os
import uuid
from datetime import date
from pathlib import Path
from typing import Final

import fsspec
from fsspec.implementations.local import LocalFileSystem

from shared.domain.errors import StorageUnavailable

_NOTHING_THERE: Final = frozenset({errno.ENOENT, errno.ENOTDIR})


class FsspecLanding:
    """Implements the Landing port: `<root>/2024-11-15/shots.jsonl`."""

    def __init__(self, root_url: str) -> None:
        self._filesystem, path = fsspec.core.url_to_fs(root_url)
        self._root = str(path).rstrip("/")
        self._local = isinstance(self._filesystem, LocalFileSystem)

    def url(self, game_date: date, name: str) -> str:
        """Return the file's URL; a plain absolute path for a local folder."""
        path = self._path(game_date, name)
        return path if self._local else str(self._filesystem.unstrip_protocol(path))

    def read(self, game_date: date, name: str) -> bytes | None:
        """Return the file's bytes, or None when there is no such file.

        Raises StorageUnavailable when the file is there but the disk or bucket does not give it.
        """
        path = self._path(game_date, name)
        try:
            content: bytes = self._filesystem.cat_file(path)
        except OSError as error:
            if isinstance(error, FileNotFoundError) or error.errno in _NOTHING_THERE:
                return None
            raise _unavailable("read", path, error) from error
        return content

    def write(self, game_date: date, name: str, content: bytes) -> None:
        """Write the file in one step: a reader sees the old or the new content, never half.

        Raises StorageUnavailable when the disk is full or read-only, or the permissions forbid it.
        """
        path = self._path(game_date, name)
        try:
            if self._local:
                _replace_local(Path(path), content)
            else:
                # An object store shows an object only once it was received whole.
                self._filesystem.pipe_file(path, content)
        except OSError as error:
            raise _unavailable("write", path, error) from error

    def _path(self, game_date: date, name: str) -> str:
        return f"{self._root}/{game_date.isoformat()}/{name}"


def _replace_local(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".{path.name}.{uuid.uuid4().hex}.part"
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _unavailable(verb: str, path: str, error: OSError) -> StorageUnavailable:
    return StorageUnavailable(f"cannot {verb} {path}: {error.strerror or error}")
