"""Judge the rules of alerting by the ledger, keep the incidents that follow, and have notices of them delivered.

An incident and its notices are one document, written by compare-and-set: of two that judge at once one is too late and
leaves it to the next time. A notice that was written and not published, or not delivered, is asked for again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared.domain.alert_rules import BY_NAME, explained
from shared.domain.alerting import Seen, step
from shared.domain.alerts import EVERYTHING, Observation, incident_id
from shared.domain.errors import Conflict
from shared.domain.incidents import Incident
from shared.domain.messages import Alert
from shared.domain.notices import Notice
from shared.domain.silences import Silence, silenced
from shared.logs import log
from shared.service.alerting.alert_conditions import backfills, failures, letters, refusals, today
from shared.service.alerting.alert_rates import burns, outages, qualities, quotas, slowness
from shared.service.alerting.alert_view import View, look
from shared.service.alerting.incidents import HeldIncident, held_incidents, incident_write, silences
from shared.service.app import App

CONDITIONS: Final[tuple[Callable[[View], Iterator[Observation]], ...]] = (
    outages,
    today,
    letters,
    burns,
    backfills,
    failures,
    refusals,
    slowness,
    qualities,
    quotas,
)
# A notice that was not delivered so long after it was asked for is asked for again.
ASK_AGAIN: Final = timedelta(minutes=30)


def raise_alerts(app: App) -> None:
    """Take every incident one step on, by what is seen now, and publish the notices that are due."""
    quiet, now = silences(app), app.clock.now()
    seen = group(observed(look(app)), quiet, now)
    held = held_incidents(app)
    for name in sorted({*seen, *held}):
        before = held.get(name)
        rule = seen[name][0] if name in seen else before.incident.rule if before else ""
        if rule in BY_NAME:
            found = seen[name][1] if name in seen else Seen(silenced=silenced(quiet, (EVERYTHING, rule, name), now))
            after = step(BY_NAME[rule], before.incident if before else None, name, found, now)
            _keep(app, before, after)


def observed(view: View) -> Iterator[Observation]:
    """Yield what every rule sees in one look at the ledger."""
    for condition in CONDITIONS:
        yield from condition(view)


def group(
    observations: Iterable[Observation], quiet: Iterable[Silence], now: datetime
) -> Mapping[str, tuple[str, Seen]]:
    """Return what is seen of each incident, by its id, with its rule; what a cause explains, and what is silenced."""
    found = tuple(observations)
    causes, still = explained(found), tuple(quiet)
    grouped: dict[str, list[Observation]] = defaultdict(list)
    for each in found:
        grouped[incident_id(BY_NAME[each.rule], each.group)].append(each)
    return {
        name: (
            every[0].rule,
            Seen(
                observations=tuple(every),
                muted={each.subject: cause for each in every if (cause := causes.get((each.rule, each.subject)))},
                silenced=silenced(still, (EVERYTHING, every[0].rule, name), now),
            ),
        )
        for name, every in grouped.items()
    }


def publish(app: App, notices: Iterable[Notice]) -> None:
    """Ask for the delivery of notices."""
    for each in notices:
        detail = {"kind": each.kind.value, "severity": each.severity.value, "subjects": str(each.subjects_total)}
        alert = Alert(rule=each.rule, subject=each.incident, detail=detail, incident=each.incident, notice=each.id)
        app.bus.publish("alerts", alert.body())


def _keep(app: App, before: HeldIncident | None, after: Incident | None) -> None:
    """Write an incident that has moved, and publish what is to be told of it."""
    if after is None:
        return
    now = app.clock.now()
    known = {notice.id for notice in before.incident.outbox} if before else set()
    due = {each.id for each in after.waiting if each.id not in known or _overdue(each, now)}
    asked = tuple(replace(each, asked_at=now.isoformat()) if each.id in due else each for each in after.outbox)
    after = replace(after, outbox=asked)
    if before is not None and after == before.incident:
        return
    try:
        app.ledger.commit([incident_write(after, before.revision if before else None)])
    except Conflict:
        return
    _log(before.incident if before else None, after)
    for each in after.outbox:
        if each.id not in known:
            told = {"incident": each.incident, "notice": each.id, "rule": each.rule, "kind": each.kind.value}
            log("notice.written", **told, alert_severity=each.severity.value)
    publish(app, (each for each in after.outbox if each.id in due))


def _overdue(notice: Notice, now: datetime) -> bool:
    return now - datetime.fromisoformat(notice.asked_at) >= ASK_AGAIN


def _log(before: Incident | None, after: Incident) -> None:
    """Log a transition; an incident of which nobody was told is logged as healed by itself."""
    if before is not None and before.status is after.status and before.muted == after.muted:
        return
    about = {"incident": after.id, "rule": after.rule, "alert_severity": after.severity.value}
    if after.resolved_at and not after.told:
        log("incident.healed", **about, muted=after.muted)
    else:
        log("incident.moved", **about, status=after.status.value, subjects=after.subjects_total, muted=after.muted)
