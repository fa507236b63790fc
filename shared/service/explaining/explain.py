"""Why a date, a phase of it or a player on it is as it is: down to the root cause, and the command that goes on."""

from collections.abc import Sequence
from datetime import date

from shared.domain.errors import InvalidInput
from shared.domain.frontier import HISTORY_LANE, TARGET_LANE
from shared.domain.messages import FIRST_PHASE, LAST_PHASE
from shared.service.app import App
from shared.service.commands import fill
from shared.service.explaining.entities import FoundPlayer, resolve_player
from shared.service.explaining.explain_player import PlayerTeller
from shared.service.explaining.explain_reading import Reading
from shared.service.explaining.explain_unit import Teller
from shared.service.explaining.explanation import Account, Explanation, Link, State, of_whole_date
from shared.service.failures import known_backfill

PHASES = range(FIRST_PHASE, LAST_PHASE + 1)


def explain(
    app: App, day: date, phase: int | None = None, player: str | None = None, backfill_id: str | None = None
) -> Explanation:
    """Return why a date is as it is, or one phase of it, or a player's rows of its Phases 4-5.

    With a backfill, commands and reasons are about that one of those that want a unit. Raises InvalidInput for a
    season that was never loaded, a phase that there is none of, a player who is not found, an unknown backfill.
    """
    if phase is not None and phase not in PHASES:
        raise InvalidInput("phase", phase, f"a phase from {FIRST_PHASE} to {LAST_PHASE}")
    if player is not None and phase is not None and phase < TARGET_LANE:
        raise InvalidInput(
            "phase", phase, f"{TARGET_LANE} or {LAST_PHASE} with a player; before: backfill trace player"
        )
    if backfill_id is not None:
        known_backfill(app, backfill_id)
    teller = Teller(Reading(app, day, backfill_id))
    if player is not None:
        found = resolve_player(app, player)
        phases = (TARGET_LANE, LAST_PHASE) if phase is None else (phase,)
        account = _wholly(PlayerTeller(teller, found).tell(day, phases), day)
        return _explanation(day, phase, account, player=found)
    if phase is not None:
        return _explanation(day, phase, teller.tell(phase, day))
    accounts = {each: teller.tell(each, day) for each in _phases(teller, day)}
    first = _wholly(_first_held(accounts), day)
    return _explanation(day, None, first, phases=[each.links[0] for each in accounts.values()])


def _phases(teller: Teller, day: date) -> Sequence[int]:
    """Return the phases that make a date up: from the first that is there, since data may be brought past one."""
    if day not in teller.reading.calendar.position:
        return [FIRST_PHASE]
    teller.reading.read(f"units/{phase}-{day.isoformat()}" for phase in PHASES)
    first = next((phase for phase in PHASES if (teller.reading.unit(phase, day))), FIRST_PHASE)
    return range(first, LAST_PHASE + 1)


def _first_held(accounts: dict[int, Account]) -> Account:
    """Return the account of the first phase that something holds up; else of the first that is not simply complete.

    What was cut short is said of Phase 4, the first that looks back.
    """
    found = list(accounts.values())
    held = next((each for each in found if each.held), None)
    return held or next((each for each in found if each.state is not State.COMPLETE), found[-1])


def _wholly(account: Account, day: date) -> Account:
    return of_whole_date(account, fill(day, HISTORY_LANE), fill(day))


def _explanation(
    day: date, phase: int | None, account: Account, *, player: FoundPlayer | None = None, phases: Sequence[Link] = ()
) -> Explanation:
    return Explanation(
        game_date=day,
        phase=phase,
        player_id=player.player_id if player is not None else None,
        player_name=player.player_name if player is not None else "",
        state=account.state,
        held=account.held,
        why=account.why,
        chain=account.links,
        needs=account.needs,
        phases=tuple(phases),
        commands=account.commands,
    )
