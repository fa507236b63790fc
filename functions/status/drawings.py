"""What the pages draw: calendars by month, windows as the games they use, and bars; all sizes in SVG units."""

from calendar import Calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from shared.service.pages.player_page import PlayerGame, PlayerPage
from shared.service.pages.season_page import DateStates

BAR_STEP: Final = 7
STATES_KEPT: Final = 1024
WEEK: Final = 7
# In a strip of windows each game date is a column this wide, of which a mark takes most.
COLUMN: Final = 6
MARK: Final = 5
STRIP_HEIGHT: Final = 10
# In a player's drawing: the width of a game, the height of a target, and of the tallest bar of points.
GAME: Final = 10
TARGET: Final = 4
POINTS_HEIGHT: Final = 60
# How a bar of progress is parted: what is done first, then what is under way, what is wrong last.
ORDER: Final = ("complete", "running", "pending", "blocked", "failed", "cancelled")
PROGRESS_WIDTH: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of a calendar: weeks of seven cells from Monday on, each a day of the month with its states, or None."""

    title: str
    weeks: tuple[tuple[tuple[int, DateStates | None] | None, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a bar: its state, where it begins, how wide it is, and how many units it stands for."""

    state: str
    x: float
    width: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle, what it is drawn as, and the words that say the same."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str


def months(dates: Sequence[DateStates]) -> list[Month]:
    """Return the calendar months from the first of some dates to the last."""
    known = {each.game_date: each for each in dates}
    found: list[Month] = []
    for year, month in sorted({(day.year, day.month) for day in known}):
        weeks = Calendar().monthdatescalendar(year, month)
        cells = [tuple((day.day, known.get(day)) if day.month == month else None for day in week) for week in weeks]
        full = [index for index, week in enumerate(cells) if any(cell is not None and cell[1] for cell in week)]
        # Weeks before opening night and after the last game say nothing.
        found.append(Month(title=f"{date(year, month, 1):%B %Y}", weeks=tuple(cells[full[0] : full[-1] + 1])))
    return found


@lru_cache(maxsize=STATES_KEPT)
def bars(phases: tuple[str, ...]) -> Markup:
    """Return a bar a phase, each with the shape of its state; the shapes are in macros.html."""
    uses = "".join(f'<use href="#s-{state}" x="{index * BAR_STEP}"/>' for index, state in enumerate(phases))
    width = len(phases) * BAR_STEP - 1
    drawn = f'<svg class="bars" preserveAspectRatio="xMinYMax" viewBox="0 0 {width} 12" aria-hidden="true">{uses}</svg>'
    # Every state is one of the names in this package.
    return Markup(drawn)  # noqa: S704


def progress(counts: Mapping[str, int]) -> list[Piece]:
    """Return the parts of a bar for units counted by status."""
    total = sum(counts.values())
    found: list[Piece] = []
    x = 0.0
    for state in ORDER:
        count = counts.get(state, 0)
        if count:
            width = PROGRESS_WIDTH * count / total
            found.append(Piece(state=state, x=round(x, 2), width=round(width, 2), count=count))
            x += width
    return found


def marks(days: Iterable[date], calendar: Sequence[date]) -> str:
    """Return the path of one square for each of some days, at its place among the dates of a calendar."""
    places = _places(tuple(calendar))
    return "".join(f"M{places[day] * COLUMN} 2h{MARK}v6h-{MARK}z" for day in days if day in places)


def strip_width(calendar: Sequence[date]) -> int:
    """Return the width of a strip over the dates of a calendar."""
    return max(len(calendar), 1) * COLUMN


def month_ticks(calendar: Sequence[date]) -> list[tuple[int, str]]:
    """Return where each month begins in a strip, with its name."""
    found: list[tuple[int, str]] = []
    for index, day in enumerate(calendar):
        if index == 0 or day.month != calendar[index - 1].month:
            found.append((index * COLUMN, f"{day:%b}"))
    return found


def points(games: Sequence[PlayerGame]) -> list[Box]:
    """Return a bar a game, as tall as the points in it; a game not played is a tick below the line."""
    top = max([game.points for game in games], default=0) or 1
    found: list[Box] = []
    for index, game in enumerate(games):
        where = f"{'vs' if game.is_home else 'at'} {game.opponent}"
        if game.minutes:
            height = max(POINTS_HEIGHT * game.points / top, 1)
            title = f"{game.game_date} {where}: {game.points} points in {game.minutes} minutes"
            box = (POINTS_HEIGHT - height, height, "played")
        else:
            title = f"{game.game_date} {where}: did not play"
            box = (POINTS_HEIGHT + 3, 3, "idle")
        found.append(
            Box(
                x=index * GAME + 1,
                y=round(box[0], 1),
                width=GAME - 2,
                height=round(box[1], 1),
                kind=box[2],
                title=title,
            )
        )
    return found


def windows(page: PlayerPage) -> list[Box]:
    """Return a bar a target, in their order downwards, from the first game that its window used to the last."""
    places = {game.game_date: index for index, game in enumerate(page.games)}
    found: list[Box] = []
    for row, target in enumerate(page.targets):
        title = f"{target.game_date}: {len(target.games)} games used, quality {target.quality_score}"
        kind = target.tier.value.lower()
        if not target.games:
            x, width = places.get(target.game_date, 0) * GAME, GAME / 2
        else:
            x = places[target.games[0]] * GAME
            width = (places[target.games[-1]] + 1) * GAME - x
        found.append(Box(x=x, y=row * TARGET, width=width, height=TARGET - 1, kind=kind, title=title))
    return found


def quality_line(page: PlayerPage, height: int) -> str:
    """Return the path of the quality over a player's targets, a step each, 100 at the top."""
    steps = [f"{height - height * target.quality_score / 100:.1f}" for target in page.targets]
    return "".join(f"{'M0' if index == 0 else 'L' + str(index * GAME)} {y}h{GAME}" for index, y in enumerate(steps))


def by_date(games: Iterable[PlayerGame]) -> Mapping[date, PlayerGame]:
    """Return a player's games by date."""
    return {game.game_date: game for game in games}


@lru_cache(maxsize=64)
def _places(calendar: tuple[date, ...]) -> Mapping[date, int]:
    return {day: index for index, day in enumerate(calendar)}
