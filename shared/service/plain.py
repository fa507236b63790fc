"""Values in JSON's types, for the CLI's `--json` and the status API."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from shared.domain.messages import BackfillRequest
from shared.domain.plan import Plan


def plain(value: object) -> Any:
    """Return a value in JSON's types; requests and plans in the form they are published and stored in."""
    if isinstance(value, BackfillRequest | Plan):
        return plain(value.body())
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [plain(each) for each in value]
    return value
