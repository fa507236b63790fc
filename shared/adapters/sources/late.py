"""A source that is made at its first request: most processes never ask theirs, and need not have its packages."""

import threading
from collections.abc import Callable
from datetime import date

from shared.ports import Row, Source


class LateSource:
    """Passes requests on to the source that `make` returns, which is called once; threads may share it.

    What `make` raises a request raises, too, and the next one tries again.
    """

    def __init__(self, make: Callable[[], Source]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: Source | None = None

    def schedule(self, season: str) -> list[Row]:
        """Return what the source returns."""
        return self._source().schedule(season)

    def scrape(self, game_date: date) -> dict[str, list[Row]]:
        """Return what the source returns."""
        return self._source().scrape(game_date)

    def _source(self) -> Source:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made
