"""Phase 1: bring a date's games from the source into the landing zone.

A file that somebody corrected by hand (its digest is not the one that was written) is never overwritten; to
have it fetched again the operator deletes it. The manifest is written last and makes the files one.
"""

import json
from datetime import date
from typing import Any

from shared.domain import landing_format
from shared.domain.messages import UnitHint
from shared.domain.units import Unit
from shared.service.app import App
from shared.service.attempt import Inputs, Prepared, Step, run_unit
from shared.service.upstream import off_calendar

MANIFEST = "_manifest.json"


def scrape(app: App, hint: UnitHint) -> None:
    """Run Phase 1 of the date that a hint names."""
    run_unit(app, STEP, hint)


def landing_manifest(app: App, day: date) -> dict[str, Any] | None:
    """Return the manifest of a date's landing files, None before Phase 1 has written it."""
    content = app.landing.read(day, MANIFEST)
    return None if content is None else json.loads(content)


def _inputs(app: App, unit: Unit) -> Inputs | None:
    return None if off_calendar(app, unit) else {}


def _unchanged(_app: App, _unit: Unit, _inputs: Inputs) -> bool:
    return True


def _prepare(app: App, unit: Unit, _claimed: Inputs) -> Prepared:
    day = unit.game_date
    kept = _corrected_by_hand(app, day)
    rows = app.source.scrape(day)
    files = {f"{name}.jsonl": landing_format.render(lines) for name, lines in rows.items()}
    contents = {**files, **kept}
    digests = {name: landing_format.digest(content) for name, content in contents.items()}

    def publish() -> None:
        for name in sorted(files.keys() - kept.keys() - _corrected_by_hand(app, day).keys()):
            app.landing.write(day, name, files[name])
        written = {name: landing_format.digest(content) for name, content in files.items()}
        app.landing.write(day, MANIFEST, json.dumps({"files": written}, indent=1, sort_keys=True).encode())

    return Prepared(digests=digests, rows={name: len(lines) for name, lines in rows.items()}, publish=publish)


def _corrected_by_hand(app: App, day: date) -> dict[str, bytes]:
    """Return the contents of the date's files that are not as Phase 1 wrote them."""
    manifest = landing_manifest(app, day)
    kept: dict[str, bytes] = {}
    for name, written in (manifest or {"files": {}})["files"].items():
        content = app.landing.read(day, name)
        if content is not None and landing_format.digest(content) != written:
            kept[name] = content
    return kept


STEP = Step(phase=1, inputs=_inputs, unchanged=_unchanged, prepare=_prepare)
