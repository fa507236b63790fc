"""The source that is made when it is first asked."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from shared import bootstrap
from shared.adapters.sources.late import LateSource
from shared.adapters.sources.synthetic import SyntheticSource
from shared.config import Config
from shared.domain.errors import SourceUnavailable
from shared.ports import Source

DAY = date(2024, 11, 15)


def test_it_is_made_once_and_answers_as_what_was_made() -> None:
    made: list[Source] = []

    def make() -> Source:
        made.append(SyntheticSource(teams=4, games_per_team=20))
        return made[-1]

    late = LateSource(make)
    assert made == []
    with ThreadPoolExecutor(4) as pool:
        schedules = list(pool.map(late.schedule, ["2024-25"] * 4))
    assert len(made) == 1
    assert schedules == [made[0].schedule("2024-25")] * 4
    day = date.fromisoformat(schedules[0][0]["game_date"])
    assert late.scrape(day) == made[0].scrape(day)


def test_what_could_not_be_made_is_tried_again() -> None:
    tries = []

    def make() -> Source:
        tries.append(1)
        if len(tries) == 1:
            raise SourceUnavailable("not yet")
        return SyntheticSource()

    late = LateSource(make)
    with pytest.raises(SourceUnavailable, match="not yet"):
        late.scrape(DAY)
    assert late.scrape(DAY)["games"]


def test_where_the_package_is_missing_only_a_request_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    source = bootstrap.source(Config(source="nba_stats"))
    monkeypatch.setitem(sys.modules, "nba_api.stats.endpoints.scoreboardv3", None)
    monkeypatch.delitem(sys.modules, "shared.adapters.sources.nba_stats", raising=False)
    with pytest.raises(SourceUnavailable, match="needs the extra nba-stats"):
        source.scrape(DAY)
