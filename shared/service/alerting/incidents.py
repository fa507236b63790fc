"""The incidents and silences as the ledger holds them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from shared.domain.alerts import SEVERITIES
from shared.domain.errors import InvalidInput
from shared.domain.incidents import Incident, IncidentStatus, incident_from
from shared.domain.silences import Silence, silence_from
from shared.ports import Write
from shared.service.app import App

RECENT: Final = timedelta(days=7)
STATUS_ORDER: Final = (IncidentStatus.FIRING, IncidentStatus.ACKNOWLEDGED, IncidentStatus.PENDING)


class HeldIncident(NamedTuple):
    """An incident with the revision it was read at."""

    incident: Incident
    revision: int


def incidents(app: App, *, everything: bool = False) -> tuple[Incident, ...]:
    """Return the incidents that fire, the worst first, then those resolved within a week, the latest first.

    With `everything` also those that wait for their time to run out, healed by themselves, or are long over.
    """
    since = (app.clock.now() - RECENT).isoformat()
    found = [held.incident for held in held_incidents(app).values()]
    if not everything:
        found = [each for each in found if each.open or (each.fired_at and each.resolved_at >= since)]
    current = [each for each in found if each.status is not IncidentStatus.RESOLVED]
    current.sort(key=lambda each: (STATUS_ORDER.index(each.status), SEVERITIES.index(each.severity), each.since))
    over = [each for each in found if each.status is IncidentStatus.RESOLVED]
    return (*current, *sorted(over, key=lambda each: each.resolved_at, reverse=True))


def held_incidents(app: App) -> Mapping[str, HeldIncident]:
    """Return every incident with its revision, by id."""
    # Ledgers of before there were incidents hold single alerts beside them, which have no episode.
    documents = (each for each in app.ledger.store.scan("alerts/", "alerts/~") if "episode" in each.body)
    found = (HeldIncident(incident_from(each.body), each.revision) for each in documents)
    return {held.incident.id: held for held in found}


def held_incident(app: App, name: str) -> HeldIncident:
    """Return one incident with its revision. Raises InvalidInput when there is none."""
    document = app.ledger.store.get(f"alerts/{name}") if name else None
    if document is None or "episode" not in document.body:
        raise InvalidInput("incident", name, "the id of an incident; see them: backfill alerts")
    return HeldIncident(incident_from(document.body), document.revision)


def silences(app: App, *, over: bool = False) -> tuple[Silence, ...]:
    """Return the silences that are on or to come, the first to end first; with `over` those that have ended, too."""
    now = app.clock.now().isoformat()
    found = (silence_from(each.body) for each in app.ledger.store.scan("silences/", "silences/~"))
    return tuple(sorted((each for each in found if over or each.until > now), key=lambda each: each.until))


def incident_write(incident: Incident, revision: int | None) -> Write:
    """Return the write of an incident read at a revision (None: absent)."""
    return Write(key=incident.key, body=incident.body(), revision=revision)
