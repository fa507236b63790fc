"""The options that several verbs share, and the stack they run on."""

import os
from datetime import date
from typing import Annotated, Any

import typer

from shared import bootstrap
from shared.config import Config, from_environment
from shared.domain.calendar import parse_date
from shared.domain.errors import InvalidInput
from shared.domain.messages import BackfillRequest, Scenario, backfill_request
from shared.domain.policy import EarlySeason
from shared.service.app import App

HOME_VARIABLE = "LOOKBACK_HOME"

Json = Annotated[bool, typer.Option("--json", help="Write one JSON document instead of tables.")]
Home = Annotated[str | None, typer.Option("--home", metavar="FOLDER", help="Where ledger, bus and warehouse live.")]
Start = Annotated[str, typer.Argument(metavar="START", help="First date, 2024-11-08.")]
End = Annotated[str, typer.Argument(metavar="END", help="Last date, included.")]
MaybeStart = Annotated[str | None, typer.Argument(metavar="[START]", help="First target date, 2024-11-08.")]
MaybeEnd = Annotated[str | None, typer.Argument(metavar="[END]", help="Last target date, included.")]
Dates = Annotated[list[str] | None, typer.Option("--date", metavar="DATE", help="One target date; repeatable.")]
LookbackDays = Annotated[
    int | None, typer.Option("--max-lookback-days", metavar="DAYS", help="Reach no further back than this.")
]
Coverage = Annotated[
    float | None,
    typer.Option("--min-coverage", metavar="SHARE", help="Share of a target's players with whole windows, 0-1."),
]
Early = Annotated[EarlySeason | None, typer.Option("--early-season", help="What to do below a processor's minimum.")]
FromPhase = Annotated[int | None, typer.Option("--from-phase", metavar="1-5", help="First phase to run.")]
ToPhase = Annotated[int | None, typer.Option("--to-phase", metavar="1-5", help="Last phase to run.")]
ScenarioOption = Annotated[Scenario | None, typer.Option("--scenario", help="What the request is for.")]
Force = Annotated[bool, typer.Option("--force", help="Run again what is complete.")]
Processors = Annotated[
    list[str] | None, typer.Option("--processor", metavar="NAME", help="Redo this processor alone; repeatable.")
]
Accept = Annotated[
    list[str] | None, typer.Option("--accept-missing", metavar="DATE", help="Accept a date as a hole; repeatable.")
]


def request_body(start: str | None, end: str | None, **options: Any) -> dict[str, Any]:
    """Return the message body of what was asked for; options that were not given are left out.

    A single START is a range of one day.
    """
    given = {"start_date": start, "end_date": end or start, **options}
    return {name: value for name, value in given.items() if value is not None and value is not False and value != []}


def request_of(body: dict[str, Any]) -> BackfillRequest:
    """Return the request that a body asks for. Raises InvalidInput naming the first wrong field."""
    if not {"start_date", "end_date", "dates"} & body.keys():
        raise InvalidInput("START", "no date", "a range (2024-11-08 2024-11-14) or --date 2024-11-08")
    return backfill_request(body)


def day_of(field_name: str, text: str) -> date:
    """Return the date that an argument names. Raises InvalidInput."""
    return parse_date(field_name, text)


def config_of(home: str | None, **settings: object) -> Config:
    """Return the Config of the environment, with the options given on the command line in its place."""
    given = {f"LOOKBACK_{name.upper()}": str(value) for name, value in settings.items() if value is not None}
    if home is not None:
        given[HOME_VARIABLE] = home
    return from_environment({**os.environ, **given})


def reader(home: str | None, held: tuple[date, date] | None = None) -> App:
    """Return an App that reads the stack, an embedded folder also while a run owns it. Raises StorageUnavailable.

    A verb that asks many questions about a stretch of dates gives them as `held`, to have them read once.
    """
    return bootstrap.open_app(config_of(home), reading=True, held=held)
