"""Phase 2: landing files -> `nba_raw`, refused file and line when a file is malformed."""

from shared.domain import landing_format
from shared.domain.calendar import season_of
from shared.domain.errors import MalformedLanding
from shared.domain.messages import UnitHint
from shared.domain.units import Unit
from shared.service.app import App
from shared.service.attempt import Inputs, Prepared, Step, run_unit
from shared.service.build import Build
from shared.service.coordinate import lane_ended
from shared.service.selection import of_inputs
from shared.service.upstream import off_calendar, upstream_version

FILES = ("games", "player_boxscores", "shots")


def process_raw(app: App, hint: UnitHint) -> None:
    """Run Phase 2 of the date that a hint names; where nobody wants it, the date's lane ends before it."""
    if not run_unit(app, STEP, hint) and not lane_ended(app, hint):
        run_unit(app, STEP, hint)


def _inputs(app: App, unit: Unit) -> Inputs | None:
    """Return Phase 1's version and the digests of the files as they lie there now."""
    version = None if off_calendar(app, unit) else upstream_version(app, 1, unit.game_date)
    if version is None:
        return None
    contents = {name: app.landing.read(unit.game_date, f"{name}.jsonl") for name in FILES}
    digests = {name: landing_format.digest(content) for name, content in contents.items() if content is not None}
    return {"1": version, **digests}


def _unchanged(app: App, unit: Unit, inputs: Inputs) -> bool:
    return _inputs(app, unit) == dict(inputs)


def _prepare(app: App, unit: Unit, inputs: Inputs) -> Prepared:
    day = unit.game_date
    lines: dict[str, int] = {}
    for name in FILES:
        url = app.landing.url(day, f"{name}.jsonl")
        content = app.landing.read(day, f"{name}.jsonl")
        if content is None:
            raise MalformedLanding(url, 0, "the file is missing; write it, or delete the folder and retry Phase 1")
        if landing_format.digest(content) != inputs.get(name):
            raise MalformedLanding(url, 0, "the file was changed while it was read; retry")
        lines[name] = len(landing_format.parse(name, url, content, day))
    external = {f"landing.{name}": app.landing.url(day, f"{name}.jsonl") for name in FILES}
    parameters = {"game_date": day, "season": season_of(day)}
    games = len(app.seasons.calendar(season_of(day)).fixtures.get(day, ()))
    expected = {
        "nba_raw.games": games,
        "nba_raw.player_boxscores": lines["player_boxscores"],
        "nba_raw.team_boxscores": 2 * games,
        "nba_raw.shots": lines["shots"],
    }
    return Build(app, unit, parameters, external).run(expected, of_inputs(unit, inputs))


STEP = Step(phase=2, inputs=_inputs, unchanged=_unchanged, prepare=_prepare)
