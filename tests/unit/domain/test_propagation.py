"""Propagation against a brute force over whole seasons: what is touched, and that nothing else can differ."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_seasons import MadeSeason, made_seasons

from shared.domain.calendar import SeasonCalendar
from shared.domain.lookback import Appearance
from shared.domain.policy import EarlySeason
from shared.domain.propagation import Lookback, Move, Record, touched
from shared.domain.windows import Entity, Window, days, games, season_to_date

PLAYER, TEAM = Entity.PLAYER, Entity.TEAM
LINES, SIDES = "player_lines", "team_lines"
BOTH = {LINES: PLAYER, SIDES: TEAM}


def _lookback(entity: Entity, *windows: Window, **fields: object) -> Lookback:
    return Lookback(processor="p", entity=entity, sources=BOTH, windows=windows, **fields)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A season, the same one with some lines of one date changed, and whose lines those are."""

    before: MadeSeason
    after: MadeSeason
    day: date
    players: frozenset[int]

    @property
    def teams(self) -> frozenset[str]:
        """The teams whose lines the changed players are in."""
        boxes = (self.before.boxes[self.day], self.after.boxes[self.day])
        return frozenset(box[player].team for box in boxes for player in self.players if player in box)

    def move(self) -> Move:
        names = {LINES: frozenset(map(str, self.players)), SIDES: self.teams}
        before = {player: self.before.boxes[self.day].get(player) for player in self.players}
        return Move(position=self.after.calendar.position[self.day], entities=names, before=before)


@st.composite
def corrections(draw: st.DrawFn) -> Correction:
    """Some players of a date have other numbers, did not play after all, or did, are listed no more, or elsewhere."""
    season = draw(made_seasons())
    day = draw(st.sampled_from(season.dates))
    random = Random(draw(st.integers(0, 2**32)))
    box = dict(season.boxes[day])
    everyone = sorted({player for each in season.boxes.values() for player in each})
    players = random.sample(everyone, k=min(len(everyone), random.randint(1, 2)))
    changed = set()
    for player in players:
        line, kind = box.get(player), random.choice(("number", "number", "played", "listed", "team"))
        if line is None:
            box[player] = Appearance(random.choice(season.calendar.teams_on(day)), random.random() < 0.8)
        elif kind == "played":
            box[player] = Appearance(line.team, not line.played)
        elif kind == "team":
            box[player] = Appearance(random.choice(season.calendar.teams_on(day)), line.played)
        elif kind == "listed":
            del box[player]
        changed.add(player)
    after = replace(season, boxes={**season.boxes, day: box})
    return Correction(before=season, after=after, day=day, players=frozenset(changed))


def _record(season: MadeSeason, day: date, early: EarlySeason, hidden: frozenset[date], floor: int) -> Record:
    target = season.target(day)
    readable = season.calendar.mask(each for each in season.dates if each < day and each not in hidden)
    floors = {f"player:{player}": floor for player in target.players} | {f"team:{team}": floor for team in target.teams}
    return Record(target=target, readable=readable, floors=floors, early_season=early)


def _dates_used(season: MadeSeason, name: str, window: Window, day: date, visible: list[date]) -> list[date]:
    """The dates whose rows of an entity are in its window, latest first, from the box scores alone."""
    if window.entity is TEAM:
        own = [each for each in visible if name in season.calendar.teams_on(each)]
    else:
        own = [each for each in visible if (line := season.boxes[each].get(int(name))) and line.played]
    own.sort(reverse=True)
    if window.kind == "games":
        return own[: window.length]
    return [each for each in own if window.length is None or each >= day - timedelta(days=window.length)]


WINDOWS = [games(3, PLAYER), games(4, TEAM), days(6, PLAYER), season_to_date(PLAYER), games(6, PLAYER, hard=False)]


@given(corrections(), st.sampled_from(WINDOWS), st.integers(0, 2**32), st.sampled_from((0, 0, 3)))
def test_a_row_is_touched_exactly_when_its_window_holds_the_date(
    made: Correction, window: Window, seed: int, floor: int
) -> None:
    random = Random(seed)
    hidden = frozenset(each for each in made.after.dates if random.random() < random.choice((0.0, 0.2)))
    knowledge = made.after.knowledge(set(made.after.dates))
    lookback = _lookback(window.entity, window)
    for day in made.after.dates:
        if day <= made.day:
            continue
        record = _record(made.after, day, EarlySeason.DEGRADE, hidden, floor)
        lowest = made.after.dates[0 if window.length is None else min(floor, len(made.after.dates) - 1)]
        visible = [each for each in made.after.dates if lowest <= each < day and each not in hidden]
        changed = made.teams if window.entity is TEAM else {str(player) for player in made.players}
        rows = set(record.target.teams) if window.entity is TEAM else {str(each) for each in record.target.players}
        expected = {
            name
            for name in changed & rows
            if any(made.day in _dates_used(each, name, window, day, visible) for each in (made.before, made.after))
        }
        found = touched(knowledge, record, made.move(), [lookback])
        assert found.get("p", frozenset()) == expected, (day, expected)


@given(corrections())
def test_a_league_mean_is_touched_from_the_first_game_of_the_window_on(made: Correction) -> None:
    knowledge = made.after.knowledge(set(made.after.dates))
    league = _lookback(TEAM, games(4, TEAM), league=games(4, TEAM))
    for day in made.after.dates:
        if day <= made.day or not made.teams:
            continue
        record = _record(made.after, day, EarlySeason.DEGRADE, frozenset(), 0)
        visible = [each for each in made.after.dates if each < day]
        windows = {team: _dates_used(made.after, team, games(4, TEAM), day, visible) for team in record.target.teams}
        expected = {team for team, used in windows.items() if used and used[-1] <= made.day}
        assert touched(knowledge, record, made.move(), [league]).get("p", frozenset()) == expected


@given(corrections(), st.sampled_from(EarlySeason))
def test_ranks_and_the_means_of_short_players_are_touched_by_anybody(made: Correction, early: EarlySeason) -> None:
    knowledge = made.after.knowledge(set(made.after.dates))
    ranked = _lookback(PLAYER, season_to_date(PLAYER), league=season_to_date(PLAYER))
    short = _lookback(PLAYER, games(3, PLAYER), defaults=((PLAYER, 2),))
    for day in made.after.dates:
        if day <= made.day:
            continue
        record = _record(made.after, day, early, frozenset(), 0)
        everyone = {str(player) for player in record.target.players}
        found = touched(knowledge, record, made.move(), [ranked])
        assert found.get("p", frozenset()) == everyone
        visible = [each for each in made.after.dates if each < day]
        few = {
            name
            for name in everyone
            if any(
                len(_dates_used(each, name, season_to_date(PLAYER), day, visible)) < 2
                for each in (made.before, made.after)
            )
        }
        found = touched(knowledge, record, made.move(), [short])
        own = touched(knowledge, record, made.move(), [replace(short, defaults=())])
        expected = few if early is EarlySeason.DEFAULTS else set()
        assert found.get("p", frozenset()) == expected | own.get("p", frozenset())


@given(corrections())
def test_a_target_of_the_moved_date_is_touched_by_who_is_listed_for_whom(made: Correction) -> None:
    knowledge = made.after.knowledge(set(made.after.dates))
    record = _record(made.after, made.day, EarlySeason.DEGRADE, frozenset(), 0)
    sides = [{player: box[player].team for player in made.players if player in box} for box in _boxes(made)]
    expected = {str(player) for player in made.players if sides[0].get(player) != sides[1].get(player)}
    found = touched(knowledge, record, made.move(), [_lookback(PLAYER, games(3, PLAYER))])
    assert found.get("p", frozenset()) == expected


def _boxes(made: Correction) -> tuple[Mapping[int, Appearance], Mapping[int, Appearance]]:
    return made.before.boxes[made.day], made.after.boxes[made.day]


@pytest.mark.parametrize(
    ("sources", "reached"), [({LINES: PLAYER}, True), ({"offence": TEAM}, False), ({"fouls": PLAYER}, False)]
)
def test_only_rows_that_a_processor_reads_touch_it(sources: dict[str, Entity], reached: bool) -> None:
    season = _two_dates()
    move = Move(position=0, entities={LINES: frozenset({"7"})}, before={7: Appearance("BOS", played=True)})
    record = _record(season, season.dates[1], EarlySeason.DEGRADE, frozenset(), 0)
    lookback = replace(_lookback(PLAYER, games(3, PLAYER)), sources=sources)
    found = touched(season.knowledge(set(season.dates)), record, move, [lookback])
    assert found == ({"p": {"7"}} if reached else {})


def test_a_player_is_touched_through_his_team_and_its_opponent() -> None:
    """Player 7 of Boston has 9 of Denver against him: both teams' windows hold the date on which Denver moved."""
    season = _two_dates()
    move = Move(position=0, entities={SIDES: frozenset({"DEN"})}, before={})
    record = _record(season, season.dates[1], EarlySeason.DEGRADE, frozenset(), 0)
    found = touched(season.knowledge(set(season.dates)), record, move, [_lookback(PLAYER, games(4, TEAM))])
    assert found == {"p": {"7", "9"}}


def _two_dates() -> MadeSeason:
    first, second = date(2024, 10, 22), date(2024, 10, 23)
    fixtures = {first: (("BOS", "DEN"),), second: (("BOS", "DEN"), ("ATL", "MIA"))}
    box = {7: Appearance("BOS", played=True), 9: Appearance("DEN", played=True)}
    calendar = SeasonCalendar(season="2024-25", revision=1, fixtures=fixtures)
    return MadeSeason(calendar=calendar, boxes={first: box, second: {**box, 11: Appearance("ATL", played=True)}})
