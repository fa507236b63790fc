"""The dashboard in a real browser: every page clicked through, by keyboard, on a phone, live, and for everybody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import (
    DESKTOP,
    FAILED,
    FIRST,
    HOSTILE,
    LAST,
    PHONE,
    backfill,
    served,
    watched,
)

NAMES = (
    *("season", "team", "backfills", "backfill", "price", "date", "failed date", "player"),
    *("alerts", "search", "nothing found", "error"),
)
SERIOUS = ("serious", "critical")
LIVE_MILLISECONDS = 60_000
TABS_MAX = 60


def test_every_page_is_reached_by_clicking(browser: Browser, address: str, player: int) -> None:
    with watched(browser, address) as viewer:
        page = viewer.open("/")
        expect(page.locator("h1")).to_have_text("Season 2024-25")
        page.get_by_role("link", name="first", exact=True).click()
        expect(page.locator("h1")).to_have_text("first")
        expect(page.get_by_role("heading", name="Progress")).to_be_visible()
        page.get_by_role("link", name="What this request costs").click()
        expect(page.locator("h1")).to_have_text("Price of first")
        page.go_back()
        page.get_by_role("link", name=LAST, exact=True).click()
        expect(page.locator("h1")).to_have_text("Sat 26 Oct 2024")
        expect(page.get_by_role("heading", name="Attempts")).to_be_visible()
        page.get_by_role("link", name="← 2024-10-25").click()
        expect(page.locator("h1")).to_have_text("Fri 25 Oct 2024")
        page.locator(".windows tbody a").first.click()
        expect(page.get_by_role("heading", name="Which dates used which games")).to_be_visible()
        page.get_by_role("link", name="Alerts", exact=True).click()
        expect(page.get_by_role("heading", name="Open incidents")).to_be_visible()
        page.get_by_role("link", name="Backfills", exact=True).first.click()
        expect(page.locator("h1")).to_contain_text("Backfills")
        page.get_by_role("link", name="Lookback").click()
        page.get_by_label("Team", exact=True).select_option("BOI")
        page.get_by_role("button", name="Show").click()
        expect(page.locator("h1")).to_contain_text("BOI")


def test_search_finds_by_a_part_of_a_name(browser: Browser, address: str, player: int) -> None:
    with watched(browser, address) as viewer:
        page = viewer.open(f"/players/{player + 1}")
        found = page.locator("h1").inner_text().split()
        page.get_by_role("searchbox").fill(f" {found[1].upper()} ")
        page.keyboard.press("Enter")
        page.get_by_role("link", name=" ".join(found[:2])).first.click()
        expect(page.locator("h1")).to_contain_text(found[1])
        page.get_by_role("searchbox").fill(FIRST)
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name=FIRST).click()
        expect(page.locator("h1")).to_have_text("Tue 22 Oct 2024")


def test_what_holds_a_date_is_said(browser: Browser, address: str) -> None:
    with watched(browser, address) as viewer:
        page = viewer.open("/")
        page.locator("a.day.d-failed").click()
        expect(page.get_by_role("heading", name="What holds it")).to_be_visible()
        assert FAILED in page.url
        assert "lost" in page.locator(".chain").inner_text()


def test_a_backfill_is_seen_to_move_without_loading_the_page_again(browser: Browser, tmp_path: Path) -> None:
    home = tmp_path / "live"
    backfill(home, "calendar", "--load", "2024-25")
    backfill(home, "request", FIRST, "2024-10-31", "--request-id", "moving")
    with served(home) as address, watched(browser, address) as viewer:
        season = viewer.open("/")
        page = viewer.open("/backfills/moving") if season.locator("#b-moving").count() else season
        season.evaluate("window.sameDocument = true")
        assert "running" not in season.locator(".day").first.get_attribute("class")  # type: ignore[operator]
        seen: set[str] = set()
        with running(home):
            day = season.locator(f"#d{FIRST}")
            expect(day).to_have_class("day d-complete", timeout=LIVE_MILLISECONDS)
            seen.add(season.locator("#b-moving").inner_text())
            # A page that is not looked at does not ask; looked at, it catches up.
            if page is season:
                page = viewer.open("/backfills/moving")
            page.bring_to_front()
            page.evaluate("window.sameDocument = true")
            expect(page.locator(".facts .badge")).to_have_text("complete", timeout=LIVE_MILLISECONDS)
        season.bring_to_front()
        expect(season.locator(".day.d-complete")).to_have_count(10, timeout=LIVE_MILLISECONDS)
        assert season.evaluate("window.sameDocument") is True
        assert page.evaluate("window.sameDocument") is True
        expect(season.get_by_role("status")).to_have_text("Live")


def running(home: Path) -> "subprocess.Popen[bytes]":
    """Return a `backfill run` of a folder, in a process of its own."""
    environment = {**os.environ, "LOOKBACK_HOME": str(home), "LOOKBACK_SOURCE": "synthetic"}
    command = [sys.executable, "-m", "shared.cli.main", "run"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_the_focus_stays_where_it_is_when_the_page_moves(browser: Browser, home: Path, address: str) -> None:
    with watched(browser, address) as viewer:
        page = viewer.open("/")
        page.locator(f"#d{LAST}").focus()
        page.evaluate("document.querySelector('#h-map').textContent = 'moved'")
        page.evaluate(
            "() => { const old = window.fetch; window.fetch = async (...all) => { const got = await old(...all);"
            " const text = (await got.text()).replace('Game dates', 'Dates of games');"
            " return new Response(text, { status: got.status, headers: got.headers }); }; }"
        )
        expect(page.locator("#h-map")).to_contain_text("Dates of games")
        assert page.evaluate("document.activeElement.id") == f"d{LAST}"


def test_everything_is_reached_by_keyboard(browser: Browser, address: str) -> None:
    with watched(browser, address) as viewer:
        page = viewer.open("/")
        page.keyboard.press("Tab")
        assert focused(page) == "Skip to the content"
        assert is_in_view(page)
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
        reached = [tab_to(page, "a.day")]
        assert page.evaluate("document.activeElement.id") == f"d{FIRST}"
        for key, day in (("ArrowRight", "2024-10-23"), ("ArrowDown", "2024-10-30"), ("ArrowUp", "2024-10-23")):
            page.keyboard.press(key)
            assert page.evaluate("document.activeElement.id") == f"d{day}"
            assert has_a_ring(page)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Wed 23 Oct 2024")
        reached.append(tab_to(page, ".windows a"))
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Which dates used which games")).to_be_visible()
        assert all(reached)


def tab_to(page: Page, selector: str) -> int:
    """Press Tab until something of that kind has the focus, always with a ring; return how often."""
    for number in range(1, TABS_MAX):
        page.keyboard.press("Tab")
        assert has_a_ring(page), focused(page)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return number
    raise AssertionError(f"{selector} is not reached by Tab")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText"))


def has_a_ring(page: Page) -> bool:
    return page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def is_in_view(page: Page) -> bool:
    page.wait_for_timeout(200)
    return bool(page.evaluate("document.activeElement.getBoundingClientRect().top >= 0"))


@pytest.mark.parametrize("name", NAMES)
def test_a_phone_needs_no_scrolling_sideways(browser: Browser, address: str, paths: dict[str, str], name: str) -> None:
    with watched(browser, address, PHONE) as viewer:
        viewer.wrong = wrong = Allowed(name)
        page = viewer.open(paths[name])
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        small = page.evaluate(
            "[...document.querySelectorAll('a.day, button, select, input')]"
            ".filter(each => each.getBoundingClientRect().height < 24).length"
        )
        assert small == 0
        assert list(wrong) == []


class Allowed(list[str]):
    """What is wrong in a page but for what the browser says of a page that is an error by its status."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._error = name == "error"

    def append(self, text: str) -> None:
        if not (self._error and "status of 400" in text):
            super().append(text)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_serious(
    browser: Browser, address: str, paths: dict[str, str], name: str, scheme: str
) -> None:
    with watched(browser, address, DESKTOP, scheme) as viewer:
        viewer.wrong = Allowed(name)
        page = viewer.open(paths[name])
        found = Axe().run(page).response["violations"]
        told = [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found if each["impact"] in SERIOUS]
        assert told == []


def test_axe_would_notice(browser: Browser, address: str) -> None:
    with watched(browser, address) as viewer:
        page = viewer.open("/")
        page.evaluate("document.querySelectorAll('label').forEach(label => label.remove())")
        page.evaluate("document.querySelectorAll('#q').forEach(each => each.removeAttribute('placeholder'))")
        found = Axe().run(page).response["violations"]
        assert {"label", "select-name"} & {each["id"] for each in found}


@pytest.mark.parametrize("name", ["season", "backfill", "date", "failed date", "player", "alerts", "search"])
def test_a_hostile_name_is_only_text(browser: Browser, address: str, paths: dict[str, str], name: str) -> None:
    with watched(browser, address) as viewer:
        page = viewer.open(paths[name])
        assert page.evaluate("document.scripts.length") == 1
        assert HOSTILE in page.locator("main").inner_text()


def test_a_script_that_is_planted_in_a_page_is_not_run(browser: Browser, address: str) -> None:
    with watched(browser, address) as viewer:
        page = viewer.open("/")
        page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
        assert page.evaluate("window.ran") is None
        # The browser says that it refused to.
        assert "Content Security Policy" in "".join(viewer.wrong)
        viewer.wrong.clear()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_whole_without_its_script(browser: Browser, address: str, paths: dict[str, str], name: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + paths[name].lstrip("/"))
    assert page.locator("h1").count() == 1
    if name == "season":
        page.locator(f"#d{LAST}").click()
        assert LAST in page.url
    context.close()


def test_when_the_server_is_gone_the_page_says_so(browser: Browser, home: Path) -> None:
    with served(home) as address:
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_role("status")).to_have_text("Live")
    expect(page.get_by_role("status")).to_contain_text("No answer from the server", timeout=10_000)
    context.close()
