from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from shared.adapters.gcp.parameters import bind
from shared.domain.errors import InvalidInput
from shared.processors.parameters import PARAMETER_TYPES

NOV8 = date(2024, 11, 8)
TEAM = {"team": "BOS", "opponent": "NYK", "is_home": True, "floor": NOV8, "shortage": None, "team_games": 8}


def sent(name: str, value: Any) -> dict[str, Any]:
    """Return a parameter's value and type as they go over the wire."""
    [parameter] = bind(f"SELECT @{name}", {name: value})
    found: dict[str, Any] = parameter.to_api_repr()
    assert found["name"] == name
    return found


@pytest.mark.parametrize(
    ("name", "value", "kind", "text"),
    [
        ("game_date", NOV8, "DATE", "2024-11-08"),
        ("game_date", None, "DATE", None),
        ("season", "it's \"24", "STRING", "it's \"24"),
        ("processed_at", datetime(2024, 11, 9, 5, tzinfo=UTC), "TIMESTAMP", "2024-11-09 05:00:00+00:00"),
        (
            "processed_at",
            datetime(2024, 11, 9, 0, 30, tzinfo=timezone(timedelta(hours=-5))),
            "TIMESTAMP",
            "2024-11-09 05:30:00+00:00",
        ),
    ],
)
def test_a_scalar_has_its_declared_type(name: str, value: Any, kind: str, text: str | None) -> None:
    found = sent(name, value)
    assert (found["parameterType"], found["parameterValue"]) == ({"type": kind}, {"value": text})


@pytest.mark.parametrize(
    ("value", "values"), [([], []), (None, []), ([NOV8, NOV8], [{"value": "2024-11-08"}, {"value": "2024-11-08"}])]
)
def test_an_array_has_its_declared_type_even_when_it_is_empty(value: Any, values: list[Any]) -> None:
    found = sent("hidden_dates", value)
    assert found["parameterType"] == {"type": "ARRAY", "arrayType": {"type": "DATE"}}
    assert found["parameterValue"] == {"arrayValues": values}


@pytest.mark.parametrize("value", [[], None, [TEAM]])
def test_an_array_of_structs_has_its_fields_even_when_it_is_empty(value: Any) -> None:
    found = sent("teams", value)
    declared = found["parameterType"]["arrayType"]["structTypes"]
    assert [(each["name"], each["type"]["type"]) for each in declared] == [
        ("team", "STRING"),
        ("opponent", "STRING"),
        ("is_home", "BOOL"),
        ("floor", "DATE"),
        ("shortage", "STRING"),
        ("team_games", "INT64"),
    ]
    rows = found["parameterValue"]["arrayValues"]
    assert len(rows) == len(value or [])
    for row in rows:
        assert row["structValues"]["floor"] == {"value": "2024-11-08"}
        assert row["structValues"]["shortage"] == {"value": None}


@pytest.mark.parametrize("name", PARAMETER_TYPES)
def test_every_declared_parameter_can_be_bound(name: str) -> None:
    empty = [] if PARAMETER_TYPES[name].startswith("ARRAY") else None
    assert sent(name, empty)["parameterType"]


def test_only_what_occurs_is_bound() -> None:
    sql = "SELECT @season, '@game_date', @season"
    assert [each.name for each in bind(sql, {"season": "2024-25", "game_date": NOV8, "other": object()})] == ["season"]


@pytest.mark.parametrize(
    ("sql", "named"), [("SELECT @season, @game_date", "also season"), ("SELECT @unheard_of", "@unheard_of")]
)
def test_a_parameter_not_given_or_not_declared_is_named(sql: str, named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        bind(sql, {"game_date": NOV8})
