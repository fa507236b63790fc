"""status: the read-only pages and their JSON API -> functions/status/site.py, shared.service.pages.status_api."""

import functions_framework
from flask import Request, Response

from functions.status.site import respond
from shared import bootstrap


@functions_framework.http
def status(request: Request) -> Response:
    """Return a page, or JSON under /api; raise, for a 5xx, when the ledger cannot be read."""
    return respond(bootstrap.app(), request)
