"""Faults as they happen: planted in a copied LOOKBACK_HOME by what causes them, never by writing into the ledger.

Each `plant_*` returns when the fault stands, its cause already mended where the operator would mend it before the
command that `explain` gives: a disk that is back, a file put right. What a cause leaves behind is what is tested.
"""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.cli.options import reader
from shared.config import REPOSITORY_ROOT
from shared.domain.units import Status
from tests.stack import all_units

# Retries follow each other at once, and a lease is a matter of seconds.
HASTE = {"LOOKBACK_RETRY_SECONDS": "0.02", "LOOKBACK_RETRY_SECONDS_MAX": "0.1", "LOOKBACK_SWEEP_SECONDS": "0.5"}
SHORT_LEASE = {"LOOKBACK_LEASE_SECONDS": "3"}
SECONDS_MAX = 240
KILLS_MAX = 10
# A table that Phase 3 publishes last, so that the partitions before it are replaced when it fails.
LAST_TABLE = "nba_analytics.team_defense_game_summary"


@dataclass(frozen=True, kw_only=True)
class Home:
    """A folder of a season (`archive`: the real one), and the command as an operator runs it there."""

    folder: Path
    archive: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of its commands."""
        source = {"LOOKBACK_SOURCE": "archive", "SEASON_ARCHIVE": str(self.archive)}
        own = source if self.archive is not None else {"LOOKBACK_SOURCE": "synthetic"}
        return os.environ | own | HASTE | {"LOOKBACK_HOME": str(self.folder), "COLUMNS": "160"}

    def cli(self, line: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run one `backfill` line."""
        argv = [sys.executable, "-m", "shared.cli.main", *shlex.split(line)[1:]]
        return subprocess.run(
            argv,
            env=self.environment | settings,
            cwd=REPOSITORY_ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS_MAX,
        )

    def json(self, line: str) -> dict[str, Any]:
        """Return what a line says as JSON."""
        done = self.cli(f"{line} --json")
        assert done.returncode in (0, 1), done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def obey(self, command: str) -> None:
        """Run a command that was suggested, as it stands, and let the functions do what it asks for."""
        for line in command.split(" && "):
            done = self.cli(line)
            assert done.returncode == 0, (line, done.stdout, done.stderr)
        if command.split()[1] not in ("run", "trace", "explain"):
            self.cli("backfill run")

    def landing(self, day: str, name: str) -> Path:
        """Return the path of a landing file."""
        return self.folder / "landing" / day / f"{name}.jsonl"

    def start(self, line: str, **settings: str) -> subprocess.Popen[bytes]:
        """Start a line and leave it running."""
        argv = [sys.executable, "-m", "shared.cli.main", *shlex.split(line)[1:]]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(argv, env=self.environment | settings, cwd=REPOSITORY_ROOT, **quiet)  # type: ignore[call-overload, no-any-return]


def fill(home: Home, last: str) -> None:
    """Fill an empty folder from opening night to a date, through all phases."""
    assert home.cli("backfill calendar --load 2024-25").returncode == 0
    done = home.cli(f"backfill request 2024-10-22 {last} --request-id weeks --run")
    assert done.returncode == 0, done.stderr


def plant_failed_phase_3(home: Home, day: str) -> None:
    """Have the disk of one of Phase 3's tables be gone until the attempts of a redo are spent; then it is back."""
    table, aside = home.folder / "warehouse" / LAST_TABLE, home.folder / "aside"
    table.rename(aside)
    table.symlink_to(home.folder / "unmounted")
    home.cli(f"backfill reprocess {day} --from-phase 3 --request-id redo-3")
    assert home.cli("backfill run").returncode == 1
    table.unlink()
    aside.rename(table)


def plant_missing_landing_file(home: Home, day: str) -> None:
    """Lose a landing file, and redo the date from its files."""
    home.landing(day, "player_boxscores").unlink()
    home.cli(f"backfill reprocess {day} --request-id redo-2")
    assert home.cli("backfill run").returncode == 1


def plant_failed_audit(home: Home, day: str, player_id: int) -> None:
    """Mistype a player's minutes in a landing file, redo the date from it, and put the minutes right afterwards."""
    path = home.landing(day, "player_boxscores")
    whole = path.read_text()
    rows = [json.loads(line) for line in whole.splitlines()]
    for row in rows:
        if row["player_id"] == player_id:
            row["minutes"] = 350
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    home.cli(f"backfill reprocess {day} --request-id typo-2")
    assert home.cli("backfill run").returncode == 1
    path.write_text(whole)


def plant_expired_lease(home: Home, day: str) -> str:
    """Kill a run amid an attempt, and wait until the attempt's lease is over; return the key of the unit."""
    for number in range(KILLS_MAX):
        home.cli(f"backfill request {day} --force --request-id killed-{number}")
        process = home.start("backfill run", **SHORT_LEASE)
        _await_attempt(home, process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        held = running(home)
        if held:
            time.sleep(int(SHORT_LEASE["LOOKBACK_LEASE_SECONDS"]) + 1)
            return held[0]
        home.cli("backfill run")
    raise AssertionError("no kill hit an attempt")


def plant_dead_letter(home: Home, day: str) -> None:
    """Have a landing file be unreadable until the deliveries of a redo's message are spent; then it can be read."""
    path, aside = home.landing(day, "games"), home.folder / "games.aside"
    path.rename(aside)
    path.mkdir()
    home.cli(f"backfill reprocess {day} --request-id letter-2")
    assert home.cli("backfill run").returncode == 1
    path.rmdir()
    aside.rename(path)


def plant_capped_window(home: Home, day: str, days_back: int) -> None:
    """Ask for a date of an empty folder with a cap on the history that is fetched."""
    home.cli("backfill calendar --load 2024-25")
    done = home.cli(f"backfill request {day} --max-lookback-days {days_back} --request-id capped --run")
    assert done.returncode == 0, done.stderr


def running(home: Home) -> list[str]:
    """Return the keys of the units that an attempt holds."""
    return [key for key, unit in all_units(reader(str(home.folder))).items() if unit.status is Status.RUNNING]


def _await_attempt(home: Home, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS_MAX
    while not running(home) and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.005)
