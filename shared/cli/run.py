"""`backfill run`: work on what was requested, with local workers."""

import logging
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, cast

import typer

from shared import bootstrap
from shared.adapters.embedded.bus import SqliteBus
from shared.adapters.embedded.folder_lock import lock_folder
from shared.adapters.embedded.push import FunctionApp
from shared.adapters.embedded.runner import LocalRunner
from shared.cli.commands import command
from shared.cli.options import Home, Json, config_of
from shared.cli.output import EXIT_INCOMPLETE, say, say_json
from shared.cli.progress import WAITING_SHOWN, View, view
from shared.cli.recovery import recovery_of
from shared.cli.standing import exit_code, standing_json, summary_line, trouble_lines
from shared.config import EMBEDDED, REPOSITORY_ROOT, Config
from shared.domain.backfills import BackfillStatus
from shared.domain.errors import InvalidInput
from shared.logs import JsonLines
from shared.service.app import App
from shared.service.status import Observer, Standing
from shared.service.sweep import sweep

LOG_NAME = "run.log"

Workers = Annotated[int | None, typer.Option("--workers", metavar="N", help="Worker threads.")]
KeepRunning = Annotated[
    bool, typer.Option("--keep-running/--until-idle", help="Stay for further requests, or end when all is done.")
]


def run(*, workers: Workers = None, keep_running: KeepRunning = False, json: Json = False, home: Home = None) -> None:
    """Run the functions on this machine until no backfill is live; Ctrl-C stops cleanly, a second run resumes.

    Exit code 1 when units failed or it was stopped before the end.

    Example: backfill run --workers 2
    """
    raise typer.Exit(run_folder(config_of(home, workers=workers), keep_running=keep_running, json=json))


def run_folder(config: Config, *, keep_running: bool = False, json: bool = False) -> int:
    """Work on a folder until it is idle or stopped; return the exit code.

    Raises InvalidInput when another run holds the folder, or the stack is not one of a folder.
    """
    if config.stack != EMBEDDED:
        right = f"{EMBEDDED}; in the cloud the functions run by themselves, follow them: backfill watch"
        raise InvalidInput("LOOKBACK_STACK", config.stack, right)
    home = Path(config.home)
    with lock_folder(home), _logged_to(home / LOG_NAME):
        app = bootstrap.use(bootstrap.embedded(config))
        watched = _Watched(app, keep_running=keep_running)
        sweep(app, new_boot=True)
        with view(json=json) as shown:
            reached = _drive(app, watched, shown)
        standings = watched.standings()
        recovered = [recovery_of(app, each.id) for each in standings if not each.live]
    _report(standings, config, [line for _, line in recovered if line], reached=reached, json=json)
    worst = max([exit_code(standings), *(code for code, _ in recovered)])
    return worst if reached or keep_running else EXIT_INCOMPLETE


class _Watched:
    """The backfills that were live at some time since it was made, however short they were."""

    def __init__(self, app: App, *, keep_running: bool) -> None:
        self._app, self._keep_running = app, keep_running
        self._observer = Observer(app)
        self._since = app.clock.now().isoformat()
        self._shown_at = 0.0

    def finished(self) -> bool:
        """Return whether nothing is left to do; never when the run is to be kept."""
        if self._keep_running or not cast(SqliteBus, self._app.bus).idle():
            return False
        return not self._live()

    def show(self, shown: View) -> None:
        """Show the live backfills, no more often than the view wants."""
        now = time.monotonic()
        if now - self._shown_at >= shown.seconds:
            self._shown_at = now
            shown.show(self._observer.standings(self._live(), WAITING_SHOWN))

    def standings(self) -> list[Standing]:
        """Return every backfill seen, and every paused one, as it stands now."""
        known = [backfill for backfill, _ in self._app.ledger.backfills()]
        return self._observer.standings(
            each.id
            for each in known
            if each.live or each.status is BackfillStatus.PAUSED or each.finished_at >= self._since
        )

    def _live(self) -> list[str]:
        return [backfill.id for backfill, _ in self._app.ledger.backfills() if backfill.live]


def _drive(app: App, watched: _Watched, shown: View) -> bool:
    config = app.config
    functions = {
        name: FunctionApp(name, REPOSITORY_ROOT / "functions" / name / "main.py").call
        for name, function in bootstrap.topology().functions.items()
        if function.topics
    }
    runner = LocalRunner(
        cast(SqliteBus, app.bus),
        functions,
        clock=app.clock,
        workers=config.workers,
        sweep_seconds=config.sweep_seconds,
    )
    with _stopped_by_terminate(runner):
        try:
            reached = runner.run(watched.finished, lambda: watched.show(shown))
        finally:
            app.execution_log.flush()
    shown.show(watched.standings())
    return reached


def _report(standings: list[Standing], config: Config, recovered: list[str], *, reached: bool, json: bool) -> None:
    if json:
        found = [standing_json(each) for each in standings]
        say_json({"finished": reached, "backfills": found, "recovered": recovered})
        return
    if not standings:
        say("Nothing to run: no backfill is live. Ask for one: backfill request 2024-11-08 2024-11-14")
    for each in standings:
        say(summary_line(each), *trouble_lines(each))
    say(*recovered)
    if reached and standings and all(each.paused for each in standings):
        say(f"All that is left is paused: {', '.join(each.id for each in standings)}.")
    if not reached:
        say(f"Stopped; what was done is kept. Resume: {command('run', config.home)}")


class _LogFile(logging.FileHandler):
    """A log that says nothing of its own errors: a disk too full for it is too full for the ledger, which says so."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Leave the record out."""


@contextmanager
def _logged_to(path: Path) -> Iterator[None]:
    """Have everything that is logged go to a file instead of between the bars."""
    root = logging.getLogger()
    handler = _LogFile(path, encoding="utf-8", delay=True)
    handler.setFormatter(JsonLines())
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.setLevel(before)
        root.removeHandler(handler)
        with suppress(OSError):
            handler.close()


@contextmanager
def _stopped_by_terminate(runner: LocalRunner) -> Iterator[None]:
    """Inside, SIGTERM stops the runner as the first Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, lambda *_: runner.stop())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
