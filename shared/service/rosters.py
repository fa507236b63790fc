"""What is known of a season's players before and after a target date was played."""

from datetime import date

from shared.domain.lookback import SeasonKnowledge
from shared.domain.rosters import Roster, roster_at
from shared.domain.units import unit_key
from shared.processors.declaration import statement
from shared.service.app import App
from shared.service.seasons import Season

NAMES_SQL = "validate/player_names.sql"
HISTORY_PHASE = 3


def knowledge_of(app: App, season: str) -> tuple[Season, SeasonKnowledge]:
    """Return a season's memory, apart from the one coordinators use, with all appearances the ledger has.

    A warm instance reads those that moved since it last asked. Raises InvalidInput when the season's calendar was
    never loaded.
    """
    dates = app.read_seasons.calendar(season).dates
    memory = app.read_seasons.get(season)
    heads = app.ledger.heads(unit_key(HISTORY_PHASE, dates[0]), unit_key(HISTORY_PHASE, dates[-1]))
    found = ((day, heads.get(unit_key(HISTORY_PHASE, day))) for day in dates)
    usable = {day.isoformat(): head.version for day, head in found if head is not None and head.usable}
    with memory.lock:
        if any(day.isoformat() not in usable for day in memory.knowledge.versions):
            # A date that is being replaced counts as known to nobody.
            memory.renew()
        return memory, memory.catch_up(usable)


def roster_of(knowledge: SeasonKnowledge, day: date) -> Roster:
    """Return who is listed on a game date; before that is known, those of its teams' latest known games."""
    return roster_at(knowledge, knowledge.calendar.position[day])


def player_names(app: App, start: date, end: date) -> dict[int, str]:
    """Return the names of the players in the raw box scores of a range, by player id."""
    rows = app.warehouse.query(statement(NAMES_SQL), {"start_date": start, "end_date": end})
    return {row["player_id"]: row["player_name"] for row in rows}
