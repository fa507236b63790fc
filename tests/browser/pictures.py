"""`python -m tests.browser.pictures FOLDER`: pictures of the dashboard, of a made-up season under a backfill."""

import io
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from shared.cli.options import reader
from shared.domain.units import Status, Unit, unit_key
from shared.ports import Write
from tests.browser.conftest import ARGUMENTS, DESKTOP, backfill, chromium, served

DONE_UNTIL, ASKED_UNTIL = "2024-12-08", "2025-02-23"
SCRAPED_MIN = 5
SHOWN_DATE = "2024-11-22"
PLAYERS_SQL = """
SELECT player_id
FROM nba_precompute.player_daily_cache
WHERE game_date = @game_date
ORDER BY points_avg_last_10, player_id
"""
COLOURS = 96
HEIGHT_MAX = 1500
# The page, the name of its picture, the size of the window and its colours.
PICTURES = (
    ("/", "season.png", DESKTOP, "light"),
    ("/", "season-dark.png", DESKTOP, "dark"),
    (f"/dates/{SHOWN_DATE}", "date.png", DESKTOP, "light"),
    ("/players/{player}", "player.png", DESKTOP, "light"),
    ("/backfills/history", "backfill.png", DESKTOP, "light"),
)


def main(folder: Path) -> None:
    """Write the pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        player = fill(home)
        with served(home) as address, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
            for path, name, size, scheme in PICTURES:
                taken = picture(browser, address + path.format(player=player).lstrip("/"), size, scheme)
                (folder / name).write_bytes(taken)
            browser.close()


def fill(home: Path) -> int:
    """Fill a folder with a part of a season, more asked for, and something failed; return a player's id."""
    backfill(home, "calendar", "--load", "2024-25")
    backfill(home, "request", "2024-10-22", DONE_UNTIL, "--request-id", "first-weeks", "--run")
    words = ("2024-12-09", ASKED_UNTIL, "--request-id", "history", "--reason", "fill the gap before the new model")
    backfill(home, "request", *words)
    run_for_a_moment(home)
    app = reader(str(home))
    calendar = app.ledger.calendar("2024-25")
    pending = [day for day in calendar.dates if (held := app.ledger.unit(1, day)) and not held.unit.usable]
    states = {
        pending[0]: Status.RUNNING,
        pending[1]: Status.RUNNING,
        pending[4]: Status.FAILED,
    }
    writes = []
    for day, status in states.items():
        held = app.ledger.store.get(unit_key(1, day))
        told = {"error": "the source has no games on this date", "attempts": 5} if status is Status.FAILED else {}
        unit = Unit(
            phase=1,
            game_date=day,
            status=status,
            lease_until="2031-01-01T00:00:00+00:00" if status is Status.RUNNING else "",
            wanted_by={"history": 0},
            updated_at=app.clock.now().isoformat(),
            **told,  # type: ignore[arg-type]
        )
        writes.append(Write(key=unit.key, body=unit.body(), revision=held.revision if held else None))
    app.ledger.commit(writes)
    rows = app.warehouse.query(PLAYERS_SQL, {"game_date": date.fromisoformat(SHOWN_DATE)})
    return int(rows[-1]["player_id"])


def run_for_a_moment(home: Path) -> None:
    """Have a run work on a folder until it has scraped some dates, then stop it as Ctrl-C does."""
    environment = {**os.environ, "LOOKBACK_HOME": str(home), "LOOKBACK_SOURCE": "synthetic"}
    command = [sys.executable, "-m", "shared.cli.main", "run"]
    ledger = reader(str(home)).ledger
    first, last = date.fromisoformat(DONE_UNTIL), date.fromisoformat(ASKED_UNTIL)
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            time.sleep(0.1)
            if sum(held.unit.usable for held in ledger.units_between(1, first, last)) > SCRAPED_MIN:
                process.terminate()
                process.wait()


def picture(browser: Browser, address: str, size: tuple[int, int], scheme: str) -> bytes:
    """Return a PNG of a page in few colours, no taller than HEIGHT_MAX."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    page.get_by_role("status").filter(has_text="Live").or_(page.locator("h1")).first.wait_for()
    shot = page.screenshot(full_page=size == DESKTOP)
    context.close()
    whole = Image.open(io.BytesIO(shot)).convert("RGB")
    shown = whole.crop((0, 0, whole.width, min(whole.height, HEIGHT_MAX)))
    written = io.BytesIO()
    shown.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        written, "PNG", optimize=True
    )
    return written.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
