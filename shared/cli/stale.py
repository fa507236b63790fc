"""`backfill stale`: what is out of date, why, and how to have it run again."""

from collections import defaultdict
from typing import Annotated

import typer

from shared.cli import options
from shared.cli.options import day_of, reader
from shared.cli.output import EXIT_DONE, EXIT_INCOMPLETE, count_text, say, say_json, short_span_text, table
from shared.domain.staleness import HISTORY_ARRIVED
from shared.service.commands import stale_commands
from shared.service.plain import plain
from shared.service.stale import Stale, stale_partitions

Processor = Annotated[str | None, typer.Option("--processor", metavar="NAME", help="Only this processor.")]
Chain = Annotated[bool, typer.Option("--chain", help="List each partition with the chain that leads to it.")]
Groups = dict[tuple[str, str, int], list[Stale]]


def stale(
    start: options.MaybeStart = None,
    end: options.MaybeEnd = None,
    *,
    processor: Processor = None,
    chain: Chain = False,
    json: options.Json = False,
    home: options.Home = None,
) -> None:
    """List the partitions that are no longer what their inputs and statements make, by what moved; without dates, all.

    Exit code 1 when there are any but those that more history has arrived for.

    Example: backfill stale 2024-11-15 2024-12-31 --chain
    """
    first, last = (day_of(name, text) if text else None for name, text in (("start_date", start), ("end_date", end)))
    found = stale_partitions(reader(home), first, last, processor)
    if json:
        say_json({"stale": [plain(each) for each in found], "next": stale_commands(found)})
    elif not found:
        say("Nothing is stale.")
    else:
        _show(found, chain=chain)
    late = all(each.cause.startswith(HISTORY_ARRIVED) for each in found)
    raise typer.Exit(EXIT_DONE if late else EXIT_INCOMPLETE)


def _show(found: list[Stale], *, chain: bool) -> None:
    if chain:
        for each in found:
            say(f"{each.game_date} phase {each.phase} {each.processor}", *(f"  <- {link}" for link in each.chain[::-1]))
    else:
        listed = table("", "what moved", "phase", "processor", "dates", "from..to", "rows", right=("dates", "rows"))
        for (cause, name, phase), group in _groups(found).items():
            days = [each.game_date for each in group]
            rows = sum(len(each.entities) for each in group)
            listed.add_row(
                cause, str(phase), name, str(len(days)), short_span_text(min(days), max(days)), str(rows or "all")
            )
        say(listed)
    dates = {each.game_date for each in found}
    say(f"{count_text(len(found), 'stale partition')} on {count_text(len(dates), 'date')}.")
    say(*(f"Next: {line}" for line in stale_commands(found)))


def _groups(found: list[Stale]) -> Groups:
    groups: Groups = defaultdict(list)
    for each in found:
        groups[each.cause, each.processor, each.phase].append(each)
    return dict(sorted(groups.items()))
