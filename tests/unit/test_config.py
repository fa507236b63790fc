from dataclasses import fields
from pathlib import Path

import pytest

from shared.config import SAMPLE_ARCHIVE, Config, from_environment
from shared.domain.errors import InvalidInput


def test_an_empty_environment_gives_the_defaults() -> None:
    assert from_environment({"PATH": "/bin", "HOME": "/root"}) == Config()


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("LOOKBACK_HOME", "elsewhere", "home", "elsewhere"),
        ("LOOKBACK_SOURCE", "archive", "source", "archive"),
        ("LOOKBACK_NBA_PROXY", "http://10.0.0.1:3128", "nba_proxy", "http://10.0.0.1:3128"),
        ("LOOKBACK_MAX_IN_FLIGHT", "4", "max_in_flight", 4),
        ("LOOKBACK_RETRY_SECONDS", "0.5", "retry_seconds", 0.5),
        ("LOOKBACK_RETRY_SECONDS", "3", "retry_seconds", 3.0),
        ("LOOKBACK_CHAOS_DUPLICATE", "TRUE", "chaos_duplicate", True),
        ("LOOKBACK_CHAOS_DUPLICATE", "false", "chaos_duplicate", False),
        ("LOOKBACK_CHAOS_SHUFFLE_SEED", "-1", "chaos_shuffle_seed", -1),
        ("SEASON_ARCHIVE", "/data/season", "season_archive", "/data/season"),
    ],
)
def test_a_variable_sets_its_field(variable: str, text: str, field: str, value: object) -> None:
    found = getattr(from_environment({variable: text}), field)
    assert (found, type(found)) == (value, type(value))


def test_the_archive_has_no_second_name() -> None:
    assert from_environment({"LOOKBACK_SEASON_ARCHIVE": "/data/season"}).season_archive == ""


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("LOOKBACK_WORKERS", "two"),
        ("LOOKBACK_WORKERS", "2.0"),
        ("LOOKBACK_WORKERS", ""),
        ("LOOKBACK_RETRY_SECONDS", "soon"),
        ("LOOKBACK_CHAOS_DUPLICATE", "yes"),
        ("LOOKBACK_CHAOS_DUPLICATE", "1"),
        ("LOOKBACK_SOURCE", "nba"),
        ("LOOKBACK_WORKERS", "0"),
        ("LOOKBACK_MAX_IN_FLIGHT", "0"),
        ("LOOKBACK_ATTEMPTS_MAX", "0"),
        ("LOOKBACK_LEASE_SECONDS", "-1"),
        ("LOOKBACK_REQUEST_DATES_MAX", "0"),
        ("LOOKBACK_BREAKER_DATES_MIN", "0"),
        ("LOOKBACK_BREAKER_SHARE", "0"),
        ("LOOKBACK_BREAKER_SHARE", "1.5"),
        ("LOOKBACK_NBA_TRIES", "0"),
        ("LOOKBACK_NBA_TIMEOUT_SECONDS", "0"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(variable: str, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        from_environment({variable: text})
    assert refused.value.field == variable


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nba_seconds_between", -0.1),
        ("nba_budget_seconds", 0.5),
        ("nba_budget_seconds", 540.0),
        ("nba_proxy", "proxy.example.com:3128"),
        ("nba_url", "stats.nba.com"),
    ],
)
def test_the_live_source_has_limits_that_fit_a_lease(field: str, value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        Config(source="nba_stats", **{field: value})  # type: ignore[arg-type]
    assert refused.value.field == f"LOOKBACK_{field.upper()}"
    # Who does not use the source is not asked to make its limits fit.
    assert getattr(Config(**{field: value}), field) == value  # type: ignore[arg-type]


def test_the_live_source_fits_its_lease_by_default() -> None:
    found = Config(source="nba_stats")
    assert found.nba_budget_seconds < found.lease_seconds
    assert Config(source="nba_stats", nba_seconds_between=0.0, nba_proxy="http://10.0.0.1:3128").nba_url == ""


def test_every_field_has_a_variable_of_its_own() -> None:
    for field in fields(Config):
        variable = "SEASON_ARCHIVE" if field.name == "season_archive" else f"LOOKBACK_{field.name.upper()}"
        text = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
        assert from_environment({variable: text}) == Config()


def test_the_landing_zone_lies_under_home_unless_it_has_a_url() -> None:
    assert Config(home="here").landing == str(Path("here") / "landing")
    assert Config(home="here", landing_url="gs://bucket/landing").landing == "gs://bucket/landing"


def test_the_archive_is_the_sample_unless_one_is_named() -> None:
    assert Config().archive == SAMPLE_ARCHIVE
    assert Config(season_archive="/data/season").archive == Path("/data/season")


def test_a_refused_address_is_not_told() -> None:
    with pytest.raises(InvalidInput) as refused:
        from_environment({"LOOKBACK_NOTIFY_TEAM": "ftp://hooks.example.com/a-secret"})
    assert "a-secret" not in str(refused.value)
    assert "LOOKBACK_NOTIFY_TEAM" in str(refused.value)
