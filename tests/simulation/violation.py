"""What an oracle raises."""


class Violation(BaseException):
    """An invariant is broken. Not an Exception, so that no service can mistake it for a failed attempt."""


def check(holds: bool, otherwise: str) -> None:
    """Raise Violation with the text unless it holds."""
    if not holds:
        raise Violation(otherwise)
