"""Landing rows written as stats.nba.com would answer: the payload shapes of the endpoints that Phase 1 asks.

Shapes and spellings follow the endpoint descriptions that the `nba_api` package carries; every row in them is
made up. What an answer holds beside what is read from it (percentages, broadcasters, events of other kinds) is
there, too.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from shared.adapters.sources.nba_stats_boxscore import STATISTICS

Rows = list[dict[str, Any]]
Payload = dict[str, Any]
CHART_HEADERS = (
    *("GRID_TYPE", "GAME_ID", "GAME_EVENT_ID", "PLAYER_ID", "PLAYER_NAME", "TEAM_ID", "TEAM_NAME", "PERIOD"),
    *("MINUTES_REMAINING", "SECONDS_REMAINING", "EVENT_TYPE", "ACTION_TYPE", "SHOT_TYPE", "SHOT_ZONE_BASIC"),
    *("SHOT_ZONE_AREA", "SHOT_ZONE_RANGE", "SHOT_DISTANCE", "LOC_X", "LOC_Y", "SHOT_ATTEMPTED_FLAG"),
    *("SHOT_MADE_FLAG", "GAME_DATE", "HTM", "VTM"),
)
NO_PERSON: Payload = {
    "teamId": 0,
    "teamTricode": "",
    "personId": 0,
    "playerName": "",
    "playerNameI": "",
    "location": "",
}


def team_id(team: str) -> int:
    return 1_610_000_000 + int.from_bytes(team.encode())


def names_of(player_name: str) -> tuple[str, str]:
    """Return (firstName, familyName)."""
    first, _, family = player_name.partition(" ")
    return (first, family) if family else ("", first)


def team(game: dict[str, Any], side: str) -> Payload:
    city, _, name = game[f"{side}_team_name"].rpartition(" ")
    return {
        "teamId": team_id(game[f"{side}_team"]),
        "teamName": name,
        "teamCity": city,
        "teamTricode": game[f"{side}_team"],
        "teamSlug": name.lower(),
        "wins": 3,
        "losses": 2,
        "score": game[f"{side}_score"] or 0,
        "seed": 0,
    }


def listed_game(game: dict[str, Any]) -> Payload:
    """Return a game as both the schedule and the scoreboard list it."""
    is_final = game["home_score"] is not None
    return {
        "gameId": game["game_id"],
        "gameCode": f"{game['game_date'].replace('-', '')}/{game['away_team']}{game['home_team']}",
        "gameStatus": 3 if is_final else 1,
        "gameStatusText": "Final" if is_final else "7:30 pm ET  ",
        "ifNecessary": False,
        "seriesText": "",
        "homeTeam": team(game, "home"),
        "awayTeam": team(game, "away"),
    }


def schedule(season: str, games: Rows) -> Payload:
    days: dict[str, list[Payload]] = {}
    for game in games:
        day = game["game_date"]
        extra = {
            "gameDateEst": f"{day}T00:00:00Z",
            "gameDateTimeEst": f"{day}T19:30:00Z",
            # Half past seven in the evening there is past midnight in Greenwich.
            "gameDateUTC": f"{day}T05:00:00Z",
            "postponedStatus": "N",
            "isNeutral": False,
            "broadcasters": {"nationalBroadcasters": []},
            "pointsLeaders": [],
        }
        days.setdefault(day, []).append(listed_game(game) | extra)
    listed = [{"gameDate": f"{day[5:7]}/{day[8:]}/{day[:4]} 00:00:00", "games": of_day} for day, of_day in days.items()]
    return {"meta": {"version": 1}, "leagueSchedule": {"seasonYear": season, "leagueId": "00", "gameDates": listed}}


def scoreboard(day: str, games: Rows) -> Payload:
    listed = [listed_game(game) | {"period": 4, "gameClock": "", "gameEt": f"{day}T19:30:00Z"} for game in games]
    return {"meta": {"version": 1}, "scoreboard": {"gameDate": day, "leagueId": "00", "games": listed}}


def minutes_text(minutes: int, player_id: int) -> str:
    """Return a time that rounds to so many minutes: now some seconds more, now some less."""
    if minutes == 0:
        return "0:12"
    return f"{minutes}:{player_id % 30:02d}" if player_id % 2 else f"{minutes - 1}:{30 + player_id % 30}"


def player_entry(box: dict[str, Any]) -> Payload:
    first, family = names_of(box["player_name"])
    counts = {theirs: box[name] for name, theirs in STATISTICS.items()}
    counts["plusMinusPoints"] = float(box["plus_minus"])
    return {
        "personId": box["player_id"],
        "firstName": first,
        "familyName": family,
        "nameI": f"{first[:1]}. {family}",
        "playerSlug": "",
        "position": "F" if box["started"] else "",
        "comment": "",
        "jerseyNum": "7",
        "statistics": {
            "minutes": minutes_text(box["minutes"], box["player_id"]),
            "fieldGoalsPercentage": 0.5,
            **counts,
        },
    }


def absent_entry(player_id: int) -> Payload:
    """Return a player who was on the bench only."""
    return player_entry(
        dict.fromkeys(STATISTICS, 0)
        | {"player_id": player_id, "player_name": "Ben Absent", "started": False, "minutes": 0}
    ) | {
        "comment": "DNP - Coach's Decision                  ",
        "statistics": {"minutes": "", **dict.fromkeys(STATISTICS.values(), 0)},
    }


def box_score(game: dict[str, Any], boxes: Rows) -> Payload:
    sides = {}
    for number, side in enumerate(("home", "away")):
        of_team = [box for box in boxes if box["team"] == game[f"{side}_team"]]
        players = [player_entry(box) for box in of_team]
        sides[f"{side}Team"] = team(game, side) | {"players": [*players, absent_entry(number + 1)], "statistics": {}}
    ids = {"homeTeamId": team_id(game["home_team"]), "awayTeamId": team_id(game["away_team"])}
    return {"meta": {"version": 1}, "boxScoreTraditional": {"gameId": game["game_id"], **ids, **sides}}


def shot_chart(game: dict[str, Any], boxes: Rows, shots: Rows) -> Payload:
    names = {box["player_id"]: box["player_name"] for box in boxes}
    rows = [_charted(game, shot, names) for shot in shots]
    averages = {"name": "LeagueAverages", "headers": ["GRID_TYPE", "SHOT_ZONE_BASIC", "FGA"], "rowSet": []}
    chart = {"name": "Shot_Chart_Detail", "headers": list(CHART_HEADERS), "rowSet": rows}
    return {"resource": "shotchartdetail", "parameters": {}, "resultSets": [chart, averages]}


def _charted(game: dict[str, Any], shot: dict[str, Any], names: dict[int, str]) -> list[Any]:
    minutes, seconds = divmod(shot["seconds_left"], 60)
    return [
        *("Shot Chart Detail", game["game_id"], shot["event_num"], shot["player_id"], names[shot["player_id"]]),
        *(team_id(shot["team"]), "", shot["period"], minutes, seconds),
        *("Made Shot" if shot["made"] else "Missed Shot", "Jump Shot", f"{shot['shot_value']}PT Field Goal"),
        *(shot["zone_basic"], "Center(C)", "8-16 ft.", shot["distance_ft"], shot["loc_x"], shot["loc_y"], 1),
        *(int(shot["made"]), game["game_date"].replace("-", ""), game["home_team"], game["away_team"]),
    ]


def play_by_play(game: dict[str, Any], boxes: Rows, shots: Rows) -> Payload:
    called, counted = _called(boxes), Counter[tuple[str, int]]()
    actions: list[Payload] = [NO_PERSON | {"actionNumber": 1, "actionType": "period", "description": "Start of 1st"}]
    for box in boxes:
        about = _person(box["team"], box["player_id"], called)
        text = f"SUB: Somebody FOR {called[box['player_id']]}"
        actions.append(about | {"actionNumber": 0, "actionType": "Substitution", "description": text})
    for shot in sorted(shots, key=lambda shot: int(shot["event_num"])):
        actions += _shot_actions(shot, called, counted)
    whole = [
        {"clock": "PT10M00.00S", "period": 1, "subType": "", "isFieldGoal": 0, "actionId": number} | action
        for number, action in enumerate(actions, 1)
    ]
    return {"meta": {"version": 1}, "game": {"gameId": game["game_id"], "videoAvailable": 1, "actions": whole}}


def _shot_actions(shot: dict[str, Any], called: dict[int, str], counted: Counter[tuple[str, int]]) -> Iterable[Payload]:
    def nth(kind: str, player: int) -> int:
        counted[kind, player] += 1
        return counted[kind, player]

    name, passer, blocker = called[shot["player_id"]], shot["assist_player_id"], shot["block_player_id"]
    text = f"{name} {shot['distance_ft']}' Jump Shot (2 PTS)" if shot["made"] else f"MISS {name} Jump Shot"
    if passer:
        text += f" ({called[passer]} {nth('AST', passer)} AST)"
    kind = "Made Shot" if shot["made"] else "Missed Shot"
    person = _person(shot["team"], shot["player_id"], called)
    shared = {"actionNumber": shot["event_num"], "period": shot["period"]}
    yield person | shared | {"actionType": kind, "isFieldGoal": 1, "description": text}
    if blocker:
        text = f"{called[blocker]} BLOCK ({nth('BLK', blocker)} BLK)"
        yield _person(shot["opponent"], blocker, called) | shared | {"actionType": "", "description": text}


def _person(team: str, player: int, called: dict[int, str]) -> Payload:
    names = {"playerName": called[player], "playerNameI": called[player]}
    return {"teamId": team_id(team), "teamTricode": team, "personId": player, "location": "h", **names}


def _called(boxes: Rows) -> dict[int, str]:
    """Return what the play-by-play calls each player: his family name, with a piece of the first where two share it."""
    full = {box["player_id"]: (box["team"], *names_of(box["player_name"])) for box in boxes}
    called = {}
    for player, (of_team, first, family) in full.items():
        others = [other[1] for key, other in full.items() if key != player and other[::2] == (of_team, family)]
        length = next(
            (size for size in range(1, len(first)) if not any(each.startswith(first[:size]) for each in others)),
            len(first),
        )
        called[player] = f"{first[:length]}. {family}" if others else family
    return called
