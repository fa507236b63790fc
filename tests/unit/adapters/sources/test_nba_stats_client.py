"""What stats.nba.com may do instead of answering, and how often and how long it is asked."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from nba_api.stats.library.http import NBAStatsHTTP
from nba_stats_games import DAY, OneGame, in_landing_order, one_game, source_of

from shared.adapters.sources.nba_stats import NbaStatsSource
from shared.adapters.sources.nba_stats_client import NbaStatsClient
from shared.adapters.sources.nba_stats_pace import BACKOFF_SECONDS, JITTER, Budget, Limits, Pace, Timing
from shared.domain.errors import SourceUnavailable
from tests.emulators.nba_site import HOST, Instead, NbaSite, nba_site

PAGE = "<html><body>Access Denied</body></html>"
# What the site says, with status 200, when something failed behind it.
APOLOGY = '{"Message":"An error has occurred."}'


class Machine:
    """A clock that only moves when somebody pauses, or by hand, and dice that always fall alike."""

    def __init__(self, draw: float = 0.0) -> None:
        self.seconds, self.paused = 1000.0, list[float]()
        self.draw = draw
        self._lock = threading.Lock()

    def pause(self, seconds: float) -> None:
        with self._lock:
            self.paused.append(seconds)
            self.seconds += seconds

    @property
    def timing(self) -> Timing:
        return Timing(clock=lambda: self.seconds, pause=self.pause, draw=lambda: self.draw)


@pytest.fixture
def site() -> Iterator[NbaSite]:
    with nba_site(OneGame()) as found:
        yield found


def source(site: NbaSite, machine: Machine, **limits: Any) -> NbaStatsSource:
    given = {"seconds_between": 0.0, "timeout_seconds": 5.0, "tries": 3, "budget_seconds": 60.0, **limits}
    return NbaStatsSource(NbaStatsClient(Limits(**given), url=site.url, timing=machine.timing))


@pytest.mark.parametrize(
    "instead",
    [
        Instead(status=500, body=PAGE),
        Instead(status=503),
        Instead(status=429),
        Instead(status=408),
        Instead(body=PAGE),
        Instead(body=APOLOGY),
        Instead(body=""),
        Instead(body="[]"),
        Instead(reset=True),
        # Half an answer: the rest of what was announced never comes.
        Instead(body='{"scoreboard', headers={"Content-Length": "4000", "Connection": "close"}),
    ],
    ids=["500", "503", "429", "408", "a page", "an apology", "nothing", "a list", "reset", "broken off"],
)
def test_a_passing_failure_is_tried_again_with_growing_pauses(site: NbaSite, instead: Instead) -> None:
    machine = Machine()
    site.plan("boxscoretraditionalv3", instead, instead)
    assert source(site, machine).scrape(DAY) == in_landing_order(OneGame().scrape(DAY))
    assert site.calls("boxscoretraditionalv3") == 3
    assert [seconds for seconds in machine.paused if seconds] == [BACKOFF_SECONDS, 2 * BACKOFF_SECONDS]


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        (Instead(status=500), "HTTP 500"),
        (Instead(status=429), "HTTP 429"),
        (Instead(body=PAGE), "no JSON object"),
        (Instead(body=APOLOGY), "no JSON object"),
        (Instead(reset=True), "ConnectionError"),
    ],
)
def test_after_the_last_try_it_is_unavailable(site: NbaSite, instead: Instead, said: str) -> None:
    site.plan("playbyplayv3", instead, instead, instead)
    with pytest.raises(SourceUnavailable, match=f"playbyplayv3 of 0023100007 REN@OMA: .*{said}.*try 3"):
        source(site, Machine()).scrape(DAY)
    assert site.calls("playbyplayv3") == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_what_is_refused_is_not_tried_again(site: NbaSite, status: int) -> None:
    site.plan("scoreboardv3", Instead(status=status, body=PAGE))
    machine = Machine()
    with pytest.raises(SourceUnavailable, match=f"HTTP {status}") as refused:
        source(site, machine).scrape(DAY)
    assert ("LOOKBACK_NBA_PROXY" in str(refused.value)) is (status in (401, 403))
    assert site.calls() == 1
    assert not any(machine.paused)


def test_a_late_answer_is_one_that_was_not_had(site: NbaSite) -> None:
    site.plan("scoreboardv3", Instead(late_seconds=0.5), Instead(late_seconds=0.5))
    with pytest.raises(SourceUnavailable, match=r"no answer in time.*LOOKBACK_NBA_PROXY"):
        source(site, Machine(), timeout_seconds=0.1, tries=2).scrape(DAY)


def test_nobody_listening_is_unavailable(site: NbaSite) -> None:
    site.url = f"http://{HOST}:9/stats"
    with pytest.raises(SourceUnavailable, match="ConnectionError"):
        source(site, Machine(), tries=2).scrape(DAY)


@pytest.mark.parametrize(("told", "pause"), [("17", 17.0), ("1", BACKOFF_SECONDS), ("soon", BACKOFF_SECONDS)])
def test_the_site_may_tell_how_long_to_wait(site: NbaSite, told: str, pause: float) -> None:
    machine = Machine()
    site.plan("scoreboardv3", Instead(status=429, headers={"Retry-After": told}))
    source(site, machine).scrape(DAY)
    assert [seconds for seconds in machine.paused if seconds] == [pause]


def test_a_pause_longer_than_the_budget_is_not_begun(site: NbaSite) -> None:
    machine = Machine()
    site.plan("scoreboardv3", Instead(status=429, headers={"Retry-After": "600"}))
    with pytest.raises(SourceUnavailable, match="60 seconds did not do"):
        source(site, machine).scrape(DAY)
    assert not any(machine.paused)


def test_a_date_ends_with_its_budget_however_many_calls_are_left(site: NbaSite) -> None:
    machine = Machine()
    with pytest.raises(SourceUnavailable, match=r"2\.5 seconds did not do"):
        source(site, machine, seconds_between=1.0, budget_seconds=2.5).scrape(DAY)
    assert site.calls() == 3
    assert source(site, machine, seconds_between=1.0, budget_seconds=60.0).scrape(DAY)["games"]


def test_a_call_gets_no_more_time_than_the_budget_has_left(site: NbaSite) -> None:
    site.plan("scoreboardv3", Instead(late_seconds=0.5))
    with pytest.raises(SourceUnavailable, match="no answer in time"):
        source(site, Machine(), timeout_seconds=30.0, budget_seconds=0.1, tries=1).scrape(DAY)


@pytest.mark.parametrize("draw", [0.0, 1.0])
def test_calls_are_apart_and_not_like_clockwork(site: NbaSite, draw: float) -> None:
    machine = Machine(draw)
    source(site, machine, seconds_between=2.0).scrape(DAY)
    assert machine.paused == [0.0, *[2.0 * (1 + JITTER * draw)] * 3]


def test_threads_share_one_pace() -> None:
    paused: list[float] = []
    # The clock stands still: each turn is told by how long is waited for it.
    timing = Timing(clock=lambda: 1000.0, pause=paused.append, draw=lambda: 0.0)
    pace, budget = Pace(2.0, timing), Budget(60.0, timing)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: pace.wait(budget), range(6)))
    assert sorted(paused) == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]


def test_it_goes_through_the_proxy_alone(site: NbaSite) -> None:
    proxy = site.url.removesuffix("/stats")
    proxied = source_of(site, nba_url="http://stats.invalid/stats", nba_proxy=proxy)
    assert proxied.scrape(DAY) == in_landing_order(OneGame().scrape(DAY))
    assert {headers["Host"] for headers in site.headers} == {"stats.invalid"}


def test_without_a_proxy_the_packages_own_variable_does_not_count(
    site: NbaSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBA_API_PROXY", f"http://{HOST}:9")
    assert source_of(site).scrape(DAY)["games"]


def test_it_asks_as_the_package_does_but_for_what_it_can_read() -> None:
    with one_game() as (site, asking):
        asking.scrape(DAY)
    headers = site.headers[0]
    assert headers["Referer"] == "https://www.nba.com/"
    assert headers["Accept-Encoding"] == "gzip, deflate"
    assert headers["Host"] == site.url.split("/")[2]


def test_two_clients_of_one_process_keep_their_own_address(site: NbaSite) -> None:
    before = dict(vars(NBAStatsHTTP))
    with nba_site(OneGame()) as other:
        both = [source_of(each) for each in (site, other)]
        for each in both:
            each.scrape(DAY)
    assert (site.calls(), other.calls()) == (4, 4)
    assert dict(vars(NBAStatsHTTP)) == before
