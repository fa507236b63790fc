"""The functions as they are deployed, loaded into this process."""

from shared import bootstrap
from shared.adapters.embedded.push import FunctionApp
from shared.adapters.embedded.runner import App as Push
from shared.config import REPOSITORY_ROOT


def functions() -> dict[str, Push]:
    """Return the entry points that messages are pushed to, by name."""
    declared = bootstrap.topology().functions
    names = [name for name, function in declared.items() if function.topics]
    return {name: FunctionApp(name, REPOSITORY_ROOT / "functions" / name / "main.py").call for name in names}
