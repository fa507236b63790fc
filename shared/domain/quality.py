"""How good a row computed from short history is: scores, tiers and shortage reasons."""

from enum import StrEnum

PERFECT = 100
MEDIUM_FROM = 70
LOW_FROM = 50


class Tier(StrEnum):
    """A band of quality scores."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    VERY_LOW = "VERY_LOW"


class Shortage(StrEnum):
    """Why fewer games than asked for were used."""

    SEASON_START = "season_start"
    ABSENT = "absent"
    CAPPED = "capped"
    MISSING_DATA = "missing_data"


def quality_score(available: int, needed: int) -> int:
    """Return 0-100: the share of the needed games that were available, rounded half up."""
    return (200 * min(available, needed) + needed) // (2 * needed)


def tier(score: int) -> Tier:
    """Return the tier of a score: HIGH 100, MEDIUM 70-99, LOW 50-69, VERY_LOW below."""
    if score >= PERFECT:
        return Tier.HIGH
    if score >= MEDIUM_FROM:
        return Tier.MEDIUM
    return Tier.LOW if score >= LOW_FROM else Tier.VERY_LOW


def shortage_reason(available: int, needed: int, team_games: int, uncertified: Shortage | None) -> Shortage | None:
    """Return why `available` falls short of `needed`, None when it does not.

    `uncertified` is the reason that the window could not be certified, if it could not; else the season
    was too young for the team (`team_games` scheduled before the target), or the player was absent.
    """
    if available >= needed:
        return None
    if uncertified is not None:
        return uncertified
    return Shortage.SEASON_START if team_games < needed else Shortage.ABSENT
