"""`backfill history`: does a target have enough history, player by player."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from shared.cli.options import Home, Json, day_of, reader
from shared.cli.output import say, say_json, short_span_text, span_text, table
from shared.domain.quality import Tier
from shared.service.history import Basis, DateHistory, Decision, PlayerHistory
from shared.service.history import history as history_of
from shared.service.ranges import game_dates

BASES = {
    Basis.MANIFEST: "as released: what Phase 4 reads",
    Basis.BOX_SCORE: "not released yet: players of its box score, history known so far",
    Basis.LATEST_ROSTERS: "not played or not loaded yet: players of the teams' latest known games",
}
DECISION_TABLE = "Ready: 10 games. Degraded: 5-9, flagged. Skip: 0-4 (or defaults, by policy)."
TIER_STYLES = {Tier.HIGH: "green", Tier.MEDIUM: "yellow", Tier.LOW: "yellow", Tier.VERY_LOW: "red"}

Date = Annotated[str, typer.Argument(metavar="DATE", help="A target date, 2024-11-08.")]
Until = Annotated[str | None, typer.Argument(metavar="[END]", help="Last date: counts per date instead of players.")]
Player = Annotated[int | None, typer.Option("--player", metavar="ID", help="One player, with the games of his window.")]
Short = Annotated[bool, typer.Option("--short", help="Only players with fewer games than needed.")]


def history(
    date: Date,
    end: Until = None,
    *,
    player: Player = None,
    short: Short = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show the history of a target's players: games of 10, quality, shortage reason, dates that hold it up.

    Example: backfill history 2024-11-08 --short
    """
    app = reader(home)
    first = day_of("date", date)
    days = (first,) if end is None else game_dates(app, first, day_of("end_date", end)).days
    found = [_shortened(history_of(app, day, player), short=short) for day in days]
    if json:
        say_json({"dates": found})
        return
    if end is None:
        say(*_players(found[0]))
    say(_counts(found), DECISION_TABLE)


def _shortened(found: DateHistory, *, short: bool) -> DateHistory:
    if not short:
        return found
    players = tuple(each for each in found.players if each.games < each.needed)
    return DateHistory(
        game_date=found.game_date,
        basis=found.basis,
        players=players,
        decisions=found.decisions,
        blocking=found.blocking,
    )


def _players(found: DateHistory) -> list[RenderableType]:
    columns = ["player", "team", "games", "quality", "decision", "shortage", "window"]
    shown = table("", *columns, *(["waits for"] if found.blocking else []), right=("games",))
    for each in found.players:
        cells: list[RenderableType] = [
            f"{each.player_name or 'player'} ({each.player_id})",
            each.team,
            f"{each.games}/{each.needed}",
            Text(f"{each.quality_score:>3} {each.tier}", TIER_STYLES[each.tier]),
            each.decision.value,
            each.shortage.value if each.shortage is not None else "-",
            short_span_text(each.window_start, each.window_end),
        ]
        shown.add_row(*cells, *([short_missing(each)] if found.blocking else []))
    lines: list[RenderableType] = [f"{found.game_date}, {BASES[found.basis]}", shown]
    if len(found.players) == 1:
        lines.append(_window(found.players[0]))
    if found.blocking:
        lines.append(f"Phase 3 dates that hold {found.game_date} up: {span_text(found.blocking)}")
    return lines


def short_missing(player: PlayerHistory) -> str:
    """Return how many Phase 3 dates a player waits for, and the latest of them."""
    if not player.missing:
        return "-"
    more = len(player.missing) - 1
    return f"{player.missing[-1]}{f' +{more}' if more else ''}"


def _window(player: PlayerHistory) -> str:
    games = ", ".join(str(day) for day in player.window) or "none"
    return f"Games of his window: {games}"


def _counts(found: Sequence[DateHistory]) -> RenderableType:
    columns = ("date", "players", *(decision.value for decision in Decision), "Phase 3 dates missing", "basis")
    shown = table("", *columns, right=columns[1:-1])
    for each in found:
        counts = [str(each.decisions[decision]) for decision in Decision]
        total = sum(each.decisions.values())
        shown.add_row(str(each.game_date), str(total), *counts, str(len(each.blocking) or "-"), each.basis.value)
    return shown
