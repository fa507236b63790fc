"""`backfill plan`: what a request would do; nothing is written."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import RenderableType

from shared.bootstrap import deployment
from shared.cli import options
from shared.cli.options import reader, request_body, request_of
from shared.cli.output import PHASE_NAMES, count_text, say, say_json, span_text, table
from shared.cli.price import price_json, show_price
from shared.domain.quality import tier
from shared.service.plain import plain
from shared.service.preview import CURVE_DAYS, PhaseRange, Preview, preview_request
from shared.service.pricing.price import Price, price_request

# Phase 1 is the source's, 2-3 build history and targets alike, 4-5 only targets.
PHASE_GROUPS = ((1,), (2, 3), (4, 5))
TARGETS_SHOWN_MAX = 40

WithPrice = Annotated[
    bool, typer.Option("--price", help="Also what it would use, cost and take, and which quotas it comes near.")
]


def plan(
    start: options.MaybeStart = None,
    end: options.MaybeEnd = None,
    *,
    dates: options.Dates = None,
    max_lookback_days: options.LookbackDays = None,
    min_coverage: options.Coverage = None,
    early_season: options.Early = None,
    from_phase: options.FromPhase = None,
    to_phase: options.ToPhase = None,
    scenario: options.ScenarioOption = None,
    force: options.Force = False,
    accept_missing: options.Accept = None,
    price: WithPrice = False,
    json: options.Json = False,
    home: options.Home = None,
) -> None:
    """Calculate the range: which dates each phase runs, what is complete, what quality to expect; its price.

    Example: backfill plan 2024-11-08 2024-11-14 --max-lookback-days 30 --price
    """
    body = request_body(
        start,
        end,
        dates=dates,
        max_lookback_days=max_lookback_days,
        min_coverage=min_coverage,
        early_season=early_season,
        from_phase=from_phase,
        to_phase=to_phase,
        scenario=scenario,
        force=force,
        accept_missing=accept_missing,
    )
    app, asked = reader(home), request_of(body)
    preview = preview_request(app, asked)
    if not price:
        show_preview(preview, json=json)
        return
    _show_priced(preview, price_request(app, asked, deployment()), json=json)


def _show_priced(preview: Preview, priced: Price, *, json: bool) -> None:
    if json:
        say_json({**plain(preview), "price": price_json(priced)})
        return
    show_preview(preview, json=False)
    show_price(priced)


def show_preview(preview: Preview, *, json: bool) -> None:
    """Write a preview."""
    if json:
        say_json(preview)
        return
    say(*range_lines(preview), "", _phases(preview), "", *_history(preview), "", *_targets(preview))


def range_lines(preview: Preview) -> list[str]:
    """Return the calculated range, a line a group of phases: `Phases 2-3 2024-10-09..2024-11-14`."""
    lines = []
    for group in PHASE_GROUPS:
        ranges = [each for each in preview.phases if each.phase in group]
        if ranges:
            numbers = [each.phase for each in ranges]
            lines.append(f"{_phases_text(numbers):<11}{_range_text(ranges)}")
    lines.append("(game dates inside it only)")
    return lines


def _phases_text(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Phase {numbers[0]}"
    return f"Phases {numbers[0]}-{numbers[-1]}"


def _range_text(ranges: Sequence[PhaseRange]) -> str:
    return f"{min(each.first for each in ranges)}..{max(each.last for each in ranges)}"


def _phases(preview: Preview) -> RenderableType:
    columns = ("phase", "runs", "complete, skipped", "history may add")
    found = table("Game dates by phase", *columns, right=("history may add",))
    for each in preview.phases:
        added = f"up to {each.may_add}" if each.may_add else "-"
        found.add_row(f"{each.phase} {PHASE_NAMES[each.phase]}", span_text(each.run), span_text(each.complete), added)
    return found


def _history(preview: Preview) -> list[str]:
    plan_, targets = preview.plan, preview.plan.targets
    dates = f"Targets: {span_text(targets)}; {count_text(plan_.off_days, 'date')} without games."
    if preview.history_first is None:
        return [dates]
    certain = f"History certain from the team windows and not there yet: {span_text(plan_.history)}"
    reach = f"History may reach back to {preview.history_first}"
    why = "the cap" if preview.request.policy.max_lookback_days is not None else "the season's start"
    return [dates, certain, f"{reach} ({why}), where players' last 10 games need it."]


def _targets(preview: Preview) -> list[RenderableType]:
    curves = [f"{days}d" for days in CURVE_DAYS]
    known = any(share is not None for each in preview.targets for share in each.curve.values())
    numbers = ("games", "mean", "best", *curves)
    found = table("", "target", "games", "mean", "best", "tier", *(curves if known else ()), right=numbers)
    for each in preview.targets[:TARGETS_SHOWN_MAX]:
        shares = [_share_text(each.curve[days]) for days in CURVE_DAYS] if known else []
        quality = (str(each.quality_mean), str(each.quality_best), tier(each.quality_mean).value)
        found.add_row(f"{each.game_date}{'' if each.listed else '*'}", str(each.games), *quality, *shares)
    lines: list[RenderableType] = ["Quality the schedule allows a target, before absences:", found]
    if len(preview.targets) > TARGETS_SHOWN_MAX:
        lines.append(f"... and {len(preview.targets) - TARGETS_SHOWN_MAX} more; --json lists all")
    if not known:
        return [*lines, "The coverage curve shows once Phase 3 of the dates before a target is complete."]
    lines.append("14d..90d: share of players whose last 10 games (or season so far) lie within so many days.")
    starred = not all(each.listed for each in preview.targets)
    return [*lines, "* players of the teams' latest known games; its own are not known yet."] if starred else lines


def _share_text(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"
