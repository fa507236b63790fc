"""Expected Phase 4 rows of a target, one entity after the other, each from its own list of games.

Shares nothing with `shared/`. A target is a date, its entities with the floor each may look back to, the hidden dates
and the early-season policy: the same facts the statements get as parameters.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from tests.oracle.season import ZONES, Record, Season, deviation, mean, ratio

# What an entity without any league to be compared with is taken for (documented in each statement's header).
ZONE_PRIOR = {"paint": (349, 204), "mid_range": (127, 54), "three_pt": (350, 126)}
MEAN_PRIOR = {"points": 10.51, "minutes": 22.45, "usage": 18.92, "ts_pct": 0.554}


@dataclass(frozen=True)
class Target:
    """A target date as the statements see it."""

    game_date: date
    players: list[Record]
    teams: list[Record]
    hidden: frozenset[date] = frozenset()
    early_season: str = "degrade"


class BruteForce:
    """Expected rows of every Phase 4 table of one target."""

    def __init__(self, season: Season, target: Target) -> None:
        self.target = target
        visible = [day for day in season.dates if day < target.game_date and day not in target.hidden]
        self.by_player: dict[int, list[Record]] = defaultdict(list)
        self.league: list[Record] = []
        self.team_games: list[Record] = []
        for day in visible:
            self.team_games += season.defense[day]
            for row in season.player_games[day]:
                if row["minutes"] > 0:
                    self.league.append(row)
                    self.by_player[row["player_id"]].append(row)

    def games(self, player: Record, count: int) -> list[Record]:
        """Return his last `count` games on or after his floor, the latest first."""
        played = [row for row in self.by_player[player["player_id"]] if row["game_date"] >= player["floor"]]
        return sorted(played, key=lambda row: row["game_date"], reverse=True)[:count]

    def skipped(self, used: int, minimum: int) -> bool:
        return self.target.early_season == "skip" and used < minimum

    def defaulted(self, used: int, minimum: int) -> bool:
        return self.target.early_season == "defaults" and used < minimum

    def quality(self, entity: Record, used: list[Record], needed: int) -> Record:
        """Return the columns that every row carries, for the games it was computed from."""
        count, young = len(used), entity["team_games"] < needed
        short = entity["shortage"] or ("season_start" if young else "absent")
        days = [row["game_date"] for row in used]
        return {
            "games_used": count,
            "quality_score": int(100 * min(1.0, count / needed) + 0.5),
            "early_season_flag": count < needed and young,
            "shortage_reason": short if count < needed else None,
            "window_start": min(days, default=None),
            "window_end": max(days, default=None),
        }

    def identity(self, entity: Record) -> Record:
        names = [name for name in ("player_id", "team", "opponent") if name in entity]
        return {"game_date": self.target.game_date, **{name: entity[name] for name in names}}

    # player_shot_zone_analysis

    def shot_zones(self) -> list[Record]:
        """Return the expected rows of player_shot_zone_analysis."""
        rows = []
        for player in self.target.players:
            last10, last20 = self.games(player, 10), self.games(player, 20)
            if self.skipped(len(last10), 5):
                continue
            own = self._shot_shares(last10, last20)
            if self.defaulted(len(last10), 5):
                own = dict(self._league_shares)
            own["total_shots_last_10"] = sum(_attempts(last10, zone) for zone in ZONES)
            own["games_in_sample_20"] = len(last20)
            rows.append({**self.identity(player), **own, **self.quality(player, last10, 10)})
        return rows

    def _shot_shares(self, last10: list[Record], last20: list[Record]) -> Record:
        shots, trend = (sum(_attempts(games, zone) for zone in ZONES) for games in (last10, last20))
        row: Record = {}
        for zone in ZONES:
            attempts = _attempts(last10, zone)
            row[f"{zone}_rate_last_10"] = ratio(100 * attempts, shots)
            row[f"{zone}_pct_last_10"] = ratio(sum(game[f"{zone}_makes"] for game in last10), attempts)
            row[f"{zone}_attempts_per_game"] = ratio(attempts, len(last10))
            row[f"{zone}_rate_last_20"] = ratio(100 * _attempts(last20, zone), trend)
        assisted = sum(game["assisted_fg_makes"] for game in last10)
        alone = sum(game["unassisted_fg_makes"] for game in last10)
        row["assisted_rate_last_10"] = ratio(100 * assisted, assisted + alone)
        row["unassisted_rate_last_10"] = ratio(100 * alone, assisted + alone)
        row["primary_scoring_zone"] = _primary_zone(row)
        return row

    @cached_property
    def _league_shares(self) -> Record:
        if self.league:
            return self._shot_shares(self.league, self.league)
        game = {f"{zone}_attempts": attempts / 100 for zone, (attempts, _) in ZONE_PRIOR.items()}
        game |= {f"{zone}_makes": makes / 100 for zone, (_, makes) in ZONE_PRIOR.items()}
        game |= {"assisted_fg_makes": 2.44, "unassisted_fg_makes": 1.40}
        return self._shot_shares([game], [game])

    # team_defense_zone_analysis

    def team_defense(self) -> list[Record]:
        """Return the expected rows of team_defense_zone_analysis."""
        rows = []
        for team in self.target.teams:
            own = [row for row in self.team_games if row["team"] == team["team"] and row["game_date"] >= team["floor"]]
            used = sorted(own, key=lambda row: row["game_date"], reverse=True)[:15]
            if self.skipped(len(used), 8):
                continue
            league = [row for row in self.team_games if used and row["game_date"] >= used[-1]["game_date"]]
            basis = used
            if self.defaulted(len(used), 8):
                basis = league = self.team_games or [_team_prior()]
            compared = _compared(_allowed(basis), _allowed(league))
            rows.append({**self.identity(team), **compared, **self.quality(team, used, 15)})
        return rows

    # player_daily_cache

    def daily_cache(self) -> list[Record]:
        """Return the expected rows of player_daily_cache."""
        rows = []
        for player in self.target.players:
            last10, last20 = self.games(player, 10), self.games(player, 20)
            if self.skipped(len(last10), 5):
                continue
            means = {
                f"{name}_avg_last_{count}": mean([game[column] for game in self.games(player, count)])
                for name, column in _MEANS.items()
                for count in (5, 10, 20)
            }
            spread = deviation([game["points"] for game in last10])
            if self.defaulted(len(last10), 5):
                means, spread = self._league_means
            workload = self._workload(last10)
            counts = {name: workload[name] for name in ("games_last_7", "games_last_14", "days_of_rest")}
            own = {"is_home": player["is_home"], "points_std_last_10": spread, "games_in_sample_20": len(last20)}
            rows.append({**self.identity(player), **means, **own, **counts, **self.quality(player, last10, 10)})
        return rows

    @cached_property
    def _league_means(self) -> tuple[Record, float | None]:
        league = {name: mean([game[column] for game in self.league]) for name, column in _MEANS.items()}
        if not self.league:
            league = dict(MEAN_PRIOR)
        spread = deviation([game["points"] for game in self.league]) if self.league else 8.81
        return {f"{name}_avg_last_{count}": value for name, value in league.items() for count in (5, 10, 20)}, spread

    def _workload(self, last10: list[Record]) -> Record:
        ago = {id(game): (self.target.game_date - game["game_date"]).days for game in last10}
        week = [game for game in last10 if ago[id(game)] <= 7]
        fortnight = [game for game in last10 if ago[id(game)] <= 14]
        return {
            "games_last_7": len(week),
            "games_last_14": len(fortnight),
            "minutes_last_7": sum(game["minutes"] for game in week),
            "minutes_last_14": sum(game["minutes"] for game in fortnight),
            "days_of_rest": min(ago.values()) - 1 if ago else None,
        }

    # player_composite_factors

    def composite(self) -> list[Record]:
        """Return the expected rows of player_composite_factors."""
        zones = {row["player_id"]: row for row in self.shot_zones()}
        defenses = {row["team"]: row for row in self.team_defense()}
        rows = []
        for player in self.target.players:
            last10 = self.games(player, 10)
            if self.skipped(len(last10), 3):
                continue
            workload = self._workload(last10)
            rest = workload["days_of_rest"]
            if len(last10) < 3:
                factors = _neutral()
            else:
                factors = _factors(player, last10, workload, zones.get(player["player_id"]), defenses)
            factors["total_adjustment"] = sum(value for name, value in factors.items() if name.endswith("_adjustment"))
            flags = {"is_back_to_back": None if rest is None else rest == 0, "uses_defaults": len(last10) < 3}
            quality = self.quality(player, last10, 10)
            rows.append({**self.identity(player), **workload, **flags, **factors, **quality})
        return rows

    # player_season_profile

    def season_profile(self) -> list[Record]:
        """Return the expected rows of player_season_profile."""
        ranks = self._ranks()
        ranked = sum(1 for games in self.by_player.values() if len(games) >= 3)
        rows = []
        for player in self.target.players:
            own = self.by_player.get(player["player_id"], [])
            if self.skipped(len(own), 3):
                continue
            profile = self._league_profile if self.defaulted(len(own), 3) else _profile(own)
            places = {name: table.get(player["player_id"]) for name, table in ranks.items()}
            quality = {**self.quality(player, own, 3), **self._season_quality(player, own)}
            rows.append({**self.identity(player), **profile, **places, "players_ranked": ranked, **quality})
        return rows

    @cached_property
    def _league_profile(self) -> Record:
        return _profile(self.league) if self.league else dict(_PROFILE_PRIOR)

    def _season_quality(self, player: Record, own: list[Record]) -> Record:
        hidden = len(self.target.hidden)
        score = ratio(100 * len(own), len(own) + hidden)
        quality: Record = {"quality_score": int((score or 0) + 0.5)}
        if hidden:
            quality["shortage_reason"] = player["shortage"] or "capped"
        elif len(own) < 3:
            quality["shortage_reason"] = "season_start" if player["team_games"] < 3 else "absent"
        return quality

    def _ranks(self) -> dict[str, dict[int, int]]:
        tables = {}
        for name, column in (("points", "points"), ("rebounds", "reb"), ("assists", "ast"), ("minutes", "minutes")):
            means = [
                (-sum(game[column] for game in games) / len(games), player)
                for player, games in self.by_player.items()
                if len(games) >= 3
            ]
            tables[f"{name}_rank"] = {player: place for place, (_, player) in enumerate(sorted(means), start=1)}
        return tables


_MEANS = {"points": "points", "minutes": "minutes", "usage": "usage_rate", "ts_pct": "ts_pct"}
_PROFILE_COLUMNS = {
    "points": "points",
    "minutes": "minutes",
    "rebounds": "reb",
    "assists": "ast",
    "steals": "stl",
    "blocks": "blk",
    "turnovers": "tov",
}
_PROFILE_PRIOR = {
    "points_avg_season": 10.510,
    "minutes_avg_season": 22.452,
    "rebounds_avg_season": 4.102,
    "assists_avg_season": 2.438,
    "steals_avg_season": 0.786,
    "blocks_avg_season": 0.478,
    "turnovers_avg_season": 1.313,
    # 1,000 games, 10,510 points, 188,058 points squared: sqrt((188058 - 10510**2 / 1000) / 999).
    "points_std_season": ((188058 - 10510**2 / 1000) / 999) ** 0.5,
    "ts_pct_season": 10510 / (2 * (8260 + 0.44 * 2045)),
    "efg_pct_season": (3830 + 0.5 * 1256) / 8260,
    "usage_avg_season": 18.92,
}


def _attempts(games: list[Record], zone: str) -> Any:
    return sum(game[f"{zone}_attempts"] for game in games)


def _primary_zone(row: Record) -> str | None:
    if row["paint_rate_last_10"] is None:
        return None
    if row["paint_rate_last_10"] >= 40:
        return "paint"
    if row["three_pt_rate_last_10"] >= 40:
        return "perimeter"
    return "mid_range" if row["mid_range_rate_last_10"] >= 35 else "balanced"


def _team_prior() -> Record:
    """Return one team-game of the prior: 100 games' sums divided by 100."""
    sums = {"paint": (3752, 2191, 433), "mid_range": (1363, 576, 47), "three_pt": (3763, 1350, 35)}
    row: Record = {"minutes": 241.31, "points_allowed": 112.96, "game_possessions": 2033126 / 200 / 100}
    for zone, (attempts, makes, blocks) in sums.items():
        row[f"{zone}_attempts_allowed"], row[f"{zone}_makes_allowed"] = attempts / 100, makes / 100
        row[f"{zone}_blocks"] = blocks / 100
    return row


def _allowed(games: list[Record]) -> Record:
    total = {name: sum(game[name] for game in games) for name in ("minutes", "points_allowed", "game_possessions")}
    row: Record = {
        "rating": ratio(100 * total["points_allowed"], total["game_possessions"]),
        "pace": ratio(48 * total["game_possessions"], total["minutes"] / 5),
    }
    for zone in ZONES:
        attempts = sum(game[f"{zone}_attempts_allowed"] for game in games)
        row[f"{zone}_pct"] = ratio(sum(game[f"{zone}_makes_allowed"] for game in games), attempts)
        row[f"{zone}_attempts"] = ratio(attempts, len(games))
        row[f"{zone}_blocks"] = ratio(sum(game[f"{zone}_blocks"] for game in games), len(games))
    return row


def _compared(own: Record, league: Record) -> Record:
    row = {
        "defensive_rating_last_15": own["rating"],
        "pace_last_15": own["pace"],
        "league_defensive_rating": league["rating"],
        "league_pace": league["pace"],
    }
    for zone in ZONES:
        row[f"{zone}_pct_allowed_last_15"] = own[f"{zone}_pct"]
        row[f"{zone}_attempts_allowed_per_game"] = own[f"{zone}_attempts"]
        row[f"{zone}_blocks_per_game"] = own[f"{zone}_blocks"]
        row[f"league_{zone}_pct"] = league[f"{zone}_pct"]
        known = own[f"{zone}_pct"] is not None and league[f"{zone}_pct"] is not None
        row[f"{zone}_defense_vs_league"] = 100 * (own[f"{zone}_pct"] - league[f"{zone}_pct"]) if known else None
    differences = [row[f"{zone}_defense_vs_league"] or 0.0 for zone in ZONES]
    names = ["paint", "mid_range", "perimeter"]
    alike = own["pace"] is None or len(set(differences)) == 1
    row["strongest_zone"] = None if alike else names[differences.index(min(differences))]
    # The last of the highest: searched from the end.
    row["weakest_zone"] = None if alike else names[::-1][differences[::-1].index(max(differences))]
    return row


def _neutral() -> Record:
    factors = ("fatigue", "zone_mismatch", "pace", "usage_trend")
    scores = {f"{name}_score": 45.0 if name == "fatigue" else 0.0 for name in factors}
    return {**scores, **{f"{name}_adjustment": 0.0 for name in factors}}


def _factors(
    player: Record, last10: list[Record], workload: Record, zones: Record | None, defenses: dict[str, Record]
) -> Record:
    points = mean([game["points"] for game in last10]) or 0.0
    fatigue = {0: 40, 1: 20, 2: 10}.get(workload["days_of_rest"], 0) + 5 * min(4, workload["games_last_7"])
    fatigue += min(20, workload["minutes_last_7"] / 8) + min(20, workload["minutes_last_14"] / 16)
    mismatch, shots = _mismatch(zones, defenses.get(player["opponent"]))
    pace = (_pace_above(defenses.get(player["team"])) + _pace_above(defenses.get(player["opponent"]))) / 2
    usage5 = mean([game["usage_rate"] for game in last10[:5]]) or 0.0
    usage10 = mean([game["usage_rate"] for game in last10]) or 0.0
    trend = usage5 / usage10 - 1 if usage10 else 0.0
    return {
        "fatigue_score": fatigue,
        "zone_mismatch_score": mismatch,
        "pace_score": pace,
        "usage_trend_score": usage5 - usage10,
        "fatigue_adjustment": _bounded(-0.02 * points * fatigue / 100, -1, 0),
        "zone_mismatch_adjustment": _bounded(0.3 * mismatch * shots / 100, -1.5, 1.5),
        "pace_adjustment": _bounded(0.3 * points * pace / 100, -1, 1),
        "usage_trend_adjustment": _bounded(0.05 * points * trend, -1, 1),
    }


def _bounded(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


def _pace_above(defense: Record | None) -> float:
    if defense is None or defense["pace_last_15"] is None:
        return 0.0
    return float(100 * (defense["pace_last_15"] / defense["league_pace"] - 1))


def _mismatch(zones: Record | None, defense: Record | None) -> tuple[float, float]:
    """Return points a 100 shots above the league's mean defence, and shots a game."""
    if zones is None:
        return 0.0, 0.0
    score = 0.0
    for zone, worth in (("paint", 2), ("mid_range", 2), ("three_pt", 3)):
        share = zones[f"{zone}_rate_last_10"]
        above = defense[f"{zone}_defense_vs_league"] if defense else None
        score += 0.0 if share is None or above is None else share / 100 * above * worth
    return score, sum(zones[f"{zone}_attempts_per_game"] or 0.0 for zone in ZONES)


def _profile(games: list[Record]) -> Record:
    total = {name: sum(game[name] for game in games) for name in ("points", "fga", "fta", "fgm", "fg3m")}
    means = {f"{name}_avg_season": mean([game[column] for game in games]) for name, column in _PROFILE_COLUMNS.items()}
    return {
        **means,
        "points_std_season": deviation([game["points"] for game in games]),
        "ts_pct_season": ratio(total["points"], 2 * (total["fga"] + 0.44 * total["fta"])),
        "efg_pct_season": ratio(total["fgm"] + 0.5 * total["fg3m"], total["fga"]),
        "usage_avg_season": mean([game["usage_rate"] for game in games]),
    }
