"""Firestore's errors in this project's words: each one named, with what it means for the caller."""

from enum import Enum
from typing import Final

from google.api_core import exceptions as vendor
from google.auth.exceptions import GoogleAuthError

from shared.domain.errors import LookbackError, Rejected, Retryable, StorageUnavailable

VENDOR_ERRORS: Final = (vendor.GoogleAPIError, GoogleAuthError)


class Meaning(Enum):
    """What an error says about trying again."""

    CONTENDED = "somebody else holds the document; it was not written"
    TRANSIENT = "no answer, or not now; whether a commit took effect is not known"
    LOST = "a precondition does not hold: in a commit a lost race, in a read a database or an index that is not there"
    UNAVAILABLE = "an operator has to repair something outside the code"
    REFUSED = "the request can never succeed as it is"


# Subclasses come before the class they are of; an error that is none of these is UNAVAILABLE.
MEANINGS: Final[tuple[tuple[type[Exception], Meaning], ...]] = (
    (vendor.Aborted, Meaning.CONTENDED),
    (vendor.AlreadyExists, Meaning.LOST),
    (vendor.FailedPrecondition, Meaning.LOST),
    (vendor.NotFound, Meaning.LOST),
    (vendor.OutOfRange, Meaning.REFUSED),
    (vendor.InvalidArgument, Meaning.REFUSED),
    (vendor.MethodNotImplemented, Meaning.REFUSED),
    (vendor.TooManyRequests, Meaning.TRANSIENT),
    (vendor.Cancelled, Meaning.TRANSIENT),
    (vendor.ServiceUnavailable, Meaning.TRANSIENT),
    (vendor.BadGateway, Meaning.TRANSIENT),
    (vendor.GatewayTimeout, Meaning.TRANSIENT),
    (vendor.Unknown, Meaning.TRANSIENT),
    (vendor.DataLoss, Meaning.UNAVAILABLE),
    (vendor.InternalServerError, Meaning.TRANSIENT),
    (vendor.Forbidden, Meaning.UNAVAILABLE),
    (vendor.Unauthorized, Meaning.UNAVAILABLE),
    (vendor.RetryError, Meaning.UNAVAILABLE),
    (GoogleAuthError, Meaning.UNAVAILABLE),
)


def meaning_of(error: Exception) -> Meaning:
    """Return what a vendor error means."""
    return next((meaning for kind, meaning in MEANINGS if isinstance(error, kind)), Meaning.UNAVAILABLE)


def translated(error: Exception, what: str) -> LookbackError:
    """Return the error to raise instead of a vendor's, outside of a commit's lost race.

    Rejected for what can never succeed, Retryable for contention that lasted, StorageUnavailable for all others:
    permissions, a missing database or index, quota and connections can be repaired without a change of code.
    """
    kinds: dict[Meaning, type[LookbackError]] = {Meaning.REFUSED: Rejected, Meaning.CONTENDED: Retryable}
    kind = kinds.get(meaning_of(error), StorageUnavailable)
    return kind(f"Firestore: {what}: {type(error).__name__}: {error}")
