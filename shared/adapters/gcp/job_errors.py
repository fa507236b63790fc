"""BigQuery's errors in the project's words: what an operator can correct, and what only time can.

The reasons are those of https://cloud.google.com/bigquery/docs/error-messages, as an API call is answered with
them or as a job ends with them. Something that is not found is a table or dataset that a statement names: it was
not deployed, or a staging table expired, and waiting does not bring it; the operator deploys and asks again.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

from google.api_core.exceptions import GoogleAPICallError, GoogleAPIError
from google.auth.exceptions import GoogleAuthError

from shared.domain.errors import LookbackError, Rejected, WarehouseUnavailable

# The statement, the rows or the configuration are wrong, or ask for more than is allowed.
REJECTED: Final = frozenset(
    {
        "billingTierLimitExceeded",
        "bytesBilledLimitExceeded",
        "invalid",
        "invalidQuery",
        "notFound",
        "notImplemented",
        "required",
        "resourcesExceeded",
        "responseTooLarge",
    }
)
# Quotas, permissions and the service itself: time or an administrator mends them, the statement stays the same.
UNAVAILABLE: Final = frozenset(
    {
        "accessDenied",
        "backendError",
        "badGateway",
        "billingNotEnabled",
        "blocked",
        "duplicate",
        "internalError",
        "jobBackendError",
        "jobInternalError",
        "jobRateLimitExceeded",
        "policyViolation",
        "quotaExceeded",
        "rateLimitExceeded",
        "resourceInUse",
        "stopped",
        "tableUnavailable",
        "timeout",
    }
)
STOPPED: Final = "stopped"
BYTES_LIMIT: Final = "bytesBilledLimitExceeded"

# A request that never can be right has one of these codes where no reason says more.
_REJECTED_CODES: Final = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.NOT_IMPLEMENTED}
)
# What the client raises. Broken connections and timeouts of the transport are OSErrors.
_VENDOR_ERRORS: Final = (GoogleAPIError, GoogleAuthError, OSError)


@contextmanager
def vendor_errors() -> Iterator[None]:
    """Raise Rejected or WarehouseUnavailable for what the client raises in the block."""
    try:
        yield
    except _VENDOR_ERRORS as error:
        raise translated(error) from error


def translated(error: Exception) -> LookbackError:
    """Return the project's error for one that the client raised."""
    if not isinstance(error, GoogleAPICallError):
        return WarehouseUnavailable(f"BigQuery: {error}")
    details = [detail for detail in error.errors if isinstance(detail, Mapping)]
    reason = str(details[0].get("reason", "")) if details else ""
    if reason in REJECTED | UNAVAILABLE:
        return of_reason(reason, str(error.message))
    return Rejected(str(error.message)) if error.code in _REJECTED_CODES else WarehouseUnavailable(str(error))


def job_failure(error_result: Mapping[str, Any], errors: list[Mapping[str, Any]] | None) -> LookbackError:
    """Return the project's error for a job that ended with `error_result`, with what else `errors` tells."""
    messages = [str(each.get("message", "")) for each in (error_result, *(errors or ()))]
    return of_reason(str(error_result.get("reason", "")), "; ".join(dict.fromkeys(messages)))


def of_reason(reason: str, message: str) -> LookbackError:
    """Return the project's error for one of BigQuery's reasons; one that is not known may pass."""
    if reason == BYTES_LIMIT:
        return Rejected(f"{reason}: {message} (LOOKBACK_QUERY_BYTES_MAX sets the limit)")
    if reason in REJECTED:
        return Rejected(f"{reason}: {message}")
    return WarehouseUnavailable(f"{reason or 'no reason given'}: {message}")
