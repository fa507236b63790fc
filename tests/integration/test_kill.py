"""kill -9 at random moments of a run, resumed each time: the tables end as those of an undisturbed run.

`KILLS` and `KILL_END` in the environment make it longer: `KILLS=20 KILL_END=2025-04-13` is the whole season.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from shared.domain.backfills import BackfillStatus
from shared.service.app import App
from tests.stack import all_units, digests, open_app, run

KILLS = int(os.environ.get("KILLS", "4"))
END = os.environ.get("KILL_END", "2024-11-01")
REQUEST = {"start_date": "2024-10-22", "end_date": END, "request_id": "killed"}
RUN_SECONDS_MAX = 900
SEED = 20241022
TABLES = (
    "nba_raw.player_boxscores",
    "nba_analytics.player_game_summary",
    "nba_precompute.player_daily_cache",
    "nba_predictions.player_points_predictions",
)


def test_killed_at_random_moments_it_ends_in_identical_tables(season_archive: Path, tmp_path: Path) -> None:
    undisturbed = open_app(tmp_path / "undisturbed", season_archive=str(season_archive))
    run(undisturbed, REQUEST)
    home = tmp_path / "killed"
    app = open_app(home, season_archive=str(season_archive))
    app.bus.publish("backfill-requests", REQUEST)
    draw = random.Random(SEED)
    share = len(all_units(undisturbed)) / (KILLS + 1)
    for _ in range(KILLS):
        process = start(home, season_archive)
        wait_for(app, process, completed(app) + draw.uniform(0.2, 1.0) * share)
        time.sleep(draw.uniform(0.0, 0.3))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert start(home, season_archive).wait(timeout=RUN_SECONDS_MAX) == 0
    resumed = open_app(home, season_archive=str(season_archive))
    assert [backfill.status for backfill, _ in resumed.ledger.backfills()] == [BackfillStatus.COMPLETE]
    assert max(unit.fence for unit in all_units(resumed).values()) > 1, "no kill hit a running unit"
    assert digests(resumed) == digests(undisturbed)
    for table in TABLES:
        assert rows(resumed, table) == rows(undisturbed, table)


def start(home: Path, archive: Path) -> subprocess.Popen[bytes]:
    settings = {"LOOKBACK_HOME": str(home), "LOOKBACK_SOURCE": "archive", "SEASON_ARCHIVE": str(archive)}
    command = [sys.executable, "-m", "shared.cli.main", "run"]
    return subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def completed(app: App) -> int:
    return sum(unit.version > 0 for unit in all_units(app).values())


def wait_for(app: App, process: subprocess.Popen[bytes], units: float) -> None:
    until = time.monotonic() + RUN_SECONDS_MAX
    while completed(app) < units and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.02)


def rows(app: App, table: str) -> list[list[Any]]:
    """Return a table's rows but for when and for which backfill they were computed, in a fixed order."""
    found = app.warehouse.query(f"SELECT * FROM {table}", {})  # noqa: S608
    left_out = {"processed_at", "backfill_id"}
    return sorted(([value for name, value in row.items() if name not in left_out] for row in found), key=str)
