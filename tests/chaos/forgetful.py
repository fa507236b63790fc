"""A planted bug: functions as in `function`, but for a sweep that never sends a unit's message again."""

from shared.service import sweep
from tests.chaos import function


def _send_nothing(*_: object, **__: object) -> None:
    """Take every message for heard."""


sweep._send_again = _send_nothing
globals()[function.TARGET] = getattr(function, function.TARGET)
