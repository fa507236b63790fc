"""How a validation is shown to a person: tables against the schedule, quality, findings, dates."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from shared.cli.output import count_text, say, span_text, table
from shared.domain.quality import Tier
from shared.processors.checks import FINDINGS_MAX
from shared.processors.registry import PROCESSORS
from shared.service.completeness.findings import HARMLESS, Finding, Kind
from shared.service.completeness.row_counts import Quality
from shared.service.completeness.validate import Validation

FINDINGS_SHOWN_MAX = 30
ENTITIES_SHOWN_MAX = 20


def show(result: Validation) -> None:
    """Write what a range has and what is wrong with it."""
    say(_tables(result))
    if any(each.rows for each in result.quality):
        say("", _qualities(result.quality))
    say("", *_findings(result.findings), *_entities(result), _verdict(result))


def show_dates(result: Validation) -> None:
    """Write a line a date: what was expected, the rows of each table, the least mean quality of its tables."""
    tables = [each for each in PROCESSORS if any(each.name in found.rows for found in result.dates)]
    initials = {each.name: f"P{each.phase} {each.name}" for each in tables}
    numbers = ("games", "teams", "players", *(initials[each.name] for each in tables), "quality", "findings")
    shown = table("Rows by date", "date", *numbers, right=numbers)
    for day in result.dates:
        rows = [f"{day.rows.get(each.name, 0):,}" for each in tables]
        quality = f"{min(day.quality.values()):.1f}" if day.quality else "-"
        expected = (str(day.games), str(day.teams), str(day.players))
        style = "yellow" if day.findings else None
        shown.add_row(str(day.game_date), *expected, *rows, quality, str(day.findings or "-"), style=style)
    say(shown, "", *_findings(result.findings), _verdict(result))


def _verdict(result: Validation) -> Text:
    dates = f"{count_text(result.game_dates, 'game date')}, {count_text(result.off_days, 'date')} without games"
    verdict = Text("complete", "bold green") if result.complete else Text("incomplete", "bold red")
    cut = f"; more than {FINDINGS_MAX:,} findings of {', '.join(result.cut)}" if result.cut else ""
    return Text.assemble(f"{result.start}..{result.end}: {dates}: ", verdict, cut)


def _tables(result: Validation) -> RenderableType:
    numbers = ("dates", "rows", "expected", "findings")
    found = table("Rows against the schedule", "phase", "processor", *numbers, right=numbers)
    for each in result.tables:
        expected = "-" if each.rows_expected is None else f"{each.rows_expected:,}"
        whole = each.dates == each.dates_expected and not each.findings
        found.add_row(
            str(each.phase),
            each.processor,
            f"{each.dates}/{each.dates_expected}",
            f"{each.rows:,}",
            expected,
            str(each.findings or "-"),
            style=None if whole else "yellow",
        )
    return found


def _qualities(qualities: Sequence[Quality]) -> RenderableType:
    tiers = [tier.value for tier in Tier]
    numbers = ("rows", "mean", *tiers)
    found = table("Quality of the rows", "processor", *numbers, "shortages", right=numbers)
    for each in qualities:
        counts = [f"{each.tiers[tier]:,}" for tier in Tier]
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(each.shortages.items())) or "-"
        found.add_row(each.processor, f"{each.rows:,}", f"{each.mean:.1f}", *counts, reasons)
    return found


def _findings(findings: Sequence[Finding]) -> list[RenderableType]:
    """Return one line a kind and processor: its dates, and what is wrong with the first of them."""
    groups: dict[tuple[Kind, int, str], list[Finding]] = {}
    for each in findings:
        groups.setdefault((each.kind, each.phase, each.processor), []).append(each)
    lines: list[RenderableType] = []
    for (kind, phase, processor), group in list(groups.items())[:FINDINGS_SHOWN_MAX]:
        colour = "yellow" if kind in HARMLESS else "red"
        dates = span_text({each.game_date for each in group})
        of_first = f"{group[0].game_date}: " if len(group) > 1 else ""
        about = f"{group[0].entity}: " if group[0].entity else ""
        text = f" Phase {phase} {processor} {dates}: {of_first}{about}{group[0].detail}"
        lines.append(Text.assemble((kind.value, colour), text))
    if len(groups) > FINDINGS_SHOWN_MAX:
        lines.append(f"... and {len(groups) - FINDINGS_SHOWN_MAX} more; --json lists all")
    return lines


def _entities(result: Validation) -> list[RenderableType]:
    if not result.missing:
        return []
    found = table("Without a row", "date", "who", "missing in", "reason")
    for each in result.missing[:ENTITIES_SHOWN_MAX]:
        found.add_row(str(each.game_date), each.entity, each.processor, each.detail)
    more = len(result.missing) - ENTITIES_SHOWN_MAX
    return ["", found, *([f"... and {more} more; --json lists them"] if more > 0 else []), ""]
