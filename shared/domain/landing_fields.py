"""The fields of the landing files: their types, whether null is allowed, and the values they may hold.

One file a kind of row and date: `games`, `player_boxscores`, `shots`. The warehouse reads the same files by
the columns that infra/tables.yaml declares under `landing`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

SCORE_MAX: Final = 400
COUNT_MAX: Final = 200
MINUTES_MAX: Final = 120
PERIOD_MAX: Final = 20
PERIOD_SECONDS_MAX: Final = 720
COURT_FEET: Final = 94
LOCATION_MAX: Final = 1000
IDENTIFIER_MAX: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a text must look like: `accepts` decides, `description` says it to a person."""

    description: str
    accepts: Callable[[str], object]


def _is_season(text: str) -> bool:
    return bool(re.fullmatch("[0-9]{4}-[0-9]{2}", text)) and int(text[5:]) == (int(text[:4]) + 1) % 100


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_name(text: str) -> bool:
    return text.isprintable() and text == text.strip() != ""


SEASON: Final = Form(description="a season such as 2024-25", accepts=_is_season)
DAY: Final = Form(description="a date such as 2024-11-15", accepts=_is_date)
GAME_ID: Final = Form(description="10 digits", accepts=re.compile("[0-9]{10}").fullmatch)
TEAM: Final = Form(description="three capital letters", accepts=re.compile("[A-Z]{3}").fullmatch)
NAME: Final = Form(description="printable, without spaces around it", accepts=_is_name)

_KINDS: Final = {int: "a whole number", bool: "true or false", str: "a text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a landing file: its JSON type, whether null is allowed, and the values it may hold.

    `low` and `high` (both included) bound whole numbers; `form` restricts texts.
    """

    name: str
    kind: type[int] | type[bool] | type[str]
    nullable: bool = False
    low: int = 0
    high: int = IDENTIFIER_MAX
    form: Form = NAME

    @property
    def expected(self) -> str:
        """Return the values this field takes, for messages and documents."""
        text = _KINDS[self.kind]
        if self.kind is str:
            text = f"{text}: {self.form.description}"
        elif self.kind is int and self.high < IDENTIFIER_MAX:
            text = f"{text}, {self.low} to {self.high}"
        elif self.kind is int:
            text = f"{text}, at least {self.low}"
        return f"{text}, or null" if self.nullable else text

    def accepts(self, value: Any) -> bool:
        """Return whether the field may hold this value, exactly as JSON gives it: true is no number."""
        if value is None:
            return self.nullable
        if type(value) is not self.kind:
            return False
        if isinstance(value, str):
            return bool(self.form.accepts(value))
        return self.kind is bool or self.low <= value <= self.high


def _text(name: str, form: Form) -> Field:
    return Field(name=name, kind=str, form=form)


def _flag(name: str, *, nullable: bool = False) -> Field:
    return Field(name=name, kind=bool, nullable=nullable)


def _number(name: str, low: int, high: int, *, nullable: bool = False) -> Field:
    return Field(name=name, kind=int, nullable=nullable, low=low, high=high)


def _identifier(name: str, *, nullable: bool = False) -> Field:
    return _number(name, 1, IDENTIFIER_MAX, nullable=nullable)


_COUNTS: Final = (
    *("points", "fgm", "fga", "fg3m", "fg3a", "ftm", "fta"),
    *("oreb", "dreb", "reb", "ast", "stl", "blk", "tov", "pf"),
)

FIELDS: Final[dict[str, tuple[Field, ...]]] = {
    "games": (
        _text("season", SEASON),
        _text("game_id", GAME_ID),
        _text("game_date", DAY),
        _text("home_team", TEAM),
        _text("away_team", TEAM),
        _text("home_team_name", NAME),
        _text("away_team_name", NAME),
        _number("home_score", 0, SCORE_MAX, nullable=True),
        _number("away_score", 0, SCORE_MAX, nullable=True),
    ),
    "player_boxscores": (
        _text("season", SEASON),
        _text("game_date", DAY),
        _text("game_id", GAME_ID),
        _identifier("player_id"),
        _text("player_name", NAME),
        _text("team", TEAM),
        _text("opponent", TEAM),
        _flag("is_home"),
        _flag("started", nullable=True),
        _number("minutes", 0, MINUTES_MAX),
        *(_number(name, 0, COUNT_MAX) for name in _COUNTS),
        _number("plus_minus", -COUNT_MAX, COUNT_MAX),
    ),
    "shots": (
        _text("season", SEASON),
        _text("game_date", DAY),
        _text("game_id", GAME_ID),
        _identifier("event_num"),
        _number("period", 1, PERIOD_MAX),
        _number("seconds_left", 0, PERIOD_SECONDS_MAX),
        _text("team", TEAM),
        _text("opponent", TEAM),
        _identifier("player_id"),
        _flag("made"),
        _number("shot_value", 2, 3),
        _number("distance_ft", 0, COURT_FEET),
        _number("loc_x", -LOCATION_MAX, LOCATION_MAX),
        _number("loc_y", -LOCATION_MAX, LOCATION_MAX),
        _text("zone_basic", NAME),
        _flag("is_assisted", nullable=True),
        _identifier("assist_player_id", nullable=True),
        _identifier("block_player_id", nullable=True),
    ),
}
"""The files of a date, by the name of their rows, each with its fields in the order they are written in."""

KEYS: Final[dict[str, tuple[str, ...]]] = {
    "games": ("game_id",),
    "player_boxscores": ("game_id", "player_id"),
    "shots": ("game_id", "event_num"),
}
"""The fields whose values no two lines of a file share."""

ROW_ORDER: Final[dict[str, tuple[str, ...]]] = {
    "games": ("game_id",),
    "player_boxscores": ("game_id", "team", "player_id"),
    "shots": ("game_id", "event_num"),
}
"""What the lines of a rendered file are sorted by: a person finds a team's players side by side."""
