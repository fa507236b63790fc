"""A small disk of its own, which can be filled up: a tmpfs."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FILLER = "filler"
PIECE = b"\0" * 65_536


@dataclass(frozen=True, kw_only=True)
class Disk:
    """A mounted folder. `bounded` is false where nobody may mount one: it is then a plain folder, never filled."""

    folder: Path
    bounded: bool

    def fill(self) -> None:
        """Leave no byte free."""
        with (self.folder / FILLER).open("wb", buffering=0) as filler:
            try:
                while filler.write(PIECE):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def free(self) -> None:
        """Take back what `fill` took."""
        (self.folder / FILLER).unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Yield a disk of its own at `folder`; unmount it afterwards whatever happens."""
    folder.mkdir(parents=True)
    bounded = os.geteuid() == 0 and _mount("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder))
    try:
        yield Disk(folder=folder, bounded=bounded)
    finally:
        # Lazily: a server that is being stopped may hold a file of it still.
        if bounded and not _mount("umount", "--lazy", str(folder)):
            raise OSError(f"{folder} is still mounted")


def _mount(*argv: str) -> bool:
    return subprocess.run(argv, capture_output=True, check=False).returncode == 0
