"""What pipeline.yaml lets each function do is what its code does: not less, and not more."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from shared import bootstrap
from shared.adapters.access import Access
from tests.infra import walks
from tests.infra.calls import Calls, simulate

SEEDS = range(6)
FUNCTIONS = bootstrap.topology().functions


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> Calls:
    """Every call that the walks and some seeds of the simulation made."""
    calls = Calls()
    walks.golden(calls, tmp_path_factory.mktemp("golden"))
    walks.refusals(calls)
    walks.lanes(calls)
    walks.endings(calls)
    simulate(calls, SEEDS)
    return calls


def needed(calls: Calls, function: str) -> Access:
    """Return the least access that a function's calls need."""
    datasets = dict(sorted(calls.datasets[function]))  # "write" comes after "read", and stands.
    return Access(
        publish=tuple(sorted(calls.topics[function])),
        ledger=max(calls.ledger[function], default=None),
        datasets=MappingProxyType(datasets),
        landing=max(calls.landing[function], default=None),
    )


def differences(declared: Access, least: Access) -> Iterator[str]:
    """Yield what is missing and what is superfluous, one line each."""
    have, need = _rights(declared), _rights(least)
    yield from (f"missing: {each} {need[each]}" for each in sorted(need) if have.get(each) != need[each])
    yield from (f"superfluous: {each}" for each in sorted(have.keys() - need.keys()))


def _rights(access: Access) -> Mapping[str, str]:
    alone = {"ledger": access.ledger, "landing": access.landing, **access.datasets}
    rights = {name: mode for name, mode in alone.items() if mode is not None}
    return {**rights, **dict.fromkeys(access.publish, "publish")}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_what_it_does_and_no_more(called: Calls, function: str) -> None:
    declared = FUNCTIONS[function].settings.access
    assert list(differences(declared, needed(called, function))) == []


PLANTED = {
    "a topic is missing": (Access(publish=("alerts",), ledger="write"), ["missing: unit-failed publish"]),
    "a topic is superfluous": (
        Access(publish=("alerts", "unit-failed", "sweep"), ledger="write"),
        ["superfluous: sweep"],
    ),
    "the ledger is read only": (Access(publish=("alerts", "unit-failed"), ledger="read"), ["missing: ledger write"]),
    "a dataset is superfluous": (
        Access(publish=("alerts", "unit-failed"), ledger="write", datasets={"nba_raw": "read"}),
        ["superfluous: nba_raw"],
    ),
    "the landing zone is superfluous": (
        Access(publish=("alerts", "unit-failed"), ledger="write", landing="read"),
        ["superfluous: landing"],
    ),
}


@pytest.mark.parametrize(("declared", "expected"), PLANTED.values(), ids=PLANTED.keys())
def test_an_access_that_is_wrong_is_noticed(called: Calls, declared: Access, expected: list[str]) -> None:
    assert list(differences(declared, needed(called, "dead_letter"))) == expected


def test_more_than_reading_what_is_only_read_is_noticed(called: Calls) -> None:
    access = FUNCTIONS["status"].settings.access
    assert list(differences(replace(access, ledger="write"), needed(called, "status"))) == ["missing: ledger read"]


def test_every_function_was_served(called: Calls) -> None:
    assert {name for name in FUNCTIONS if called.ledger[name]} == set(FUNCTIONS)
