"""A schedule that publishes a message: Cloud Scheduler's cron lines, checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.adapters.declaration import Entry

CRON: Final = re.compile(r"\S+( \S+)*")
TIME_ZONE: Final = re.compile(r"Etc/UTC|[A-Z][A-Za-z]+(/[A-Z][A-Za-z_]+)+")
# What each field of a cron line may say, in its order; Sunday is 0 and 7.
CRON_FIELDS: Final = (
    ("a minute", 0, 59),
    ("an hour", 0, 23),
    ("a day", 1, 31),
    ("a month", 1, 12),
    ("a weekday", 0, 7),
)
CRON_PART: Final = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/([1-9]\d?))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When which message is published to which topic."""

    name: str
    topic: str
    cron: str
    time_zone: str
    message: Mapping[str, Any]


def schedule_of(name: str, declared: Entry) -> Schedule:
    """Return a declared schedule. Raises InvalidInput naming its wrong field; the topic is checked by the topology."""
    cron = declared.text("cron", CRON, "a cron line")
    wrong = _wrong_cron(cron)
    if wrong:
        raise declared.refused("cron", wrong)
    message = declared.fields.get("message")
    if not isinstance(message, Mapping) or "version" not in message:
        raise declared.refused("message", "a message with its version")
    zone = declared.text("time_zone", TIME_ZONE, "a time zone such as America/New_York")
    return Schedule(name=name, topic=str(declared.fields.get("topic")), cron=cron, time_zone=zone, message=message)


def _wrong_cron(line: str) -> str:
    """Return what is expected instead, or nothing when the line is right."""
    parts = line.split(" ")
    if len(parts) != len(CRON_FIELDS):
        return f"{len(CRON_FIELDS)} fields: {', '.join(name for name, *_ in CRON_FIELDS)}"
    for part, (name, lowest, highest) in zip(parts, CRON_FIELDS, strict=True):
        if not all(_in_range(each, lowest, highest) for each in part.split(",")):
            return f"{name} from {lowest} to {highest}"
    return ""


def _in_range(part: str, lowest: int, highest: int) -> bool:
    match = CRON_PART.fullmatch(part)
    if match is None:
        return False
    first, last, _ = match.groups()
    if first is None:
        return True
    return lowest <= int(first) <= int(last or first) <= highest
