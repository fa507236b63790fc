"""The two families of errors, because Pub/Sub knows two answers.

LookbackError
  Rejected              can never succeed as asked: recorded, logged, acknowledged
    InvalidInput        a request, message or option is wrong; names field, value and what would be right
    MalformedLanding    a landing file cannot be read; names file and line
    AuditFailed         a staged partition breaks its contract; names processor and check
    SourceMissing       the source has nothing for a game date that the calendar lists
    FenceRevoked        a later attempt of the unit has taken over; this one must change nothing
    NotifierRefused     whoever carries notices does not take this one
  Retryable             may succeed later: propagates, answered 5xx, redelivered
    Conflict            a compare-and-set lost its race, or a document exists already
    Superseded          an input moved while the attempt ran; the unit is pending again
    SourceUnavailable   the source did not answer
    WarehouseUnavailable  the warehouse failed for a reason outside the SQL
    StorageUnavailable  a disk or bucket refused a write (full, read-only, permissions)
    BusUnavailable      the message bus did not confirm a publish
    NewerMessage        a message of a later version than this deployment knows
    NotifierUnavailable whoever carries notices did not answer
"""


class LookbackError(Exception):
    """Root of every error this project raises on purpose."""


class Rejected(LookbackError):
    """Can never succeed as asked. The operator corrects the request or the data and asks again."""


class InvalidInput(Rejected):
    """A field of a request, message or option is wrong.

    The operator corrects that field: the text names it, the value seen, and what would be right.
    """

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(f"{field}: got {value!r}; expected {expected}")
        self.field = field
        self.value = value
        self.expected = expected


class MalformedLanding(Rejected):
    """A landing file cannot be read. The operator corrects that line and retries the date."""

    def __init__(self, url: str, line: int, problem: str) -> None:
        super().__init__(f"{url}:{line}: {problem}")
        self.url = url
        self.line = line
        self.problem = problem


class AuditFailed(Rejected):
    """A staged partition breaks its contract; nothing was published. The operator reads the check's name."""


class SourceMissing(Rejected):
    """The source has nothing for a game date. The operator supplies landing files or accepts the hole."""


class FenceRevoked(Rejected):
    """A later attempt holds the unit. Nothing to do: the successor finishes the work."""


class NotifierRefused(Rejected):
    """Whoever carries notices does not take one. The operator corrects the address; the incident is kept."""


class Retryable(LookbackError):
    """May succeed later. Redelivery or the sweep tries again; the operator waits."""


class Conflict(Retryable):
    """A document was created or changed by somebody else in between."""


class Superseded(Retryable):
    """An input moved while the attempt ran; the unit is pending again and will be re-driven."""


class SourceUnavailable(Retryable):
    """The source did not answer. It is asked again after a back-off."""


class WarehouseUnavailable(Retryable):
    """The warehouse failed for a reason outside the SQL (quota, connection)."""


class StorageUnavailable(Retryable):
    """A disk or bucket refused a write. The operator frees space or repairs permissions."""


class BusUnavailable(Retryable):
    """The message bus did not confirm a publish (quota, connection). The operator waits."""


class NewerMessage(Retryable):
    """The message's version is newer than this deployment; a later one will take it."""


class NotifierUnavailable(Retryable):
    """Whoever carries notices did not answer. It is asked again after a back-off."""
