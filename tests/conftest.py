"""What every test shares: Hypothesis profiles, and where the real season is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, settings

from shared.config import SAMPLE_ARCHIVE
from tests.emulators.firestore import firestore, firestore_session

# Fixtures that every test may ask for; the emulator starts when one does.
__all__ = ["firestore", "firestore_session", "season_archive"]

if TYPE_CHECKING:
    from tests.emulators.pubsub import PubSub

pytest_plugins = ["tests.emulators.bigquery"]

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


@pytest.fixture(scope="session")
def pubsub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PubSub]:
    """Google's Pub/Sub emulator of this process; its clients are imported when a test first asks for it."""
    from tests.emulators.pubsub import pubsub_emulator

    with pubsub_emulator(tmp_path_factory.mktemp("pubsub")) as running:
        yield running
