"""The tree that a function's image is built from: a copy of what a deployment uploads."""

import shutil
from pathlib import Path

from infra.deploy.sources import uploaded
from shared.config import REPOSITORY_ROOT


def upload(folder: Path) -> Path:
    """Copy what is uploaded into a folder; return it."""
    for name in uploaded(REPOSITORY_ROOT):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY_ROOT / name, folder / name)
    return folder
