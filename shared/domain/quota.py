"""Whether a run would pass a daily quota: what it uses in its fullest 24 hours, and when the limit would be passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.domain.errors import InvalidInput

DAY_SECONDS: Final = 86_400.0

# An amount used at a moment, seconds from the start of a run.
Use = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaUse:
    """A quota and how much of it a run takes.

    `used` is what was taken in the day before the run, or is already on its way; `amount` is what the run takes in
    its fullest 24 hours; `passes_at` is after how many seconds both together pass the limit, None when they do not;
    `dates_a_day` is how many dates of such a run the rest of the limit has room for.
    """

    name: str
    where: str
    limit: int
    used: float
    amount: float
    dates_a_day: int
    passes_at: float | None = None

    @property
    def share(self) -> float:
        """Return how much of the limit is taken, what was used before included; above 1 when it is passed."""
        return (self.used + self.amount) / self.limit

    def refusal(self) -> InvalidInput:
        """Return the error that names quota, figure and limit, and what to do about it."""
        figure = f"{self.used + self.amount:,.0f} {self.name} of {self.where} in 24 hours"
        if self.dates_a_day:
            advice = f"ask for at most {self.dates_a_day:,} dates a day"
        else:
            advice = "wait for a day, the rest of the limit has no room for a date"
        return InvalidInput("quota", figure, f"at most {self.limit:,}: {advice}, or say over_quota (--over-quota)")


def quota_use(name: str, where: str, *, limit: int, used: float, uses: Sequence[Use], dates: int) -> QuotaUse:
    """Return what a run takes of a quota; `uses` in the order of their moments, `dates` is how many it is about."""
    total = sum(amount for _, amount in uses)
    amount, passes_at = _fullest(uses, limit - used)
    each = total / dates if dates else 0.0
    room = max(0.0, limit - used)
    return QuotaUse(
        name=name,
        where=where,
        limit=limit,
        used=used,
        amount=amount,
        dates_a_day=int(room / each) if each else 0,
        passes_at=passes_at,
    )


def nearest(uses: Sequence[QuotaUse]) -> QuotaUse | None:
    """Return the quota of which the greatest share is taken; None without any."""
    return max(uses, key=lambda use: use.share, default=None)


def _fullest(uses: Sequence[Use], room: float) -> tuple[float, float | None]:
    """Return the most that any 24 hours take, and the moment at which one of them first takes more than `room`."""
    most = within = 0.0
    passes_at = None
    first = 0
    for moment, amount in uses:
        within += amount
        while uses[first][0] <= moment - DAY_SECONDS:
            within -= uses[first][1]
            first += 1
        most = max(most, within)
        if passes_at is None and within > room:
            passes_at = moment
    return most, passes_at
