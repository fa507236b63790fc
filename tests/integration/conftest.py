"""Fixtures of the integration tests: the oracle's season, and backfills of the real one that several tests read."""

from pathlib import Path

import pytest

from tests.oracle import season as oracle


@pytest.fixture(scope="session")
def season(season_archive: Path) -> oracle.Season:
    """The real season as the oracle computes it."""
    return oracle.load(season_archive)
