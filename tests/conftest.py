"""What every test shares: the season archive, the emulators' fixtures, and which tests are slow."""

from pathlib import Path

import pytest

from tests.pure import season_archive

__all__ = ["season_archive"]

# The emulators' fixtures; one starts when a test asks for it.
pytest_plugins = ["tests.emulators.bigquery", "tests.emulators.firestore", "tests.emulators.pubsub"]
EMULATOR_FIXTURES = frozenset({"bigquery_proxy", "firestore_session", "pubsub"})
INTEGRATION = Path(__file__).parent / "integration"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make integration` runs and `make test` leaves out: whole stacks, and whatever starts an emulator.

    A parameter that asks for an emulator later, by its name, carries the mark itself.
    """
    for item in items:
        fixtures = frozenset(getattr(item, "fixturenames", ()))
        if item.path.is_relative_to(INTEGRATION) or fixtures & EMULATOR_FIXTURES:
            item.add_marker(pytest.mark.integration)
