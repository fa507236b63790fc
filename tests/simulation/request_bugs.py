"""Guards of requests and of landing files, each taken away (DESIGN's rules j and k)."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from shared.domain import landing_format
from shared.domain.messages import BackfillRequest
from shared.domain.units import Unit
from shared.service import plan_backfill, process_raw, scrape
from shared.service.app import App
from shared.service.attempt import Inputs, Prepared
from tests.simulation import scripted, scripted_requests
from tests.simulation.planted_bug import PlantedBug

PREPARE = scrape.STEP.prepare
INPUTS = process_raw.STEP.inputs


def _own_identity(_app: App, request: BackfillRequest, message_id: str) -> str:
    return request.request_id or message_id


def _identity_of_anything_like_it(app: App, request: BackfillRequest, message_id: str) -> str:
    asked = plan_backfill._asked(request)
    alike = [each.id for each, _ in app.ledger.backfills() if plan_backfill._asked(each.request) == asked]
    return request.request_id or (alike[0] if alike else message_id)


def _identity_of_a_moment(app: App, request: BackfillRequest, message_id: str) -> str:
    return request.request_id or f"{message_id}-{app.clock.now():%H%M%S%f}"


def _nothing_was_corrected(_app: App, _day: date) -> dict[str, bytes]:
    return {}


def _prepare_with_the_manifest_first(app: App, unit: Unit, claimed: Inputs) -> Prepared:
    prepared, day = PREPARE(app, unit, claimed), unit.game_date
    found = app.source.scrape(day)
    written = {f"{name}.jsonl": landing_format.digest(landing_format.render(rows)) for name, rows in found.items()}

    def publish() -> None:
        kept = scrape._corrected_by_hand(app, day)
        app.landing.write(day, scrape.MANIFEST, json.dumps({"files": written}).encode())
        for name, rows in found.items():
            if f"{name}.jsonl" not in kept:
                app.landing.write(day, f"{name}.jsonl", landing_format.render(rows))

    return replace(prepared, publish=publish)


def _inputs_without_files(app: App, unit: Unit) -> Inputs | None:
    found = INPUTS(app, unit)
    return None if found is None else {"1": found["1"]}


def _prepare_without_files(app: App, unit: Unit, _claimed: Inputs) -> Any:
    return process_raw._prepare(app, unit, INPUTS(app, unit) or {})


REQUEST_BUGS: Mapping[str, PlantedBug] = {
    "an identical live request is not joined": PlantedBug(
        rule="j", script=scripted_requests.same_is_asked_twice, patches=((plan_backfill, "_identity", _own_identity),)
    ),
    "a request is joined to one that has ended": PlantedBug(
        rule="j",
        script=scripted_requests.same_is_asked_when_it_has_ended,
        patches=((plan_backfill, "_identity", _identity_of_anything_like_it),),
    ),
    "a request that is delivered twice is two": PlantedBug(
        rule="j",
        script=scripted_requests.request_comes_again_when_it_has_ended,
        patches=((plan_backfill, "_identity", _identity_of_a_moment),),
    ),
    "a correction by hand is overwritten": PlantedBug(
        rule="k",
        script=scripted_requests.corrected_date_is_scraped_again,
        patches=((scrape, "_corrected_by_hand", _nothing_was_corrected),),
    ),
    "the landing manifest is written before its files": PlantedBug(
        rule="k",
        script=scripted_requests.scrape_dies_half_way,
        patches=((scrape, "STEP", replace(scrape.STEP, prepare=_prepare_with_the_manifest_first)),),
    ),
    "Phase 2 does not record which files it read": PlantedBug(
        rule="k",
        script=scripted.file_is_corrected_by_hand,
        patches=(
            (
                process_raw,
                "STEP",
                replace(
                    process_raw.STEP,
                    inputs=_inputs_without_files,
                    unchanged=lambda app, unit, inputs: _inputs_without_files(app, unit) == dict(inputs),
                    prepare=_prepare_without_files,
                ),
            ),
        ),
    ),
}
