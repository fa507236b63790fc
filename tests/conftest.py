"""What every test shares: the season archive, the emulators' fixtures, and which tests are slow."""

from pathlib import Path

import pytest

from tests.filled import filled_season, five_dates, loaded
from tests.pure import season_archive

__all__ = ["filled_season", "five_dates", "loaded", "season_archive"]

# The emulators' fixtures; one starts when a test asks for it.
pytest_plugins = ["tests.emulators.bigquery", "tests.emulators.firestore", "tests.emulators.pubsub"]
EMULATOR_FIXTURES = frozenset({"bigquery_proxy", "firestore_session", "pubsub"})
EMULATED = frozenset({"bigquery", "firestore", "pubsub"})
INTEGRATION = Path(__file__).parent / "integration"
BROWSER = Path(__file__).parent / "browser"
# Planted bugs: minutes, which say something of the tests and nothing new of the code.
MUTANTS = Path(__file__).parent / "mutants"
PLANTED = frozenset({"test_planted_bugs.py", "test_protocol_bugs.py", "test_terraform_bugs.py"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make integration` runs and `make test` leaves out: whole stacks, emulators, browsers, planted bugs."""
    for item in items:
        slow = any(item.path.is_relative_to(folder) for folder in (INTEGRATION, MUTANTS, BROWSER))
        if slow or item.path.name in PLANTED or _emulated(item):
            item.add_marker(pytest.mark.integration)


def _emulated(item: pytest.Item) -> bool:
    """Return whether a test asks for an emulator, as a fixture or as the adapter of a contract or a planted bug."""
    if EMULATOR_FIXTURES & frozenset(getattr(item, "fixturenames", ())):
        return True
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    named = (value if isinstance(value, str) else getattr(value, "port", None) for value in parameters)
    return any(name in EMULATED for name in named)
