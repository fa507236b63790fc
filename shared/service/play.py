"""Play a round of coordination on a season: observe, decide, commit, publish; a lost race repeats it."""

from collections.abc import Callable

from shared.domain.errors import Conflict
from shared.service.app import App
from shared.service.round import Round


def play(app: App, season: str, observe: Callable[[Round], object]) -> Round:
    """Play one round on a season, repeated until its commit stands; publish what it started; return it."""
    memory = app.seasons.get(season)
    with memory.lock:
        for _ in range(app.config.contention_attempts):
            current = Round(app, memory)
            observe(current)
            current.decide()
            try:
                current.commit()
            except Conflict:
                continue
            break
        else:
            raise Conflict(f"frontier/{season}: still contended after {app.config.contention_attempts} rounds")
    current.publish()
    return current
