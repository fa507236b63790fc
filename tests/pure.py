"""What the tests of the pure domain need beside pytest: Hypothesis profiles, and where the real season is.

The planted bugs of the domain run in a copied tree, whose conftest.py this file is.
"""

import os
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from shared.config import SAMPLE_ARCHIVE

ARCHIVE_FILES = ("schedule.parquet", "player_boxscores.parquet", "shots.parquet")

settings.register_profile("default", deadline=None, max_examples=60, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=250, print_blob=True)
settings.register_profile(
    "mutants",
    deadline=None,
    max_examples=60,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    report_multiple_bugs=False,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def season_archive() -> Path:
    """The folder of the real season: SEASON_ARCHIVE, or the sample beside the project.

    Without it a test skips with one line; where CI=true it fails instead, so that nothing is proved by absence.
    """
    folder = Path(os.environ.get("SEASON_ARCHIVE") or SAMPLE_ARCHIVE)
    missing = [name for name in ARCHIVE_FILES if not (folder / name).is_file()]
    if missing:
        line = f"no season archive: {', '.join(missing)} not found in {folder} (set SEASON_ARCHIVE)"
        if os.environ.get("CI") == "true":
            pytest.fail(line, pytrace=False)
        pytest.skip(line)
    return folder
