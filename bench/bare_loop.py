"""The same season by a bare loop, in a process of its own: `python -m bench.bare_loop HOME THREADS`.

Scrape, landing files, parsing, the same statement, audit and digest of each table and date, and the same
publishing into the same warehouse; no ledger, no bus, no functions, no coordinator. Dates of Phases 1-3 do
not depend on one another, nor do targets once all of those are done: with two threads each of the two
stretches is spread over both.
"""

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from bench.real_season import SEASON, Cost, open_app, summary
from shared.domain import landing_format
from shared.domain.calendar import SeasonCalendar
from shared.domain.messages import CalendarRequest
from shared.domain.policy import Policy
from shared.domain.units import Unit
from shared.processors.registry import APPEARANCES_SQL, early_entities
from shared.service import process_raw, scrape
from shared.service.app import App
from shared.service.attempt import Prepared
from shared.service.build import Build
from shared.service.load_calendar import load_calendar

NAME = "loop"


class Loop:
    """The season's work date by date; remembers the digests and rows of what it built."""

    def __init__(self, app: App, calendar: SeasonCalendar) -> None:
        self.app, self.calendar = app, calendar
        self.listed: dict[date, list[dict[str, Any]]] = {}
        self.digests: dict[str, str] = {}
        self.rows = 0

    def history(self, day: date) -> None:
        """Run Phases 1-3 of a date."""
        unit = self._unit(1, day)
        self._done(unit, scrape.STEP.prepare(self.app, unit, {}))
        unit = self._unit(2, day)
        raw = process_raw.STEP.prepare(self.app, unit, self._landed(day))
        self._done(unit, raw)
        self._analytics(day, raw.rows)

    def target(self, day: date) -> None:
        """Run Phases 4-5 of a date whose earlier dates are all there."""
        players, teams = self._entities(day)
        common = {
            "game_date": day,
            "season": SEASON,
            "season_start": self.calendar.start,
            "early_season": Policy().early_season.value,
            "processed_at": self.app.clock.now(),
            "backfill_id": NAME,
        }
        unit = self._unit(4, day)
        build = Build(self.app, unit, {**common, "hidden_dates": [], "players": players, "teams": teams}, {})
        self._done(unit, build.run(early_entities(len(players), len(teams))))
        unit = self._unit(5, day)
        self._done(unit, Build(self.app, unit, common, {}).run({}))

    def _analytics(self, day: date, raw_rows: Any) -> None:
        unit = self._unit(3, day)
        build = Build(self.app, unit, {"game_date": day, "season": SEASON}, {})
        expected = {"nba_analytics.player_game_summary": raw_rows["player_boxscores"]}
        prepared = build.run(expected)
        self.listed[day] = build.query(APPEARANCES_SQL)
        self._done(unit, prepared)

    def _entities(self, day: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        position, start = self.calendar.position[day], self.calendar.start
        sides: dict[str, dict[str, Any]] = {}
        for home, away in self.calendar.fixtures[day]:
            for team, opponent in ((home, away), (away, home)):
                games = (self.calendar.team_masks[team] & ((1 << position) - 1)).bit_count()
                sides[team] = {"team": team, "opponent": opponent, "is_home": team == home, "team_games": games}
        whole = {"floor": start, "shortage": None}
        rows = sorted(self.listed[day], key=lambda row: int(row["player_id"]))
        players = [{"player_id": row["player_id"], **sides[row["team"]], **whole} for row in rows]
        return players, [{**side, **whole} for _, side in sorted(sides.items())]

    def _landed(self, day: date) -> dict[str, str]:
        contents = {name: self.app.landing.read(day, f"{name}.jsonl") for name in process_raw.FILES}
        return {name: landing_format.digest(content or b"") for name, content in contents.items()}

    def _unit(self, phase: int, day: date) -> Unit:
        return Unit(phase=phase, game_date=day, fence=1, attempts=1, wanted_by={NAME: 0})

    def _done(self, unit: Unit, prepared: Prepared) -> None:
        prepared.publish()
        prepared.discard()
        self.digests.update({f"{unit.key} {name}": digest for name, digest in prepared.digests.items()})
        if unit.phase > 1:
            self.rows += sum(prepared.rows.values())


def run(home: Path, threads: int) -> tuple[Cost, Loop]:
    """Return what the loop cost from the calendar to its end, and the loop."""
    app = open_app(home)
    wall, cpu = time.perf_counter(), time.process_time()
    calendar = load_calendar(app, CalendarRequest(season=SEASON)).calendar
    loop = Loop(app, calendar)
    with ThreadPoolExecutor(threads) as pool:
        for step in (loop.history, loop.target):
            _each(pool, step, calendar)
    app.execution_log.flush()
    return Cost.since(wall, cpu), loop


def _each(pool: ThreadPoolExecutor, step: Callable[[date], None], calendar: SeasonCalendar) -> None:
    for _ in pool.map(step, calendar.dates):
        pass


def main(home: Path, threads: int) -> None:
    """Run the loop and print what it cost."""
    cost, loop = run(home, threads)
    units = 5 * len(loop.calendar.dates)
    print(json.dumps(summary(cost, loop.rows, units, loop.digests)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
