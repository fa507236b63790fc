"""A real headless Chromium before the dashboard as `backfill ui` serves it, watched for whatever leaves the origin."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from shared.cli.options import reader
from shared.domain.alert_rules import RULES
from shared.domain.incidents import Incident, IncidentStatus
from shared.domain.units import Status, Unit
from shared.ports import Write

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
MISSING = "no Chromium on this machine: apt-get install chromium"
DESKTOP, PHONE = (1280, 900), (375, 812)
# Last in any order, so that it stands for the player's earlier name too.
HOSTILE = "zz<script>alert('x')</script>"
# Opening night and the four game dates after it, of the synthetic season; the next one has failed.
FIRST, LAST, FAILED = "2024-10-22", "2024-10-26", "2024-10-27"


@dataclass(kw_only=True)
class Viewer:
    """A browser's pages of one origin, and everything in them that should not be."""

    address: str
    context: BrowserContext
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open a path in a page of its own."""
        page = self.context.new_page()
        page.on("console", lambda message: self._told(message.type, message.text))
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("request", lambda request: self._asked(request.url))
        page.on("dialog", lambda dialog: (self.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(self.address + path.lstrip("/"))
        return page

    def _told(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.wrong.append(f"{kind}: {text}")

    def _asked(self, url: str) -> None:
        if not url.startswith(self.address):
            self.wrong.append(f"request: {url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium. Without one a test is skipped, and fails where CI is true."""
    found = chromium()
    if found is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield started
        started.close()


def chromium() -> str | None:
    """Return the path of this machine's Chromium, None without one."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


@contextmanager
def watched(browser: Browser, address: str, size: tuple[int, int] = DESKTOP, scheme: str = "light") -> Iterator[Viewer]:
    """Yield a viewer; afterwards nothing may have left the origin, and no page have had an error."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    viewer = Viewer(address=address, context=context)
    try:
        yield viewer
    finally:
        context.close()
    assert viewer.wrong == []


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve a folder by `backfill ui` while the block runs; yield its address."""
    command = [sys.executable, "-m", "shared.cli.main", "ui", "--port", "0", "--json", "--home", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads("".join(process.stdout.readline() for _ in range(3)))["address"]
        finally:
            process.terminate()
            assert process.wait(timeout=20) == 0


def backfill(home: Path, *words: str) -> None:
    """Run a verb of `backfill` on a folder, with the synthetic season; it must succeed."""
    environment = {**os.environ, "LOOKBACK_HOME": str(home), "LOOKBACK_SOURCE": "synthetic", "LOGNAME": "ann"}
    command = [sys.executable, "-m", "shared.cli.main", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with five complete dates, one that failed, an incident, refused messages, and hostile names."""
    folder = tmp_path_factory.mktemp("dashboard")
    backfill(folder, "calendar", "--load", "2024-25")
    backfill(folder, "request", FIRST, LAST, "--request-id", "first", "--reason", HOSTILE, "--run")
    rename_a_player(folder / "landing" / LAST / "player_boxscores.jsonl")
    backfill(folder, "reprocess", LAST, "--run")
    plant_problems(folder)
    return folder


def rename_a_player(path: Path) -> None:
    """Give the first player of a landing file a name that is a script."""
    lines = path.read_text().splitlines()
    lines[0] = json.dumps({**json.loads(lines[0]), "player_name": HOSTILE})
    path.write_text("\n".join(lines) + "\n")


def plant_problems(folder: Path) -> None:
    """Put a failed unit, an open incident, a dead letter and a rejection into a folder's ledger."""
    app = reader(str(folder))
    now = app.clock.now().isoformat()
    day = app.ledger.calendar("2024-25").dates[5]
    failed = Unit(phase=1, game_date=day, status=Status.FAILED, error=f"lost {HOSTILE}", attempts=5, updated_at=now)
    rule = next(each for each in RULES if "dead" in each.name)
    incident = Incident(
        id="open-1",
        rule=rule.name,
        severity=rule.severity,
        status=IncidentStatus.FIRING,
        episode=1,
        subjects={HOSTILE: {"seen": HOSTILE}},
        subjects_total=3,
        since=now,
        fired_at=now,
    )
    letter = {"at": now, "subscription": "scrape.phase1-requests", "message": {"reason": HOSTILE}}
    refused = {"at": now, "topic": "backfill-requests", "error": f"no {HOSTILE}", "request": HOSTILE}
    app.ledger.commit(
        [
            Write(key=failed.key, body=failed.body()),
            Write(key=incident.key, body=incident.body()),
            Write(key="dead_letters/d", body=letter),
            Write(key="rejections/r", body=refused),
        ]
    )


@pytest.fixture(scope="session")
def address(home: Path) -> Iterator[str]:
    with served(home) as found:
        yield found


@pytest.fixture(scope="session")
def player(home: Path) -> int:
    """The id of the player with the hostile name."""
    line = (home / "landing" / LAST / "player_boxscores.jsonl").read_text().splitlines()[0]
    return int(json.loads(line)["player_id"])


@pytest.fixture(scope="session")
def paths(player: int) -> dict[str, str]:
    """Every kind of page, by name."""
    return {
        "season": "/",
        "team": "/?season=2024-25&team=BOI",
        "backfills": "/backfills",
        "backfill": "/backfills/first",
        "price": "/backfills/first/price",
        "date": f"/dates/{LAST}?players=all",
        "failed date": f"/dates/{FAILED}",
        "player": f"/players/{player}",
        "alerts": "/alerts",
        "search": "/search?q=" + "script",
        "nothing found": "/search?q=zzzzzz",
        "error": "/dates/2024-07-01",
    }
