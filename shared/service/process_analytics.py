"""Phase 3: `nba_raw` -> `nba_analytics`, and the ledger's record of who appeared."""

from dataclasses import replace

from shared.domain.calendar import season_of
from shared.domain.messages import UnitHint
from shared.domain.units import Unit
from shared.processors.registry import APPEARANCES_SQL
from shared.service.app import App
from shared.service.attempt import Inputs, Prepared, Step, run_unit
from shared.service.build import Build
from shared.service.coordinate import lane_ended
from shared.service.ledger import appearances_body
from shared.service.selection import of_inputs
from shared.service.upstream import upstream_inputs, upstream_unchanged


def process_analytics(app: App, hint: UnitHint) -> None:
    """Run Phase 3 of the date that a hint names; where nobody wants it, the date's lane ends before it."""
    if not run_unit(app, STEP, hint) and not lane_ended(app, hint):
        run_unit(app, STEP, hint)


def _prepare(app: App, unit: Unit, claimed: Inputs) -> Prepared:
    day = unit.game_date
    raw = app.ledger.unit(2, day)
    rows = raw.unit.rows if raw else {}
    build = Build(app, unit, {"game_date": day, "season": season_of(day)}, {})
    teams = rows.get("team_boxscores")
    expected = {"nba_analytics.player_game_summary": rows.get("player_boxscores")}
    for table in ("nba_analytics.team_offense_game_summary", "nba_analytics.team_defense_game_summary"):
        expected[table] = teams
    counts = {table: count for table, count in expected.items() if count is not None}
    prepared = build.run(counts, of_inputs(unit, claimed))
    body = appearances_body(day, build.query(APPEARANCES_SQL))
    return replace(prepared, documents={f"appearances/{day.isoformat()}": body})


STEP = Step(phase=3, inputs=upstream_inputs, unchanged=upstream_unchanged, prepare=_prepare)
