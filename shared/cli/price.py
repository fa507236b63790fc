"""How `backfill plan --price` speaks: what a request would use, cost and take, and the quotas it comes near."""

from typing import Any, Final

from rich.console import RenderableType

from shared.cli.output import PHASE_NAMES, count_text, duration_text, say, table
from shared.domain.price import Estimate, Line
from shared.domain.quota import QuotaUse
from shared.service.plain import plain
from shared.service.pricing.price import Price

BYTE_UNITS: Final = ("bytes", "KiB", "MiB", "GiB", "TiB")
KIB: Final = 1024
UNVERIFIED: Final = "*"


def show_price(price: Price) -> None:
    """Write a price for a person."""
    say("", _units(price), "")
    if price.most is price.least:
        say(*_estimate("The plan; nothing can be added to it", price.least))
    else:
        say(*_estimate("Least: the plan as it is", price.least), "")
        say(*_estimate(f"Most: with all {count_text(price.added, 'date')} back to {price.first}", price.most))
    say("", *_notes(price))


def price_json(price: Price) -> dict[str, Any]:
    """Return a price in JSON's types; money in US dollars, times in seconds."""
    return {
        "least": _estimate_json(price.least),
        "most": _estimate_json(price.most),
        "added_dates": price.added,
        "history_first": plain(price.first),
        "pace": plain(price.pace),
        "cloud_pace": plain(price.cloud_pace),
    }


def quota_lines(uses: tuple[QuotaUse, ...]) -> list[str]:
    """Return what to do about the quotas that a run would pass, a line each."""
    return [
        f"Passes a quota after {duration_text(use.passes_at)}: {use.used + use.amount:,.0f} {use.name} of {use.where}"
        f" in 24 hours, the limit is {use.limit:,}. Split it: at most {use.dates_a_day:,} dates a day."
        for use in uses
    ]


def _estimate_json(found: Estimate) -> dict[str, Any]:
    totals = {"usd": found.usd, "usd_beyond_free": found.usd_beyond_free}
    return {**plain(found), **totals, "passed": [plain(use) for use in found.passed]}


def _units(price: Price) -> RenderableType:
    numbers = ("units", "at most", "mean", "mean on the cloud")
    shown = table("Units by phase", "phase", *numbers, "mean is of", right=numbers)
    for phase, count in price.least.work.units.items():
        behind = price.pace.measured.get(phase, 0)
        shown.add_row(
            f"{phase} {PHASE_NAMES[phase]}",
            f"{count:,}",
            f"{price.most.work.units[phase]:,}",
            f"{price.pace.seconds[phase]:.2f} s",
            f"{price.cloud_pace.seconds[phase]:.1f} s",
            count_text(behind, "complete unit") if behind else "a default",
        )
    return shown


def _estimate(title: str, found: Estimate) -> list[RenderableType]:
    shown = table(
        title, "kind", "amount", "quota a day", "share", "money", right=("amount", "quota a day", "share", "money")
    )
    for line in found.lines:
        quota = f"{line.quota.limit:,}" if line.quota else ""
        share = _share_text(line.quota) if line.quota else ""
        shown.add_row(line.kind, _amount_text(line), quota, share, _line_money(line))
    shown.add_row("total", "", "", "", _money_text(found.usd), style="bold")
    shown.add_row("beyond the free allowances", "", "", "", _money_text(found.usd_beyond_free))
    nearest = found.quotas[0]
    near = f"Nearest quota: {nearest.name} of {nearest.where}, {_share_text(nearest)} of {nearest.limit:,} a day"
    here = f"Takes about {duration_text(found.seconds)}, bounded by {found.bound_by}"
    took = f"{here}; on the cloud about {duration_text(found.cloud_seconds)}."
    return [shown, took, *(quota_lines(found.passed) or [near + "."])]


def _notes(price: Price) -> list[str]:
    work = price.most.work
    minimum = f"{work.scans_at_minimum:,} of {work.scans:,} tables read by queries are billed at the minimum of 10 MiB."
    assumed = [] if price.cloud_pace.measured else ["No unit has run on the cloud yet: its seconds are assumed."]
    return [
        minimum,
        *assumed,
        "Money is Google Cloud's, in US dollars, every unit at its first attempt; the local stack costs nothing.",
        f"{UNVERIFIED} a price that was not read on the vendor's page, or differs by region.",
    ]


def _amount_text(line: Line) -> str:
    if line.unit != BYTE_UNITS[0]:
        return f"{line.amount:,.0f}"
    amount, power = line.amount, 0
    while amount >= KIB and power < len(BYTE_UNITS) - 1:
        amount, power = amount / KIB, power + 1
    return f"{amount:,.1f} {BYTE_UNITS[power]}" if power else f"{amount:,.0f} bytes"


def _share_text(use: QuotaUse) -> str:
    return f"{100 * use.share:.1f} %"


def _line_money(line: Line) -> str:
    return f"{_money_text(line.usd)}{'' if line.verified else UNVERIFIED}" if line.priced else ""


def _money_text(usd: float) -> str:
    return f"${usd:,.3f}"
