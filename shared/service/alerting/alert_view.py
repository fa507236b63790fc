"""What the rules of alerting are judged by: one look at the ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean
from typing import Final

from shared.config import Config
from shared.domain.backfills import Backfill, BackfillStatus
from shared.domain.calendar import SeasonCalendar, season_of
from shared.domain.lookback import SeasonKnowledge
from shared.domain.messages import LIVE, LIVE_HISTORY
from shared.domain.quality import quality_score
from shared.domain.rosters import roster_at, roster_of_manifest
from shared.domain.units import Status, Unit, unit_key
from shared.service.app import App
from shared.service.refusals import DeadLetter, Rejection, dead_letters, rejections
from shared.service.settings import REACH

ATTEMPTS_LOOKBACK: Final = timedelta(hours=6)
LATELY: Final = timedelta(hours=24)
HISTORY_PHASE, TARGET_PHASE = 3, 4
# Of a unit so many of the latest attempts are looked at, and of the targets so many of the latest computed.
ATTEMPTS_READ_MAX: Final = 10
QUALITIES_MAX: Final = 10
ENDED: Final = frozenset({BackfillStatus.CANCELLED, BackfillStatus.PLANNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedAttempt:
    """An attempt that ended within the last hours: of which unit, when, and whether it failed."""

    unit: str
    phase: int
    at: datetime
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The ledger at a moment, as far as a rule asks for it.

    `letters`, `refusals` and `attempts` are the latest ones only; `qualities` is the mean quality score of targets
    computed lately.
    """

    now: datetime
    config: Config
    calendars: Sequence[SeasonCalendar]
    units: Mapping[str, Unit]
    backfills: Mapping[str, Backfill]
    letters: Sequence[DeadLetter]
    refusals: Sequence[Rejection]
    attempts: Sequence[EndedAttempt]
    qualities: Mapping[date, float]

    def wanted(self, unit: Unit) -> bool:
        """Return whether somebody who has not given up on it wants a unit."""
        return any(name in (LIVE, LIVE_HISTORY) or self._stands(name) for name in unit.wanted_by)

    def failed(self) -> list[Unit]:
        """Return the wanted units that failed for good, by phase and date."""
        return [unit for unit in self.units.values() if unit.status is Status.FAILED and self.wanted(unit)]

    def _stands(self, name: str) -> bool:
        """Return whether a backfill may still be mended; of a complete one nothing that failed was needed."""
        found = self.backfills.get(name)
        return found is not None and found.status not in ENDED and found.status is not BackfillStatus.COMPLETE


def look(app: App) -> View:
    """Return the ledger as it is now; one read of each unit, and of what happened lately."""
    now = app.clock.now()
    calendars = app.ledger.calendars()
    units = {key: held.unit for calendar in calendars for key, held in app.ledger.units_of_season(calendar).items()}
    since = (now - LATELY).isoformat()
    return View(
        now=now,
        config=app.config,
        calendars=calendars,
        units=dict(sorted(units.items())),
        backfills={each.id: each for each, _ in app.ledger.backfills()},
        letters=[each for each in dead_letters(app) if each.at >= since],
        refusals=[each for each in rejections(app) if each.at >= since],
        attempts=list(_attempts(app, units.values(), now)),
        qualities=_qualities(app, units.values(), since),
    )


def _attempts(app: App, units: Iterable[Unit], now: datetime) -> Iterator[EndedAttempt]:
    """Yield the attempts that ended lately; the history is read only of units that had more than the one they need."""
    since = (now - ATTEMPTS_LOOKBACK).isoformat()
    keys: list[str] = []
    for unit in units:
        if unit.updated_at < since or not unit.fence:
            continue
        if unit.status is Status.COMPLETE and unit.fence == 1:
            at = datetime.fromisoformat(unit.updated_at)
            yield EndedAttempt(unit=unit.key, phase=unit.phase, at=at, failed=False)
            continue
        first = max(1, unit.fence - ATTEMPTS_READ_MAX + 1)
        name = unit.key.removeprefix("units/")
        keys += [f"history/{name}-{fence:04d}" for fence in range(first, unit.fence + 1)]
    for document in app.ledger.store.get_many(keys).values() if keys else ():
        body = document.body
        # An attempt whose input moved gave its unit back; that is no failure.
        superseded = body["status"] != Status.COMPLETE and body["error"].startswith("units/")
        if body["finished_at"] >= since and not superseded:
            yield EndedAttempt(
                unit=body["unit"],
                phase=int(body["unit"].removeprefix("units/")[0]),
                at=datetime.fromisoformat(body["finished_at"]),
                failed=body["status"] != Status.COMPLETE,
            )


def _qualities(app: App, units: Iterable[Unit], since: str) -> dict[date, float]:
    """Return the mean quality score of the players of the targets computed lately, from the games they may use."""
    targets = [unit for unit in units if unit.phase == TARGET_PHASE and unit.readable and unit.updated_at >= since]
    latest = sorted(targets, key=lambda unit: unit.updated_at)[-QUALITIES_MAX:]
    found = {}
    for season in {season_of(unit.game_date) for unit in latest}:
        knowledge = _knowledge(app, season)
        for unit in (each for each in latest if season_of(each.game_date) == season):
            scores = _scores(knowledge, unit)
            if scores:
                found[unit.game_date] = fmean(scores)
    return found


def _knowledge(app: App, name: str) -> SeasonKnowledge:
    season = app.seasons.get(name)
    dates = app.seasons.calendar(name).dates
    heads = app.ledger.heads(unit_key(HISTORY_PHASE, dates[0]), unit_key(HISTORY_PHASE, dates[-1]))
    usable = {
        key.removeprefix("units/")[2:]: head.version
        for key, head in heads.items()
        if head.usable and key.startswith(f"units/{HISTORY_PHASE}-")
    }
    with season.lock:
        return season.catch_up(usable)


def _scores(knowledge: SeasonKnowledge, unit: Unit) -> list[int]:
    """Return the quality score of each player of a target, from the games that its manifest lets him use."""
    calendar, manifest = knowledge.calendar, unit.manifest
    position = calendar.position.get(unit.game_date)
    if manifest is None or position is None:
        return []
    readable = calendar.mask(date.fromisoformat(text) for text in manifest["versions"])
    players = roster_of_manifest(manifest)
    if players is None:
        players = roster_at(knowledge, position).target.players
    needed, scores = REACH.player_games, []
    for player in players:
        floor = _floor(manifest["floors"].get(f"player:{player}"), calendar)
        games = sum(
            listing.played and listing.position >= floor and bool(readable >> listing.position & 1)
            for listing in knowledge.listings(player, position)
        )
        scores.append(quality_score(games, needed))
    return scores


def _floor(found: Sequence[str] | None, calendar: SeasonCalendar) -> int:
    return calendar.first_at_or_after(date.fromisoformat(found[0])) if found else 0
