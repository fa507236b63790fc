"""What people and the source do to the simulated system: requests, words, corrections, games that move."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shared.adapters.embedded.memory import MemoryBus
from tests.memory_stack import MemoryStack, ToyLanding
from tests.simulation.oracles import Oracles
from tests.simulation.season import SEASON, MadeSeason


@dataclass(kw_only=True)
class Outside:
    """Everything that happens to the system and is not done by it."""

    season: MadeSeason
    # What a date had before its games were taken from the schedule: fixtures, box scores, landing rows.
    put_off: dict[date, tuple[Any, Any, Any]] = field(default_factory=dict)
    stack: MemoryStack = field(init=False)
    bus: MemoryBus = field(init=False)
    landing: ToyLanding = field(init=False)
    oracles: Oracles = field(init=False)

    def note(self, text: str) -> None:
        """Add a line to the trace."""
        raise NotImplementedError

    def request(self, **body: Any) -> None:
        """Publish an operator's request."""
        self.note(f"REQUEST {body}")
        message_id = self.bus.publish("backfill-requests", body)
        self.oracles.asked.published(body, message_id, len(self.oracles.over))

    def scraped(self, day: date) -> None:
        """Have a date scraped by the daily path."""
        self.note(f"LIVE {day}")
        self.bus.publish("phase1-requests", {"version": 1, "phase": 1, "game_date": str(day), "backfill_id": ""})

    def control(self, action: str, name: str, **fields: Any) -> None:
        """Publish an operator's word on a backfill."""
        self.note(f"CONTROL {action} {name} {fields or ''}")
        self.bus.publish("backfill-controls", {"version": 1, "action": action, "backfill_id": name, **fields})

    def correct(self, day: date, player: int, points: int | None) -> bool:
        """Have an operator correct a line by hand (None: he did not play); False when the file is not there."""
        name = "player_boxscores.jsonl"
        content = self.landing.files.get((day, name))
        if content is None or player not in self.season.boxes[day]:
            return False
        rows = [json.loads(line) for line in content.splitlines()]
        for row in rows:
            if row["player_id"] == player:
                row["points"] = points or 0
                row["minutes"] = 0 if points is None else row["minutes"]
                line = self.season.boxes[day][player]
                minutes = row["minutes"]
                self.season.boxes[day][player] = type(line)(team=line.team, minutes=minutes, points=row["points"])  # type: ignore[index]
        self.landing.files[day, name] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
        self.note(f"CORRECT {day} player {player} to {points}")
        return True

    def postpone(self, day: date) -> None:
        """Have the source take the games of a date from its schedule, and ask for the schedule to be loaded."""
        self.note(f"POSTPONED {day}")
        self.put_off[day] = (self.season.fixtures[day], self.season.boxes[day], self.stack.source.rows.pop(day))
        self.bus.publish("calendar-requests", {"version": 1, "season": SEASON})

    def play_after_all(self, day: date) -> None:
        """Have the source put a date's games back, and ask for the schedule to be loaded."""
        self.note(f"PLAYED AFTER ALL {day}")
        self.stack.source.rows[day] = self.put_off[day][2]
        self.bus.publish("calendar-requests", {"version": 1, "season": SEASON})

    def rescheduled(self, games: Mapping[str, Any]) -> None:
        """Have the truth follow the calendar that has just come into force."""
        for day, (fixtures, box, _) in self.put_off.items():
            for truth, value in ((self.season.fixtures, fixtures), (self.season.boxes, box)):
                if str(day) in games:
                    truth[day] = value  # type: ignore[index]
                else:
                    truth.pop(day, None)  # type: ignore[attr-defined]
