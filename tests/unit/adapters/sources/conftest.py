"""The real season, where there is one; sample seasons of the synthetic source."""

import os
from pathlib import Path

import pytest

from shared.config import from_environment


@pytest.fixture(scope="session")
def season_archive() -> Path:
    """Return the folder of the real season. Missing, it fails the tests where CI runs and skips them elsewhere."""
    folder = from_environment(os.environ).archive
    if not folder.is_dir():
        message = f"no season archive in {folder}; SEASON_ARCHIVE names its folder"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder
