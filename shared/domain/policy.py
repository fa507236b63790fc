"""What an operator is content with: the policy of a request, recorded on each Phase 4-5 unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class EarlySeason(StrEnum):
    """What is done for an entity with fewer games than a processor's minimum."""

    DEGRADE = "degrade"
    SKIP = "skip"
    DEFAULTS = "defaults"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How far the history is fetched and what is accepted when it is short.

    `max_lookback_days` stops the history that many days before the target (None: no stop);
    `min_coverage` is the share of a target's players whose windows must be certified;
    `accept_missing` are game dates that the operator accepts as holes.
    """

    max_lookback_days: int | None = None
    min_coverage: float = 1.0
    early_season: EarlySeason = EarlySeason.DEGRADE
    accept_missing: frozenset[date] = frozenset()

    @property
    def exact(self) -> bool:
        """Return whether every window must be certified down to the season's start."""
        return self.max_lookback_days is None and self.min_coverage >= 1.0

    def at_least_as_strict_as(self, other: "Policy") -> bool:
        """Return whether what was computed under this policy satisfies a request under `other`."""
        reach = self.max_lookback_days is None or (
            other.max_lookback_days is not None and self.max_lookback_days >= other.max_lookback_days
        )
        return (
            reach
            and self.min_coverage >= other.min_coverage
            and self.early_season is other.early_season
            and self.accept_missing <= other.accept_missing
        )

    def merged(self, other: "Policy") -> "Policy":
        """Return the policy that satisfies both; of two early-season strategies `other`'s, the later request's."""
        caps = (self.max_lookback_days, other.max_lookback_days)
        return Policy(
            max_lookback_days=None if None in caps else max(cap for cap in caps if cap is not None),
            min_coverage=max(self.min_coverage, other.min_coverage),
            early_season=other.early_season,
            accept_missing=self.accept_missing & other.accept_missing,
        )

    def body(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "max_lookback_days": self.max_lookback_days,
            "min_coverage": self.min_coverage,
            "early_season": self.early_season.value,
            "accept_missing": sorted(day.isoformat() for day in self.accept_missing),
        }


def policy_from(body: Mapping[str, Any]) -> Policy:
    """Return the policy of its JSON form."""
    return Policy(
        max_lookback_days=body["max_lookback_days"],
        min_coverage=body["min_coverage"],
        early_season=EarlySeason(body["early_season"]),
        accept_missing=frozenset(date.fromisoformat(day) for day in body["accept_missing"]),
    )
