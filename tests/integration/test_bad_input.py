"""Bad input through the real functions: one clear error and no trace; a malformed file fails its date only."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.domain.backfills import BackfillStatus
from shared.service.app import App
from tests.stack import all_units, open_app, run

BAD = [
    ({"start_date": "2024-11-14", "end_date": "2024-11-08"}, "end_date"),
    ({"start_date": "2024-11-05", "end_date": "2024-11-05"}, "start_date"),
    ({"start_date": "2024-02-14", "end_date": "2024-02-15"}, "season"),
    ({"start_date": "2024-11-31", "end_date": "2024-12-01"}, "start_date"),
    ({"start_date": "2024-11-08", "end_date": "2024-11-14", "colour": "red"}, "colour"),
    ({"start_date": "2024-11-08", "end_date": "2024-11-14", "force": "yes"}, "force"),
    ({"start_date": 20241108, "end_date": "2024-11-14"}, "start_date"),
    ({"start_date": "2000-01-01", "end_date": "2027-05-18"}, "end_date"),
    ({"dates": ["2024-11-05"]}, "dates"),
    ({"start_date": "2024-11-08", "end_date": "2024-11-08", "from_phase": 4}, "from_phase"),
    ({"start_date": "2024-11-08", "end_date": "2024-11-08", "reason": "x' OR 1=1 --" * 100}, "reason"),
]


@pytest.fixture
def app(season_archive: Path, tmp_path: Path) -> Iterator[App]:
    built = open_app(tmp_path / "home", season_archive=str(season_archive), sweep_seconds=0.5)
    yield built
    built.warehouse.close()


def test_bad_requests_are_acknowledged_recorded_and_leave_no_trace(app: App) -> None:
    assert run(app, *[body for body, _ in BAD]) == []
    assert all_units(app) == {}
    frontier, _ = app.ledger.frontier("2024-25")
    assert (frontier.lanes, frontier.queue, frontier.targets) == ({}, {}, {})
    rejections = [document.body["error"] for document in app.ledger.store.scan("rejections/", "rejections/~")]
    assert sorted(error.split(":")[0] for error in rejections) == sorted(field for _, field in BAD)


def corrupt(app: App, day: date, line: int) -> tuple[Path, bytes]:
    path = Path(app.landing.url(day, "player_boxscores.jsonl"))
    content = path.read_bytes()
    lines = content.splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].replace(b'"points":', b'"points": "many", "was":', 1)
    path.write_bytes(b"".join(lines))
    return path, content


def test_a_malformed_file_fails_its_date_with_file_and_line_and_a_retry_completes_it(app: App) -> None:
    request: dict[str, Any] = {"start_date": "2024-10-22", "end_date": "2024-10-25"}
    run(app, {**request, "to_phase": 1, "request_id": "landing"})
    broken = date(2024, 10, 24)
    path, content = corrupt(app, broken, 7)
    (first, second) = run(app, {**request, "request_id": "fill"})
    assert (first.status, second.status) == (BackfillStatus.COMPLETE, BackfillStatus.FAILED)
    units = all_units(app)
    assert units[f"units/2-{broken}"].status.value == "failed"
    assert f"{path}:7:" in units[f"units/2-{broken}"].error
    # The dates before it are untouched; those whose windows hold it wait, and say for what.
    for day in (date(2024, 10, 22), date(2024, 10, 23)):
        assert units[f"units/5-{day}"].status.value == "complete"
    assert f"units/2-{broken}" in units["units/4-2024-10-25"].reason
    path.write_bytes(content)
    retried = run(app, {**request, "request_id": "retry"})[-1]
    assert retried.status is BackfillStatus.COMPLETE
    assert {unit.status.value for unit in all_units(app).values()} == {"complete"}


def test_a_correction_by_hand_is_read_and_never_overwritten(app: App) -> None:
    day = date(2024, 10, 22)
    request: dict[str, Any] = {"start_date": str(day), "end_date": str(day)}
    run(app, {**request, "request_id": "fill"})
    path = Path(app.landing.url(day, "player_boxscores.jsonl"))
    before = path.read_bytes()
    corrected = before.replace(b'"minutes": 30', b'"minutes": 29', 1)
    assert corrected != before
    path.write_bytes(corrected)
    run(app, {**request, "request_id": "again", "force": True})
    assert path.read_bytes() == corrected
    select = "SELECT SUM(minutes) AS minutes FROM nba_raw.player_boxscores WHERE game_date = @game_date"
    (row,) = app.warehouse.query(select, {"game_date": day})
    assert row["minutes"] == sum(int(line.split(b'"minutes": ')[1].split(b",")[0]) for line in corrected.splitlines())
