"""The smoke request on a system in memory, whose messages are delivered while it waits."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from infra.deploy.smoke import NoAnswer, smoke
from shared.domain.messages import calendar_request
from shared.service.app import App
from shared.service.load_calendar import load_calendar
from shared.service.plan_backfill import plan_backfill
from tests.functions.test_events import FIRST, ledger_of, made_season
from tests.memory_stack import MemoryStack, ToySource, toy_work
from tests.simulation.season import SEASON


@contextmanager
def system() -> Iterator[MemoryStack]:
    with toy_work():
        yield MemoryStack(source=ToySource(made_season().rows()))


def deliver(stack: MemoryStack, functions: set[str]) -> None:
    """Serve what has been published to these functions."""
    app: App = stack.app()
    for delivery in stack.bus.receive(functions, 10):
        if delivery.function == "load_calendar":
            load_calendar(app, calendar_request(dict(delivery.body)))
        else:
            plan_backfill(app, dict(delivery.body), delivery.message_id)
        stack.bus.acknowledge(delivery)


def test_a_deployment_that_answers_plans_and_runs_nothing() -> None:
    with system() as stack:
        plan = smoke(stack.app(), SEASON, "smoke-1", lambda _: deliver(stack, {"load_calendar", "plan_backfill"}))
        documents = ledger_of(stack)
    assert plan.targets == (FIRST,)
    assert documents["backfills/smoke-1"]["status"] == "planned"
    assert not [key for key in documents if key.startswith("units/")]


def test_a_calendar_that_is_there_is_not_loaded_again() -> None:
    with system() as stack:
        load_calendar(stack.app(), calendar_request({"version": 1, "season": SEASON}))
        smoke(stack.app(), SEASON, "smoke-1", lambda _: deliver(stack, {"plan_backfill"}))
        assert stack.bus.receive({"load_calendar"}, 1) == []


@pytest.mark.parametrize(
    ("answering", "awaited"),
    [(set(), f"the calendar of {SEASON}"), ({"load_calendar"}, "the plan of smoke-1")],
    ids=["nothing is delivered", "nothing is planned"],
)
def test_a_deployment_that_does_not_answer_is_said_so(answering: set[str], awaited: str) -> None:
    waited: list[float] = []

    with system() as stack:

        def sleep(seconds: float) -> None:
            waited.append(seconds)
            if answering:
                deliver(stack, answering)

        with pytest.raises(NoAnswer, match=awaited):
            smoke(stack.app(), SEASON, "smoke-1", sleep)
    assert 300 <= sum(waited) <= 310
