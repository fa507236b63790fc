"""`backfill validate`: the warehouse against the schedule, against itself and against the ledger."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from shared.cli.options import End, Home, Json, Start, day_of, reader
from shared.cli.output import EXIT_DONE, EXIT_INCOMPLETE, count_text, say, say_json, span_text, table
from shared.domain.quality import Tier
from shared.service.findings import Finding, Kind
from shared.service.plain import plain
from shared.service.row_counts import Quality
from shared.service.validate import Validation
from shared.service.validate import validate as validate_range

FINDINGS_SHOWN_MAX = 30
PLAYERS_SHOWN_MAX = 20

Phase = Annotated[int | None, typer.Option("--phase", metavar="1-5", help="One phase only.")]


def validate(start: Start, end: End, *, phase: Phase = None, json: Json = False, home: Home = None) -> None:
    """Validate a range: row counts, missing dates, duplicates, gaps, freshness, quality, ledger agreement.

    Exit code 1 when incomplete.

    Example: backfill validate 2024-11-08 2024-11-14 --phase 3
    """
    result = validate_range(reader(home), day_of("start_date", start), day_of("end_date", end), phase)
    if json:
        say_json({**plain(result), "complete": result.complete})
    else:
        _show(result)
    raise typer.Exit(EXIT_DONE if result.complete else EXIT_INCOMPLETE)


def _show(result: Validation) -> None:
    say(_tables(result))
    if any(each.rows for each in result.quality):
        say("", _qualities(result.quality))
    say("", *_findings(result.findings), *_players(result))
    dates = f"{count_text(result.game_dates, 'game date')}, {count_text(result.off_days, 'date')} without games"
    verdict = Text("complete", "bold green") if result.complete else Text("incomplete", "bold red")
    say(Text.assemble(f"{result.start}..{result.end}: {dates}: ", verdict))


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
        colour = "yellow" if kind is Kind.GAP else "red"
        dates = span_text(each.game_date for each in group)
        of_first = f"{group[0].game_date}: " if len(group) > 1 else ""
        text = f" Phase {phase} {processor} {dates}: {of_first}{group[0].detail}"
        lines.append(Text.assemble((kind.value, colour), text))
    if len(groups) > FINDINGS_SHOWN_MAX:
        lines.append(f"... and {len(groups) - FINDINGS_SHOWN_MAX} more; --json lists all")
    return lines


def _players(result: Validation) -> list[RenderableType]:
    players = result.missing_players
    if not players:
        return []
    found = table("Listed players without a row", "date", "player", "team", "missing in", "reason")
    for each in players[:PLAYERS_SHOWN_MAX]:
        name = f"{each.player_name} ({each.player_id})"
        found.add_row(str(each.game_date), name, each.team, each.processor, each.reason)
    more = len(players) - PLAYERS_SHOWN_MAX
    return [found, *([f"... and {more} more; --json lists them"] if more > 0 else []), ""]
