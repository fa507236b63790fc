"""The source nba_stats: what was written in the site's shapes comes back as the same landing rows, or not at all."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from nba_stats_games import DAY, GAME, GAME_ID, SEASON, OneGame, game_dates, in_landing_order, one_game, source_of

from shared.adapters.sources.archive import ArchiveSource
from shared.adapters.sources.nba_stats import NbaStatsSource
from shared.adapters.sources.synthetic import SyntheticSource
from shared.domain.errors import InvalidInput, SourceMissing, SourceUnavailable
from shared.domain.landing_format import parse, render
from tests.emulators.nba_site import Instead, NbaSite, RegularSeason, nba_site

Site = tuple[NbaSite, NbaStatsSource]
Payload = dict[str, Any]
# Of the real season: the two games whose starters nobody knows, and a date with team-mates of one name.
REAL_DATES = (date(2024, 11, 13), date(2025, 1, 31), date(2024, 10, 24), date(2025, 4, 13))


@pytest.fixture
def site() -> Iterator[Site]:
    with one_game() as found:
        yield found


def change(edit: Callable[[Payload], object]) -> Instead:
    return Instead(change=edit)


@pytest.mark.parametrize("seed", [1, 5, 2024])
def test_a_synthetic_date_comes_back_field_by_field(seed: int) -> None:
    synthetic = RegularSeason(SyntheticSource(seed=seed, teams=6, games_per_team=6))
    with nba_site(synthetic) as stand_in:
        source = source_of(stand_in)
        for day in game_dates(synthetic, SEASON):
            scraped = source.scrape(day)
            assert scraped == in_landing_order(synthetic.scrape(day))
            assert {file: [list(row) for row in rows] for file, rows in scraped.items()} == {
                file: [list(row) for row in parse(file, file, render(rows), day)] for file, rows in scraped.items()
            }
        assert source.schedule(SEASON) == synthetic.schedule(SEASON)


def test_the_busiest_synthetic_date_comes_back_whole() -> None:
    synthetic = RegularSeason(SyntheticSource())
    days = game_dates(synthetic, SEASON)
    day = max(days, key=lambda each: sum(row["game_date"] == str(each) for row in synthetic.schedule(SEASON)))
    with nba_site(synthetic) as stand_in:
        scraped = source_of(stand_in).scrape(day)
    assert scraped == in_landing_order(synthetic.scrape(day))
    assert stand_in.calls() == 1 + 3 * len(scraped["games"])


def test_real_dates_come_back_field_by_field(season_archive: Path) -> None:
    archive = ArchiveSource(season_archive)
    with nba_site(archive) as stand_in:
        source = source_of(stand_in)
        for day in REAL_DATES:
            assert source.scrape(day) == in_landing_order(archive.scrape(day))
        assert source.schedule("2024-25") == archive.schedule("2024-25")


def test_the_made_up_game_comes_back_with_its_names_told_apart(site: Site) -> None:
    assert site[1].scrape(DAY) == in_landing_order(OneGame().scrape(DAY))


def test_what_is_asked_for_is_the_regular_season_and_every_attempt(site: Site) -> None:
    stand_in, source = site
    source.scrape(DAY)
    source.schedule(SEASON)
    asked = dict(stand_in.asked)
    assert asked["scoreboardv3"] == {"GameDate": "2031-11-15", "LeagueID": "00"}
    assert asked["scheduleleaguev2"] == {"Season": SEASON, "LeagueID": "00"}
    chart = {name: value for name, value in asked["shotchartdetail"].items() if value}
    assert chart == chart | {
        "ContextMeasure": "FGA",
        "GameID": GAME_ID,
        "PlayerID": "0",
        "TeamID": "0",
        "Season": SEASON,
        "SeasonType": "Regular Season",
    }
    assert {asked[name]["GameID"] for name in ("boxscoretraditionalv3", "playbyplayv3")} == {GAME_ID}


def test_a_date_without_games_is_missing(site: Site) -> None:
    with pytest.raises(SourceMissing, match="no games on 2031-11-16"):
        site[1].scrape(date(2031, 11, 16))
    assert site[0].calls() == 1


def test_a_season_without_games_is_missing(site: Site) -> None:
    with pytest.raises(SourceMissing, match="season 2032-33"):
        site[1].schedule("2032-33")


def test_what_is_no_season_is_not_asked_for(site: Site) -> None:
    with pytest.raises(InvalidInput, match="season"):
        site[1].schedule("2031-33")
    assert site[0].calls() == 0


def listed(payload: Payload) -> list[Payload]:
    """Return the games of a scoreboard or of a schedule's first date."""
    games: list[Payload] = (payload.get("scoreboard") or payload["leagueSchedule"]["gameDates"][0])["games"]
    return games


def state(payload: Payload, status: int, text: str, **others: object) -> None:
    listed(payload)[0].update({"gameStatus": status, "gameStatusText": text, **others})


@pytest.mark.parametrize(("status", "text"), [(1, "7:30 pm ET  "), (2, "Q3 4:12")])
def test_a_game_that_is_not_final_is_waited_for(site: Site, status: int, text: str) -> None:
    site[0].plan("scoreboardv3", change(lambda payload: state(payload, status, text)))
    with pytest.raises(SourceUnavailable, match=rf"not final yet: {GAME_ID} REN@OMA \({text.strip()}\)"):
        site[1].scrape(DAY)
    assert site[0].calls() == 1


@pytest.mark.parametrize("text", ["PPD", "Postponed", "Canceled"])
def test_a_postponed_game_is_not_of_its_date(site: Site, text: str) -> None:
    site[0].plan("scoreboardv3", change(lambda payload: state(payload, 1, text)))
    with pytest.raises(SourceMissing, match="no games on"):
        site[1].scrape(DAY)


@pytest.mark.parametrize("game_id", ["0013100007", "0033100007", "0043100007", "0053100007", "0063100007"])
def test_only_the_regular_season_counts(site: Site, game_id: str) -> None:
    for endpoint in ("scoreboardv3", "scheduleleaguev2"):
        site[0].plan(endpoint, change(lambda payload: listed(payload)[0].update(gameId=game_id)))
    with pytest.raises(SourceMissing, match="no games on"):
        site[1].scrape(DAY)
    with pytest.raises(SourceMissing, match="lists no game"):
        site[1].schedule(SEASON)


def later(payload: Payload, day: str, **others: object) -> None:
    """List the first game once more, on another date."""
    days = payload["leagueSchedule"]["gameDates"]
    days.insert(0, {"gameDate": "", "games": [listed(payload)[0] | {"gameDateEst": f"{day}T00:00:00Z", **others}]})


@pytest.mark.parametrize(
    ("edit", "dates"),
    [
        (lambda payload: state(payload, 1, "PPD", postponedStatus="Y"), []),
        (lambda payload: state(payload, 1, "7:30 pm ET", postponedStatus="Y"), []),
        (lambda payload: state(payload, 1, "PPD"), []),
        (lambda payload: state(payload, 3, "Final", postponedStatus="Y"), ["2031-11-15"]),
        (lambda payload: later(payload, "2032-01-20"), ["2032-01-20"]),
        (lambda payload: later(payload, "2031-11-02"), ["2031-11-15"]),
        (lambda payload: later(payload, "2032-01-20", gameStatus=1, gameStatusText="PPD"), ["2031-11-15"]),
        (lambda payload: listed(payload)[0]["homeTeam"].update(teamTricode=None, teamId=0), []),
        (lambda payload: listed(payload)[0]["awayTeam"].update(teamTricode="", teamId=0), []),
    ],
    ids=[
        "postponed",
        "postponed, by its status alone",
        "postponed, by its text alone",
        "once postponed, now played",
        "listed twice, later first",
        "listed twice, earlier first",
        "listed twice, once postponed",
        "home team not known yet",
        "away team not known yet",
    ],
)
def test_a_game_is_scheduled_once_where_it_is_played(site: Site, edit: Callable[[Payload], object], dates: Any) -> None:
    def with_another(payload: Payload) -> None:
        # A second game stays as it is: the schedule is never empty here.
        other = deepcopy(listed(payload)[0]) | {"gameId": "0023100999"}
        edit(payload)
        payload["leagueSchedule"]["gameDates"].append({"gameDate": "", "games": [other]})

    site[0].plan("scheduleleaguev2", change(with_another))
    rows = site[1].schedule(SEASON)
    assert [row["game_date"] for row in rows if row["game_id"] == GAME_ID] == dates


def test_a_game_to_come_has_no_score_and_its_eastern_date(site: Site) -> None:
    site[0].plan("scheduleleaguev2", change(lambda payload: state(payload, 1, "10:30 pm ET")))
    assert site[1].schedule(SEASON) == [GAME | {"home_score": None, "away_score": None}]


def player(payload: Payload, person: int) -> Payload:
    box = payload["boxScoreTraditional"]
    everyone = box["homeTeam"]["players"] + box["awayTeam"]["players"]
    return next(each for each in everyone if each["personId"] == person)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("0:29", 0), ("0:30", 1), ("12:29", 12), ("12:30", 13), ("PT31M24.00S", 31), ("PT00M05.00S", 0), ("0:00", 0)],
)
def test_minutes_are_whole_ones(site: Site, text: str, minutes: int) -> None:
    site[0].plan(
        "boxscoretraditionalv3", change(lambda payload: player(payload, 15)["statistics"].update(minutes=text))
    )
    rows = {row["player_id"]: row["minutes"] for row in site[1].scrape(DAY)["player_boxscores"]}
    assert rows[15] == minutes


@pytest.mark.parametrize(
    ("minutes", "comment"), [("", ""), ("", "DNP - Coach's Decision"), ("0:00", "DND - Rest"), (None, None)]
)
def test_who_was_not_on_court_has_no_row(site: Site, minutes: str | None, comment: str | None) -> None:
    def sit(payload: Payload) -> None:
        player(payload, 15)["statistics"].update(minutes=minutes)
        player(payload, 15).update(comment=comment)

    site[0].plan("boxscoretraditionalv3", change(sit))
    assert 15 not in {row["player_id"] for row in site[1].scrape(DAY)["player_boxscores"]}


def test_without_five_starters_on_each_side_nobodys_start_is_known(site: Site) -> None:
    site[0].plan("boxscoretraditionalv3", change(lambda payload: player(payload, 15).update(position="")))
    assert {row["started"] for row in site[1].scrape(DAY)["player_boxscores"]} == {None}


def actions(payload: Payload) -> list[Payload]:
    found: list[Payload] = payload["game"]["actions"]
    return found


def test_a_block_without_an_id_is_the_named_players(site: Site) -> None:
    def anonymous(payload: Payload) -> None:
        for action in actions(payload):
            if "BLOCK" in action["description"]:
                action["personId"] = 0

    site[0].plan("playbyplayv3", change(anonymous))
    assert site[1].scrape(DAY) == in_landing_order(OneGame().scrape(DAY))


def said(payload: Payload, old: str, new: str) -> None:
    for action in actions(payload):
        action["description"] = action["description"].replace(old, new)
        action["playerName"] = action["playerName"].replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "passers"),
    [
        # Both are only "Novak": who shoots does not pass, and the running count tells the rest.
        ("Jal. Novak", "Novak", {10: 12, 16: 12, 22: 11, 31: 11}),
        # Accents and case are written now so, now so.
        ("Jar. Novak", "JAR. NOVÁK", {10: 12, 16: 12, 22: 11, 31: 11}),
        ("Jar. Novak 1", "Nobody 1", {10: None, 16: 12, 22: 11, 31: 11}),
    ],
)
def test_passers_are_known_by_name_and_count(site: Site, old: str, new: str, passers: dict[int, int | None]) -> None:
    def rename(payload: Payload) -> None:
        said(payload, old, new)
        if new == "Novak":
            said(payload, "Jar. Novak", new)

    site[0].plan("playbyplayv3", change(rename))
    shots = {shot["event_num"]: shot for shot in site[1].scrape(DAY)["shots"] if shot["team"] == "OMA"}
    made = {event: shot for event, shot in shots.items() if shot["made"]}
    assert {event: shot["assist_player_id"] for event, shot in made.items()} == passers
    assert {shot["is_assisted"] for shot in made.values()} == {True}


def test_a_teams_heave_is_nobodys_shot(site: Site) -> None:
    def heave(payload: Payload) -> None:
        chart = payload["resultSets"][0]
        row = list(chart["rowSet"][0])
        row[2], row[3] = 999, 0
        chart["rowSet"].append(row)

    site[0].plan("shotchartdetail", change(heave))
    assert site[1].scrape(DAY) == in_landing_order(OneGame().scrape(DAY))


def drop_event(payload: Payload) -> None:
    actions(payload)[:] = [action for action in actions(payload) if action["actionNumber"] != 16]


def renumber_event(payload: Payload) -> None:
    for action in actions(payload):
        if action["actionNumber"] == 16 and action["isFieldGoal"]:
            action["personId"] = 11


SPOILED = {
    "no players": ("boxscoretraditionalv3", lambda p: p["boxScoreTraditional"]["homeTeam"].update(players=[]), "0 of"),
    "points missing": (
        "boxscoretraditionalv3",
        lambda p: player(p, 21)["statistics"].update(points=7),
        "REN's players have 12 of its 5 points",
    ),
    "the box score of another game": (
        "boxscoretraditionalv3",
        lambda p: p["boxScoreTraditional"].update(gameId="0023100008"),
        "is of game 0023100008",
    ),
    "a team that does not play": (
        "boxscoretraditionalv3",
        lambda p: p["boxScoreTraditional"]["homeTeam"].update(teamId=1),
        "team 1 does not play",
    ),
    "half a rebound": (
        "boxscoretraditionalv3",
        lambda p: player(p, 21)["statistics"].update(reboundsTotal=0.5),
        "no whole number",
    ),
    "a count out of range": (
        "boxscoretraditionalv3",
        lambda p: player(p, 21)["statistics"].update(steals=-1),
        "stl: got -1",
    ),
    "a player without a name": (
        "boxscoretraditionalv3",
        lambda p: player(p, 21).update(firstName="", familyName=""),
        "player_name: got ''",
    ),
    "no minutes that can be read": (
        "boxscoretraditionalv3",
        lambda p: player(p, 21)["statistics"].update(minutes="half an hour"),
        "minutes of player 21",
    ),
    "no shots": ("shotchartdetail", lambda p: p["resultSets"][0].update(rowSet=[]), "has 0 of his 1 fga"),
    "a shot missing": ("shotchartdetail", lambda p: p["resultSets"][0]["rowSet"].pop(), "player 16 has 0 of his 1"),
    "a shot of another game": (
        "shotchartdetail",
        lambda p: p["resultSets"][0]["rowSet"][0].__setitem__(1, "0023100008"),
        "shots of game 0023100008",
    ),
    "a shot that is a make in one and a miss in the other": (
        "shotchartdetail",
        lambda p: p["resultSets"][0]["rowSet"][0].__setitem__(20, 0),
        "player 11 has 0 of his 1 fgm",
    ),
    "a shot of no known value": (
        "shotchartdetail",
        lambda p: p["resultSets"][0]["rowSet"][0].__setitem__(12, "4PT Field Goal"),
        "4PT Field Goal",
    ),
    "no shot chart": ("shotchartdetail", lambda p: p["resultSets"].pop(0), "ValueError"),
    "no events": ("playbyplayv3", lambda p: p["game"].update(actions=[]), "no event 10 of player 11"),
    "an event missing": ("playbyplayv3", drop_event, "no event 16 of player 13"),
    "an event of another player": ("playbyplayv3", renumber_event, "no event 16 of player 13"),
    "the events of another game": (
        "playbyplayv3",
        lambda p: p["game"].update(gameId="0023100008"),
        "is of game 0023100008",
    ),
    "the scoreboard of another date": (
        "scoreboardv3",
        lambda p: p["scoreboard"].update(gameDate="2031-11-14"),
        "scoreboard of 2031-11-14, not of 2031-11-15",
    ),
    "a game without its teams": ("scoreboardv3", lambda p: listed(p)[0].pop("homeTeam"), "KeyError: 'homeTeam'"),
}


@pytest.mark.parametrize(("endpoint", "edit", "problem"), SPOILED.values(), ids=SPOILED.keys())
def test_what_is_not_whole_is_asked_for_again_later(
    site: Site, endpoint: str, edit: Callable[[Payload], object], problem: str
) -> None:
    stand_in, source = site
    stand_in.plan(endpoint, change(edit))
    with pytest.raises(SourceUnavailable, match=problem) as refused:
        source.scrape(DAY)
    assert "stats.nba.com" in str(refused.value)
    assert source.scrape(DAY) == in_landing_order(OneGame().scrape(DAY))


@pytest.mark.parametrize("endpoint", ["scoreboardv3", "boxscoretraditionalv3", "shotchartdetail", "playbyplayv3"])
@pytest.mark.parametrize("payload", ["{}", '{"message": "no"}', '{"game": null, "resultSets": [], "scoreboard": []}'])
def test_another_shape_is_an_answer_that_was_not_had(site: Site, endpoint: str, payload: str) -> None:
    site[0].plan(endpoint, Instead(body=payload))
    with pytest.raises(SourceUnavailable, match="not in the shape that is read here"):
        site[1].scrape(DAY)


def test_the_schedule_of_another_season_is_refused(site: Site) -> None:
    site[0].plan("scheduleleaguev2", change(lambda payload: payload["leagueSchedule"].update(seasonYear="2030-31")))
    with pytest.raises(SourceUnavailable, match="schedule of 2030-31, not of 2031-32"):
        site[1].schedule(SEASON)
