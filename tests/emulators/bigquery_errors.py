"""What BigQuery answers when it refuses: a reason with its HTTP code, at once or as a failed job's result."""

from typing import Any

# https://cloud.google.com/bigquery/docs/error-messages
CODES = {
    "invalid": 400,
    "invalidQuery": 400,
    "bytesBilledLimitExceeded": 400,
    "rateLimitExceeded": 403,
    "quotaExceeded": 403,
    "accessDenied": 403,
    "notFound": 404,
    "duplicate": 409,
    "stopped": 499,
    "internalError": 500,
    "notImplemented": 501,
}


class Refused(Exception):
    """A request or job that BigQuery would refuse: `reason`, message, and the further errors of a failed job."""

    def __init__(self, reason: str, message: str, *, more: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.more = more

    @property
    def code(self) -> int:
        return CODES.get(self.reason, 500)

    def proto(self) -> dict[str, Any]:
        """Return the error as `status.errorResult` holds it."""
        return {"reason": self.reason, "message": self.message}

    def protos(self) -> list[dict[str, Any]]:
        """Return the error and the further ones as `status.errors` holds them."""
        return [self.proto(), *({"reason": self.reason, "message": text} for text in self.more)]

    def answer(self) -> dict[str, Any]:
        """Return the body of an HTTP answer that refuses."""
        errors = [{"domain": "global", **proto} for proto in self.protos()]
        return {"error": {"code": self.code, "message": self.message, "errors": errors}}


def refused_by(status: int, body: dict[str, Any]) -> Refused:
    """Return the refusal that an HTTP answer with an error body stands for."""
    error = body.get("error") or {}
    details = error.get("errors") or [{}]
    reason = details[0].get("reason") or next((name for name, code in CODES.items() if code == status), "internalError")
    return Refused(reason, error.get("message") or details[0].get("message") or f"HTTP {status}")
