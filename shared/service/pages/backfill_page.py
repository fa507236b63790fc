"""A backfill's page: how it stands, what was planned, what it costs, and where each of its targets is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.domain.calendar import season_of
from shared.domain.plan import TARGET_PHASES, Plan
from shared.domain.price import Deployment
from shared.domain.units import Unit, unit_key
from shared.service.completeness.check import state_of
from shared.service.failures import Failure, failures_of, known_backfill
from shared.service.pages.board import Board
from shared.service.pricing.price import price_request
from shared.service.status import Standing
from shared.service.unit_memory import PHASES


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetState:
    """A target of a backfill: its phases from 1 to 5, and what its release laid down, once it is released.

    `certified_share` is the share of its players whose windows are whole, `reads` how many dates its manifest names,
    `floor` the first of the stretch that it was judged on.
    """

    game_date: date
    phases: tuple[str, ...]
    released: bool
    certified_share: float | None
    reads: int
    floor: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillPage:
    """A backfill as it stands, its plan, what failed of it with what that blocks, and its targets in order."""

    standing: Standing
    plan: Plan
    failed: tuple[Failure, ...]
    targets: tuple[TargetState, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """One kind of thing that a backfill uses, and its price in US dollars before free allowances."""

    kind: str
    amount: float
    unit: str
    usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PricePage:
    """What the same request would cost if it were published now: units, seconds, US dollars, and line by line.

    `usd_most` and `units_most` count every date that it may still be extended by, of which there are `added`.
    """

    id: str
    units: int
    units_most: int
    seconds: float
    cloud_seconds: float
    usd: float
    usd_most: float
    added: int
    lines: tuple[PriceLine, ...]


def backfill_page(board: Board, backfill_id: str) -> BackfillPage:
    """Return a backfill's page. Raises InvalidInput when there is none of that id."""
    backfill, _ = known_backfill(board.app, backfill_id)
    plan = board.app.ledger.plan(backfill_id)
    targets: list[TargetState] = []
    for season in plan.seasons():
        units = board.units(board.calendar(season))
        targets += [_target(day, units) for day in plan.targets if season_of(day) == season]
    return BackfillPage(
        standing=board.standing(backfill_id),
        plan=plan,
        failed=tuple(failures_of(board.app, backfill)),
        targets=tuple(targets),
    )


def price_page(board: Board, backfill_id: str, deployment: Deployment) -> PricePage:
    """Return what a backfill's request would cost now; for one not started, that is what it is going to cost.

    Raises InvalidInput when there is none of that id, or its dates cannot be asked for any more.
    """
    backfill, _ = known_backfill(board.app, backfill_id)
    price = price_request(board.app, backfill.request, deployment)
    least, most = price.least, price.most
    return PricePage(
        id=backfill_id,
        units=sum(least.work.units.values()),
        units_most=sum(most.work.units.values()),
        seconds=least.seconds,
        cloud_seconds=least.cloud_seconds,
        usd=least.usd,
        usd_most=most.usd,
        added=price.added,
        lines=tuple(
            PriceLine(kind=line.kind, amount=line.amount, unit=line.unit, usd=line.usd) for line in least.lines
        ),
    )


def _target(day: date, units: Mapping[str, Unit]) -> TargetState:
    released = units.get(unit_key(TARGET_PHASES[0], day))
    manifest = released.manifest if released is not None else None
    return TargetState(
        game_date=day,
        phases=tuple(state_of(units.get(unit_key(phase, day))) for phase in PHASES),
        released=manifest is not None,
        certified_share=released.certified_share if released is not None else None,
        reads=len(manifest["versions"]) if manifest is not None else 0,
        floor=date.fromisoformat(manifest["floor"]) if manifest is not None else None,
    )
