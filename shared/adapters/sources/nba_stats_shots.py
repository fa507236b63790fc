"""A game's shots: stats.nba.com's shot chart, and from its play-by-play who passed and who blocked.

The two are joined by the event's number, which both have (`GAME_EVENT_ID`, `actionNumber`). A block is an event
of its own under the number of the shot; a pass is a name and a running count at the end of the shot's text.
"""

import re
from collections import Counter
from typing import Any, Final

from shared.adapters.sources.nba_stats_boxscore import SIDES, whole
from shared.adapters.sources.nba_stats_games import Game
from shared.adapters.sources.nba_stats_names import Names
from shared.domain.errors import SourceUnavailable
from shared.logs import log
from shared.ports import Row

CHART: Final = "Shot_Chart_Detail"
ASSIST: Final = re.compile(r"\((?P<name>[^()]+) (?P<count>[0-9]+) AST\)$")
BLOCK: Final = re.compile(r"(?P<name>.+) BLOCK \((?P<count>[0-9]+) BLK\)$")
VALUES: Final = {"2PT Field Goal": 2, "3PT Field Goal": 3}
NOBODY: Final = 0
"""The shooter of a heave that counts for the team alone; it is in no player's box score and is left out."""

Action = dict[str, Any]


def shot_rows(
    game: Game, boxes: list[Row], box: dict[str, Any], chart: dict[str, Any], plays: dict[str, Any]
) -> list[Row]:
    """Return one row a field goal attempt, by event number, from the payloads of the three endpoints.

    `boxes` are the game's rows of `player_boxscores`. Raises SourceUnavailable when shots and box score do not
    agree, or a shot is not in the play-by-play: one of them is not whole yet.
    """
    taken = [shot for shot in _chart_rows(chart) if shot["PLAYER_ID"] != NOBODY]
    strangers = {shot["GAME_ID"] for shot in taken} - {game.game_id}
    if strangers:
        raise ValueError(f"the shot chart has shots of game {', '.join(sorted(strangers))}")
    if plays["game"]["gameId"] != game.game_id:
        raise ValueError(f"the play-by-play is of game {plays['game']['gameId']}")
    credits_ = _Credits(game, box, plays["game"]["actions"])
    rows = [_row(game, shot, credits_) for shot in sorted(taken, key=lambda shot: int(shot["GAME_EVENT_ID"]))]
    _require_box_score(game, boxes, rows)
    return rows


class _Credits:
    """Who passed and who blocked, by event number, read in the order of the play-by-play."""

    def __init__(self, game: Game, box: dict[str, Any], actions: list[Action]) -> None:
        self._about = game.about
        teams = {box["boxScoreTraditional"][side]["teamId"]: box["boxScoreTraditional"][side] for side in SIDES}
        self._names = {team_id: Names(team["players"], actions) for team_id, team in teams.items()}
        self._known = {(action["actionNumber"], action["personId"]) for action in actions}
        self._passers: dict[int, int | None] = {}
        self._blockers: dict[int, int | None] = {}
        for action in actions:
            self._read(action)

    def require(self, event: int, shooter: int) -> None:
        """Raise SourceUnavailable when the play-by-play does not have a shot."""
        if (event, shooter) not in self._known:
            raise SourceUnavailable(
                f"stats.nba.com, play-by-play of {self._about}: no event {event} of player {shooter}"
            )

    def passer(self, event: int) -> tuple[bool, int | None]:
        """Return whether a made shot was assisted, and the passer's id if it can be told."""
        return event in self._passers, self._passers.get(event)

    def blocker(self, event: int) -> int | None:
        """Return the id of the player who blocked a missed shot, None when nobody did."""
        return self._blockers.get(event)

    def _read(self, action: Action) -> None:
        event, person, text = action["actionNumber"], action["personId"], action["description"] or ""
        names = self._names.get(action["teamId"])
        assist, block = ASSIST.search(text), BLOCK.fullmatch(text)
        if names is None or not (assist or block):
            return
        if assist:
            player = names.player(assist["name"], "AST", int(assist["count"]), besides=person)
            self._passers[event] = player
        elif block:
            # Most blocks carry the blocker's id; for the others there is the name.
            player = person if person in names else names.player(block["name"], "BLK", int(block["count"]))
            self._blockers[event] = player
        if player is None:
            log("source.player_unknown", game=self._about, event=event, text=text)


def _chart_rows(chart: dict[str, Any]) -> list[dict[str, Any]]:
    (found,) = [each for each in chart["resultSets"] if each["name"] == CHART]
    return [dict(zip(found["headers"], values, strict=True)) for values in found["rowSet"]]


def _row(game: Game, shot: dict[str, Any], credits_: _Credits) -> Row:
    event, shooter, made = shot["GAME_EVENT_ID"], shot["PLAYER_ID"], shot["SHOT_MADE_FLAG"] == 1
    team, opponent = game.sides(shot["TEAM_ID"])
    credits_.require(event, shooter)
    is_assisted, passer = credits_.passer(event) if made else (None, None)
    return {
        "season": game.row["season"],
        "game_date": game.row["game_date"],
        "game_id": game.game_id,
        "event_num": event,
        "period": shot["PERIOD"],
        "seconds_left": 60 * shot["MINUTES_REMAINING"] + shot["SECONDS_REMAINING"],
        "team": team,
        "opponent": opponent,
        "player_id": shooter,
        "made": made,
        "shot_value": VALUES[shot["SHOT_TYPE"]],
        "distance_ft": whole(shot["SHOT_DISTANCE"]),
        "loc_x": whole(shot["LOC_X"]),
        "loc_y": whole(shot["LOC_Y"]),
        "zone_basic": shot["SHOT_ZONE_BASIC"],
        "is_assisted": is_assisted,
        "assist_player_id": passer,
        "block_player_id": None if made else credits_.blocker(event),
    }


def _require_box_score(game: Game, boxes: list[Row], rows: list[Row]) -> None:
    taken: Counter[tuple[int, str]] = Counter()
    for row in rows:
        player, made, three = row["player_id"], int(row["made"]), int(row["shot_value"] == 3)
        taken.update(
            {(player, "fga"): 1, (player, "fgm"): made, (player, "fg3a"): three, (player, "fg3m"): three * made}
        )
    listed = {(box["player_id"], name): box[name] for box in boxes for name in ("fga", "fgm", "fg3a", "fg3m")}
    wrong = sorted(key for key in taken.keys() | listed if taken[key] != listed.get(key, 0))
    if wrong:
        player, name = wrong[0]
        raise SourceUnavailable(
            f"stats.nba.com, shot chart of {game.about}: player {player} has {taken[wrong[0]]} of his "
            f"{listed.get(wrong[0], 0)} {name}"
        )
