"""The system's clock."""

from datetime import UTC, datetime


class SystemClock:
    """The port `Clock` over the machine's wall clock."""

    def now(self) -> datetime:
        """Return the current time, timezone-aware UTC."""
        return datetime.now(UTC)
