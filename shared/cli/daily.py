"""`backfill daily`: have a date scraped as the daily path does, and its standing in words."""

from collections.abc import Sequence
from datetime import date, timedelta, timezone
from typing import Annotated

import typer

from shared.cli import options
from shared.cli.commands import command
from shared.cli.options import day_of, reader
from shared.cli.output import count_text, say, say_json, span_text
from shared.cli.progress import waiting_text
from shared.domain.calendar import season_of
from shared.service.app import App
from shared.service.daily import TOPIC, Morning, scrape_live

# Game dates are those of the US East, and no game ends within an hour of this midnight: standard time does all year.
LEAGUE_ZONE = timezone(timedelta(hours=-5))

Day = Annotated[str | None, typer.Argument(metavar="[DATE]", help="A game date; without it, yesterday in the US East.")]


def daily(day: Day = None, *, json: options.Json = False, home: options.Home = None) -> None:
    """Have a played date scraped; the next game date's predictions follow by themselves, without a backfill.

    Without a date it is yesterday, and nothing is done when nobody played.

    Example: backfill daily 2024-11-15
    """
    app = reader(home)
    chosen = _yesterday(app) if day is None else day_of("date", day)
    if day is None and chosen not in app.ledger.calendar(season_of(chosen)).position:
        say_json({"date": chosen.isoformat(), "topic": None}) if json else say(f"{chosen} has no games.")
        return
    scrape_live(app, chosen)
    follow = command("run", app.config.home)
    if json:
        say_json({"date": chosen.isoformat(), "topic": TOPIC, "next": [follow]})
        return
    say(f"Published {chosen} to {TOPIC}.", f"Next: {follow}   (unless a run is on)")


def morning_lines(mornings: Sequence[Morning]) -> list[str]:
    """Return where the daily path of each season stands, a line or more each."""
    lines: list[str] = []
    for each in mornings:
        lines.append(f"Daily {each.season}: {each.scraped} is in; {_target_text(each)}")
        if each.coming:
            lines.append(f"Daily {each.season}: on the way: {span_text(each.coming)}")
        if each.failed:
            again = f"backfill request {each.failed[0]} {each.failed[-1]}"
            lines.append(f"Daily {each.season}: failed: {span_text(each.failed)}; mend the cause, then: {again}")
        lines += [waiting_text(waiting) for waiting in each.waiting]
    return lines


def _yesterday(app: App) -> date:
    return app.clock.now().astimezone(LEAGUE_ZONE).date() - timedelta(days=1)


def _target_text(each: Morning) -> str:
    if each.target is None:
        return "it was the season's last game date"
    before = f", before its games for {count_text(each.players, 'player')}" if each.players is not None else ""
    states = ", ".join(f"Phase {phase} {state}" for phase, state in sorted(each.phases.items()))
    return f"next {each.target}: {states}{before}"
