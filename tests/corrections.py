"""Corrections of landing files by hand, as an operator makes them: what has to agree with them is changed too."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

Line = dict[str, Any]
Correction = Callable[["Landed"], None]


class Landed:
    """The landing files of one date, as lists of lines that may be changed in place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.games, self.boxes, self.shots = map(self._lines, ("games", "player_boxscores", "shots"))

    def box(self, player: int) -> Line:
        """Return a player's box score."""
        return next(line for line in self.boxes if line["player_id"] == player)

    def score(self, box: Line, points: int) -> None:
        """Add to the score of the team of a box score."""
        game = next(line for line in self.games if line["game_id"] == box["game_id"])
        game["home_score" if box["is_home"] else "away_score"] += points

    def save(self) -> None:
        """Write the files, one line an object."""
        for name, lines in (("games", self.games), ("player_boxscores", self.boxes), ("shots", self.shots)):
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            (self._folder / f"{name}.jsonl").write_text(text, encoding="utf-8")

    def _lines(self, name: str) -> list[Line]:
        content = (self._folder / f"{name}.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in content.splitlines()]


def correct(home: Path, day: date, correction: Correction) -> None:
    """Apply a correction to the landing files of a date below a home folder."""
    landed = Landed(home / "landing" / day.isoformat())
    correction(landed)
    landed.save()


def five_points_more(player: int) -> Correction:
    """Return the correction that gives a player a three-pointer and a two-pointer that the scorer had missed."""

    def apply(landed: Landed) -> None:
        box = landed.box(player)
        for name, more in (("points", 5), ("fgm", 2), ("fga", 2), ("fg3m", 1), ("fg3a", 1)):
            box[name] += more
        landed.score(box, 5)
        like = next(shot for shot in landed.shots if shot["player_id"] == player)
        last = max(shot["event_num"] for shot in landed.shots if shot["game_id"] == box["game_id"])
        alone = {"made": True, "is_assisted": False, "assist_player_id": None, "block_player_id": None}
        three = {"event_num": last + 1, "shot_value": 3, "distance_ft": 26, "loc_x": -141, "loc_y": 228}
        two = {"event_num": last + 2, "shot_value": 2, "distance_ft": 2, "loc_x": 10, "loc_y": 15}
        landed.shots.append({**like, **alone, **three, "zone_basic": "Above the Break 3"})
        landed.shots.append({**like, **alone, **two, "zone_basic": "Restricted Area"})

    return apply


def never_played(player: int) -> Correction:
    """Return the correction that takes a player out of a game he was listed for by mistake, with all he did in it."""

    def apply(landed: Landed) -> None:
        box = landed.box(player)
        landed.score(box, -box["points"])
        landed.boxes.remove(box)
        landed.shots = [shot for shot in landed.shots if shot["player_id"] != player]
        for shot in landed.shots:
            if shot["assist_player_id"] == player:
                shot.update(is_assisted=False, assist_player_id=None)
            if shot["block_player_id"] == player:
                shot["block_player_id"] = None

    return apply
