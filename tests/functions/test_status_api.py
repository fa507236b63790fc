"""The JSON API of the `status` function, held to its own OpenAPI description."""

import re
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from shared.service.app import App
from shared.service.pages.api_resources import RESOURCES
from shared.service.pages.openapi import openapi
from tests.filled import FIRST, LAST
from tests.functions.conftest import DAYS, plant

# One good value for each part of a path, by name; in the folder of five dates all of them name something.
PARTS = {"season": "2024-25", "id": "first", "date": LAST, "phase": "4"}
QUERIES = {"/check": f"?start={FIRST}&end={LAST}", "/search": "?q=first"}


@pytest.mark.parametrize(
    ("path", "code", "found"),
    [
        ("", 200, lambda body: "/api/backfills/{id}" in body["paths"]),
        ("/backfills", 200, lambda body: {each["id"] for each in body["backfills"]} == {"a", "c"}),
        ("/backfills/c", 200, lambda body: (body["status"], body["stopped_at"]) == ("paused", "")),
        ("/backfills/a", 200, lambda body: (body["status"], body["done"]) == ("complete", 10)),
        ("/backfills/a/plan", 200, lambda body: body["targets"] == [str(each) for each in DAYS[:2]]),
        ("/backfills/a/failed", 200, lambda body: body["failed"] == []),
        ("/backfills/c/failed", 200, lambda body: [each["key"] for each in body["failed"]] == ["units/1-2024-10-24"]),
        ("/backfills/c/page", 200, lambda body: body["targets"][0]["phases"][0] == "failed"),
        ("/backfills/b/failed", 404, lambda body: "'b'" in body["error"]),
        ("/backfills/b", 404, lambda body: "'b'" in body["error"]),
        ("/backfills/a/price", 404, lambda body: "no such path" in body["error"]),
        ("/check?start=2024-10-22&end=2024-10-24", 200, lambda body: body["dates"][2]["needed"] == [1, 2, 3, 4, 5]),
        ("/check?start=soon&end=2024-10-24", 400, lambda body: "start: got 'soon'" in body["error"]),
        ("/check", 400, lambda body: "start: got None" in body["error"]),
        ("/units/3/2024-10-22", 200, lambda body: body["unit"]["status"] == "complete"),
        ("/units/3/2024-10-25", 200, lambda body: body["unit"] is None),
        ("/units/6/2024-10-22", 400, lambda body: "a phase from 1 to 5" in body["error"]),
        ("/seasons", 200, lambda body: body["seasons"] == ["2024-25"]),
        ("/seasons/2024-25", 200, lambda body: [each["worst"] for each in body["dates"]][2:] == ["failed", "absent"]),
        ("/seasons/2024-25?team=AAA", 200, lambda body: len(body["dates"]) == 4),
        ("/seasons/2024-25?team=ZZZ", 404, lambda body: "AAA, BBB" in body["error"]),
        ("/seasons/2023-24", 404, lambda body: "2024-25" in body["error"]),
        ("/problems", 200, lambda body: [each["phase"] for each in body["units"]] == [1]),
        ("/dates/2024-11-30", 400, lambda body: "a date on which the schedule has a game" in body["error"]),
        ("/players/nobody", 404, lambda body: "a whole number" in body["error"]),
        (f"/players/{10**19}", 404, lambda body: "a whole number" in body["error"]),
        ("/search?q=2024-10-23", 200, lambda body: [each["thing"] for each in body["found"]] == ["date"]),
        ("/search?q=bbb", 200, lambda body: [each["id"] for each in body["found"]] == ["BBB"]),
        ("/players/" + "9" * 5000, 404, lambda body: "a whole number" in body["error"]),
        ("/search?q=%C2%B2", 200, lambda body: body["found"] == []),  # a digit to Python, and no number
        ("/check?start=0001-01-01&end=2024-10-24", 400, lambda body: "of the years 1900 to 2199" in body["error"]),
        ("/search?q=" + "x" * 201, 400, lambda body: "at most 200" in body["error"]),
        ("/rejections", 200, lambda body: body["rejections"][0]["topic"] == "sweep"),
        ("/dead-letters", 200, lambda body: body["dead_letters"][0]["subscription"] == "scrape.x"),
        ("/<script>", 404, lambda body: "no such path" in body["error"]),
    ],
)
def test_each_path_answers(app: App, client: Any, path: str, code: int, found: Any) -> None:
    plant(app)
    answered = client.get("/api" + path)
    assert answered.status_code == code, answered.json
    assert found(answered.json), answered.json
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    assert answered.content_type == "application/json"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("path", ["/", "/api/backfills/a", "/backfills/a", "/assets/style.css"])
def test_nothing_can_be_written(app: App, client: Any, method: str, path: str) -> None:
    plant(app)
    before = list(app.ledger.store.scan("", "~"))
    answered = getattr(client, method)(path)
    assert (answered.status_code, answered.headers["Allow"]) == (405, "GET, HEAD")
    assert list(app.ledger.store.scan("", "~")) == before


def test_the_description_is_openapi() -> None:
    validate(openapi())


def test_the_description_names_every_path(app: App, client: Any) -> None:
    described = client.get("/api/openapi.json").json
    assert list(described["paths"]) == [f"/api{each.path}" for each in RESOURCES]
    assert [*described["paths"], "/api/openapi.json"] == client.get("/api").json["paths"]


@pytest.mark.parametrize("template", [each.path for each in RESOURCES])
def test_answers_are_as_described(computed: App, client: Any, template: str) -> None:
    path = address_of(computed, template)
    answered = client.get(f"/api{path}{QUERIES.get(path, '')}")
    assert answered.status_code == 200, answered.json
    assert answered.json
    check(answered.json, template, "200")


@pytest.mark.parametrize("template", [each.path for each in RESOURCES])
def test_answers_of_an_unfinished_ledger_are_as_described(app: App, client: Any, template: str) -> None:
    plant(app)
    answered = client.get("/api" + re.sub("{id}", "c", template).format(**PARTS | {"player": "1"}))
    check(answered.json, template, str(answered.status_code))


@pytest.mark.parametrize(
    ("template", "change"),
    [
        ("/seasons", lambda body: body.pop("seasons")),
        ("/backfills/{id}", lambda body: body.update(total="10")),
        ("/backfills/{id}", lambda body: body.update(surplus=1)),
        ("/dates/{date}", lambda body: body["units"][0].update(state=None)),
        ("/players/{player}", lambda body: body["targets"][0].update(tier="SUPERB")),
    ],
)
def test_an_answer_that_is_not_as_described_is_noticed(computed: App, client: Any, template: str, change: Any) -> None:
    body = client.get(f"/api{address_of(computed, template)}").json
    change(body)
    with pytest.raises(jsonschema.ValidationError):
        check(body, template, "200")


def check(body: Any, template: str, code: str) -> None:
    """Hold an answer to what the description says of its path and status."""
    described = openapi()
    schema = described["paths"][f"/api{template}"]["get"]["responses"][code]["content"]["application/json"]["schema"]
    whole = {**schema, "components": described["components"]}
    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(body)


def address_of(app: App, template: str) -> str:
    rows = app.warehouse.query(
        "SELECT player_id FROM nba_precompute.player_daily_cache WHERE game_date = @game_date ORDER BY player_id",
        {"game_date": DAYS[0].fromisoformat(LAST)},
    )
    return template.format(**PARTS, player=rows[0]["player_id"])
