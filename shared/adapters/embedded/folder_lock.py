"""One runner a folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from shared.domain.errors import InvalidInput, StorageUnavailable

LOCK_NAME: Final = "runner.lock"


@contextmanager
def lock_folder(path: Path) -> Iterator[None]:
    """Hold the folder for this process, creating it if need be; the system frees it when the process dies.

    Raises InvalidInput naming the folder and the process that holds it, StorageUnavailable when the folder
    cannot be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StorageUnavailable(f"{path}: {error}") from error
    try:
        _lock(descriptor, path)
        yield
    finally:
        # Closing frees the lock. The file stays: removing it would let two runners lock two files of one name.
        os.close(descriptor)


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "another one"
        raise InvalidInput(
            "folder", str(path), f"a folder that no other run holds; process {holder} holds it"
        ) from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
