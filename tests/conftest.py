"""What every test shares: Hypothesis profiles, and where the real season is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.emulators.firestore import firestore, firestore_session
from tests.pure import season_archive

# Fixtures that every test may ask for; the emulator starts when one does.
__all__ = ["firestore", "firestore_session", "season_archive"]

if TYPE_CHECKING:
    from tests.emulators.pubsub import PubSub

pytest_plugins = ["tests.emulators.bigquery"]


@pytest.fixture(scope="session")
def pubsub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PubSub]:
    """Google's Pub/Sub emulator of this process; its clients are imported when a test first asks for it."""
    from tests.emulators.pubsub import pubsub_emulator

    with pubsub_emulator(tmp_path_factory.mktemp("pubsub")) as running:
        yield running
