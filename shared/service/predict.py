"""Phase 5: features and predictions of a target, from its Phase 4 tables."""

from shared.domain.calendar import season_of
from shared.domain.messages import UnitHint
from shared.domain.units import Unit
from shared.service.app import App
from shared.service.attempt import Inputs, Prepared, Step, run_unit
from shared.service.build import Build
from shared.service.coordinate import lane_ended
from shared.service.selection import of_inputs
from shared.service.upstream import upstream_inputs, upstream_unchanged


def predict(app: App, hint: UnitHint) -> None:
    """Run Phase 5 of the target that a hint names; where nobody wants it, the target's lane ends before it."""
    if not run_unit(app, STEP, hint) and not lane_ended(app, hint):
        run_unit(app, STEP, hint)


def _prepare(app: App, unit: Unit, claimed: Inputs) -> Prepared:
    calendar = app.seasons.calendar(season_of(unit.game_date))
    parameters = {
        "game_date": unit.game_date,
        "season": calendar.season,
        "season_start": calendar.start,
        "early_season": unit.policy["early_season"] if unit.policy else "degrade",
        "processed_at": app.clock.now(),
        "backfill_id": next(iter(unit.wanted_by), ""),
    }
    return Build(app, unit, parameters, {}).run({}, of_inputs(unit, claimed))


STEP = Step(phase=5, inputs=upstream_inputs, unchanged=upstream_unchanged, prepare=_prepare)
