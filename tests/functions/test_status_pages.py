"""The pages of the `status` function: what each shows, that it is escaped, and the headers it carries."""

from dataclasses import replace
from typing import Any

import pytest

from functions.status import rendering, site
from shared import bootstrap
from shared.adapters.embedded.memory import MemoryStore
from shared.domain.units import Status, Unit
from shared.ports import Write
from shared.service.app import App
from shared.service.ledger import Ledger
from tests.filled import FIRST, LAST
from tests.functions.conftest import DAYS, HOSTILE, plant
from tests.unit.service.world import calendar_of, make_app, put

PAGES = [
    "/",
    "/backfills",
    "/backfills/first",
    "/backfills/first/price",
    f"/dates/{LAST}",
    "/alerts",
    "/search?q=first",
]


def text_of(client: Any, path: str) -> str:
    answered = client.get(path)
    assert answered.status_code == 200, answered.text
    return str(answered.text)


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_whole(computed: App, client: Any, path: str) -> None:
    text = text_of(client, path)
    assert text.startswith("<!doctype html>")
    assert text.rstrip().endswith("</html>")
    assert "<h1>" in text


def test_the_season_shows_each_date_with_its_phases(app: App, client: Any) -> None:
    plant(app)
    put(app, Unit(phase=1, game_date=DAYS[3], status=Status.RUNNING, lease_until="2024-11-01T00:00:00+00:00"))
    text = text_of(client, "/")
    assert 'aria-label="Tue 22 Oct 2024, 1 game: complete"' in text
    assert 'aria-label="Thu 24 Oct 2024, 1 game: history failed"' in text
    assert '<b>F</b><svg class="bars"' in text
    assert 'aria-label="Fri 25 Oct 2024, 1 game: history running"' in text
    assert "Phase 1 (scrape): lost" in text


def test_a_date_shows_units_windows_and_attempts(computed: App, client: Any) -> None:
    text = text_of(client, f"/dates/{LAST}")
    assert text.count("badge b-complete") == 10
    assert "as the release laid down" in text
    assert 'class="used" d="M' in text
    assert "season start" in text
    assert "All " in text
    assert text_of(client, f"/dates/{LAST}?players=all").count("<tr>") > text.count("<tr>")


def test_a_player_shows_which_dates_used_which_games(computed: App, client: Any) -> None:
    rows = computed.warehouse.query(
        "SELECT player_id, games_used FROM nba_precompute.player_daily_cache WHERE game_date = @game_date"
        " ORDER BY games_used DESC, player_id",
        {"game_date": DAYS[0].fromisoformat(LAST)},
    )
    player, used = rows[0]["player_id"], rows[0]["games_used"]
    targets = client.get(f"/api/players/{player}").json["targets"]
    assert [len(each["games"]) for each in targets][-1] == used
    text = text_of(client, f"/players/{player}")
    assert f"{LAST}: {used} games used" in text


@pytest.mark.parametrize(
    ("path", "code", "told"),
    [
        ("/nowhere", 404, "/nowhere: no such page"),
        ("/backfills/nobody", 404, "the id of a backfill"),
        ("/dates/2024-07-01", 400, "a date on which the schedule has a game"),
        ("/dates/soon", 400, "a date such as 2024-11-08"),
        ("/players/x", 404, "a whole number"),
        ("/?season=1990-91", 404, "a loaded season"),
        ("/?team=%3Cscript%3E", 404, "&#39;&lt;SCRIPT&gt;&#39;"),
        ("/backfills?page=0", 400, "a page from 1"),
        ("/backfills?page=" + "9" * 5000, 400, "a page from 1"),
        ("/players/" + "9" * 5000, 404, "a whole number"),
        ("/assets/main.py", 404, "no such file"),
        ("/assets/..%2f..%2fmain.py", 404, "no such file"),
        ("/<script>alert(1)</script>", 404, "&lt;script&gt;alert(1)&lt;/script&gt;: no such page"),
    ],
)
def test_what_is_wrong_is_a_page_with_one_error(app: App, client: Any, path: str, code: int, told: str) -> None:
    plant(app)
    answered = client.get(path)
    assert answered.status_code == code
    assert answered.text.count('role="alert"') == 1
    assert told in answered.text
    assert "<script>alert" not in answered.text


@pytest.mark.parametrize("path", ["/", "/backfills", "/backfills/a", "/backfills/c", "/alerts", f"/dates/{DAYS[2]}"])
def test_hostile_text_is_only_text(app: App, client: Any, path: str) -> None:
    plant(app)
    text = text_of(client, path)
    assert "&lt;script&gt;" in text or path == f"/dates/{DAYS[0]}"
    assert HOSTILE not in text
    assert HOSTILE.replace("'", "&#39;") not in text


@pytest.mark.parametrize("path", ["/", "/nowhere", "/api/backfills", "/api/nowhere", "/assets/live.js"])
def test_every_answer_carries_the_headers(app: App, client: Any, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"].startswith("private")


def test_no_page_has_anything_inline(computed: App, client: Any) -> None:
    for path in PAGES:
        text = text_of(client, path)
        assert text.count("<script") == text.count('<script src="/assets/live.js?v=') == 1
        assert not any(inline in text for inline in (" style=", "<style", " onclick", "javascript:"))
        assert "http://" not in text.replace("http://127.0.0.1", "")
        assert "https://" not in text


def test_a_viewer_who_has_it_is_told_so(app: App, client: Any) -> None:
    plant(app)
    tag = client.get("/?part=live").headers["ETag"]
    assert client.get("/?part=live", headers={"If-None-Match": tag}).status_code == 304
    app.clock.advance(10)  # type: ignore[attr-defined]
    put(app, Unit(phase=2, game_date=DAYS[2], status=Status.RUNNING, lease_until="2024-11-01T00:00:00+00:00"))
    moved = client.get("/?part=live", headers={"If-None-Match": tag})
    assert moved.status_code == 200
    assert "<html" not in moved.text


def test_a_page_is_compressed_for_those_who_take_it(app: App, client: Any) -> None:
    assert client.get("/", headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/").headers


def test_a_look_within_the_age_reads_no_unit_again(app: App, client: Any) -> None:
    plant(app)
    text_of(client, "/")
    put(app, Unit(phase=1, game_date=DAYS[2], status=Status.FAILED, error="later"))
    assert "later" not in text_of(client, "/")
    app.clock.advance(1)  # type: ignore[attr-defined]
    assert "later" in text_of(client, "/")


def test_a_backfill_that_moved_is_read_again(app: App, client: Any) -> None:
    plant(app)
    assert "badge b-paused" in text_of(client, "/backfills")
    held = app.ledger.store.get("backfills/c")
    assert held is not None
    app.ledger.commit([Write(key=held.key, body={**held.body, "status": "cancelled"}, revision=held.revision)])
    app.clock.advance(1)  # type: ignore[attr-defined]
    assert "badge b-cancelled" in text_of(client, "/backfills")


def test_before_any_season_is_loaded_the_page_says_how(app: App, client: Any) -> None:
    bootstrap.use(empty_app())
    assert "backfill calendar --load 2024-25" in text_of(client, "/")
    assert "No season is loaded yet" in text_of(client, "/alerts")


def empty_app() -> App:
    made = make_app(DAYS)
    return replace(made, ledger=Ledger(MemoryStore()))


def test_a_revised_calendar_is_shown(app: App, client: Any) -> None:
    text_of(client, "/")
    held = app.ledger.store.get("calendar/2024-25")
    assert held is not None
    body = {**calendar_of(DAYS[:2]).body(), "revision": 2}
    app.ledger.commit([Write(key="calendar/2024-25", body=body, revision=held.revision)])
    assert "2 dates, Phases" in text_of(client, "/")


def test_a_templates_environment_escapes() -> None:
    assert rendering.environment().autoescape is True
    assert rendering.environment().from_string("{{ name }}").render(name=HOSTILE).startswith("&lt;script&gt;")


def test_a_board_is_kept_as_long_as_its_app(app: App) -> None:
    assert site.board_of(app) is site.board_of(app)


def test_first_date_is_in_the_made_season(computed: App, client: Any) -> None:
    assert f'href="/dates/{FIRST}"' in text_of(client, "/")
