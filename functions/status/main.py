"""status: the read-only JSON API -> shared.service.status_api."""

import functions_framework
from flask import Request, Response

from shared import bootstrap
from shared.service.status_api import answer


@functions_framework.http
def status(request: Request) -> Response:
    """Return the answer as JSON; raise, for a 5xx, when the ledger cannot be read."""
    return bootstrap.respond(answer(bootstrap.app(), request.method, request.path, request.args))
