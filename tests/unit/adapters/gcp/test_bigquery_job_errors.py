from typing import Any

import pytest
from google.api_core import exceptions
from google.auth.exceptions import RefreshError, TransportError
from google.cloud.bigquery.job import base

from shared.adapters.gcp.job_errors import REJECTED, UNAVAILABLE, job_failure, translated, vendor_errors
from shared.domain.errors import LookbackError, Rejected, WarehouseUnavailable

REASONS = [
    ("accessDenied", WarehouseUnavailable),
    ("backendError", WarehouseUnavailable),
    ("badGateway", WarehouseUnavailable),
    ("billingNotEnabled", WarehouseUnavailable),
    ("billingTierLimitExceeded", Rejected),
    ("blocked", WarehouseUnavailable),
    ("bytesBilledLimitExceeded", Rejected),
    ("duplicate", WarehouseUnavailable),
    ("internalError", WarehouseUnavailable),
    ("invalid", Rejected),
    ("invalidQuery", Rejected),
    ("jobBackendError", WarehouseUnavailable),
    ("jobInternalError", WarehouseUnavailable),
    ("jobRateLimitExceeded", WarehouseUnavailable),
    ("notFound", Rejected),
    ("notImplemented", Rejected),
    ("policyViolation", WarehouseUnavailable),
    ("quotaExceeded", WarehouseUnavailable),
    ("rateLimitExceeded", WarehouseUnavailable),
    ("required", Rejected),
    ("resourceInUse", WarehouseUnavailable),
    ("resourcesExceeded", Rejected),
    ("responseTooLarge", Rejected),
    ("stopped", WarehouseUnavailable),
    ("tableUnavailable", WarehouseUnavailable),
    ("timeout", WarehouseUnavailable),
    ("neverHeardOf", WarehouseUnavailable),
]


@pytest.mark.parametrize(("reason", "kind"), REASONS)
def test_each_reason_that_a_job_ends_with_is_mapped(reason: str, kind: type[LookbackError]) -> None:
    found = job_failure({"reason": reason, "message": "what happened"}, [{"message": "where"}])
    assert type(found) is kind
    assert str(found).startswith(f"{reason}: what happened; where")


@pytest.mark.parametrize(("reason", "kind"), REASONS)
def test_each_reason_that_a_call_is_answered_with_is_mapped(reason: str, kind: type[LookbackError]) -> None:
    # The client makes the exception of a failed job's reason, an internal error for a reason it does not know.
    raised = base._error_result_to_exception({"reason": reason, "message": "what happened"})
    assert type(translated(raised)) is kind


def test_every_mapped_reason_is_in_the_table() -> None:
    assert {reason for reason, _ in REASONS} == REJECTED | UNAVAILABLE | {"neverHeardOf"}
    assert not REJECTED & UNAVAILABLE


def test_the_limit_on_bytes_is_named() -> None:
    text = "Query exceeded limit for bytes billed: 1048576. 10485760 or higher required."
    found = str(job_failure({"reason": "bytesBilledLimitExceeded", "message": text}, None))
    assert "1048576" in found
    assert "LOOKBACK_QUERY_BYTES_MAX" in found


def of_code(kind: type[exceptions.GoogleAPICallError]) -> Exception:
    return kind("no reason given")


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (of_code(exceptions.BadRequest), Rejected),
        (of_code(exceptions.NotFound), Rejected),
        (of_code(exceptions.MethodNotImplemented), Rejected),
        (of_code(exceptions.Unauthorized), WarehouseUnavailable),
        (of_code(exceptions.Forbidden), WarehouseUnavailable),
        (of_code(exceptions.Conflict), WarehouseUnavailable),
        (of_code(exceptions.TooManyRequests), WarehouseUnavailable),
        (of_code(exceptions.InternalServerError), WarehouseUnavailable),
        (of_code(exceptions.BadGateway), WarehouseUnavailable),
        (of_code(exceptions.ServiceUnavailable), WarehouseUnavailable),
        (of_code(exceptions.GatewayTimeout), WarehouseUnavailable),
        (exceptions.RetryError("deadline", None), WarehouseUnavailable),
        (RefreshError("no token"), WarehouseUnavailable),  # type: ignore[no-untyped-call]
        (TransportError("no route"), WarehouseUnavailable),  # type: ignore[no-untyped-call]
        (ConnectionResetError("reset"), WarehouseUnavailable),
        (TimeoutError("read"), WarehouseUnavailable),
    ],
)
def test_each_other_error_of_the_client_is_mapped(raised: Exception, kind: type[LookbackError]) -> None:
    with pytest.raises(kind) as found, vendor_errors():
        raise raised
    assert type(found.value) is kind
    assert found.value.__cause__ is raised


@pytest.mark.parametrize("mistake", [ValueError("a mistake of ours"), KeyError("x"), Rejected("ours")])
def test_our_own_mistakes_are_not_taken_for_the_vendors(mistake: Any) -> None:
    with pytest.raises(type(mistake)) as found, vendor_errors():
        raise mistake
    assert found.value is mistake
