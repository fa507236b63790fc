"""Asks stats.nba.com, through the `nba_api` package: paced, with a timeout, a few tries and a budget a date."""

from http import HTTPStatus
from typing import Any, Final

import requests
from nba_api.stats.library.http import NBAStatsHTTP

from shared.adapters.sources.nba_stats_pace import Budget, Limits, Pace, Timing, back_off_seconds
from shared.domain.errors import SourceUnavailable
from shared.logs import log

SITE: Final = "https://stats.nba.com/stats"
TOLD_HEADER: Final = "Retry-After"
BUSY: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
REFUSED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
REFUSED_HINT: Final = "it refuses many cloud hosts: set LOOKBACK_NBA_PROXY, or run backfill scrape on another machine"
# `Host` is the default site's, and brotli answers can be read only where another package happens to be installed.
HEADERS_SET_HERE: Final = {"Accept-Encoding": "gzip, deflate"}
HEADERS_LEFT_OUT: Final = ("Host",)

Payload = dict[str, Any]


class NbaStatsClient:
    """Sends the requests that `nba_api`'s endpoints describe and returns their JSON as it came.

    Threads may share it: it keeps one pace for all of them. `url` stands in the place of the site, `proxy` is
    the URL of an egress proxy; both may be empty.
    """

    def __init__(self, limits: Limits, *, url: str = "", proxy: str = "", timing: Timing | None = None) -> None:
        self._limits, self._proxy = limits, proxy
        self._timing = timing or Timing()
        self._pace = Pace(limits.seconds_between, self._timing)
        self._http = _http_client(url or SITE)

    def budget(self) -> Budget:
        """Return a new budget, which starts now."""
        return Budget(self._limits.budget_seconds, self._timing)

    def ask(self, request: Any, about: str, budget: Budget) -> Payload:
        """Return the JSON object that answers an endpoint of `nba_api` made with `get_request=False`.

        `about` names what was asked for in errors. Raises SourceUnavailable when it is not had within the tries
        and the budget: no connection, no answer in time, an error status, or something that is not JSON.
        """
        failed = 0
        while True:
            self._pace.wait(budget)
            try:
                return self._send(request, budget)
            except (requests.RequestException, ValueError) as error:
                failed += 1
                problem = f"{request.endpoint} of {about}: {_said(error)}"
                if failed >= self._limits.tries or not _may_pass(error):
                    raise SourceUnavailable(f"stats.nba.com, {problem} (try {failed})") from error
                delay = back_off_seconds(failed, _told_seconds(error), self._timing.draw())
            log("source.asked_again", problem=problem, after_seconds=round(delay, 1))
            budget.require(delay)
            self._timing.pause(delay)

    def _send(self, request: Any, budget: Budget) -> Payload:
        answer = self._http.send_api_request(
            endpoint=request.endpoint,
            parameters=request.parameters,
            # An empty text is no proxy; None would be whatever the package finds in the environment.
            proxy=self._proxy,
            timeout=max(0.1, min(self._limits.timeout_seconds, budget.left)),
        )
        payload = answer.get_dict()
        if not isinstance(payload, dict):
            raise ValueError("the answer is no JSON object")
        return payload


def _http_client(url: str) -> Any:
    """Return the package's HTTP client with a session, headers and address of its own."""
    headers = {name: value for name, value in NBAStatsHTTP.headers.items() if name not in HEADERS_LEFT_OUT}
    session = requests.Session()
    # The package reads an error page like any answer; the session tells it from one.
    session.hooks["response"].append(lambda answer, *_, **__: answer.raise_for_status())
    members = {
        "base_url": url.rstrip("/").replace("{", "{{").replace("}", "}}") + "/{endpoint}",
        "headers": {**headers, **HEADERS_SET_HERE},
    }
    client: Any = type("Client", (NBAStatsHTTP,), members)
    client.set_session(session)
    return client()


def _status(error: Exception) -> int | None:
    response = error.response if isinstance(error, requests.HTTPError) else None
    return None if response is None else response.status_code


def _may_pass(error: Exception) -> bool:
    """Return whether asking again at once makes sense: not when the site refuses the request itself."""
    status = _status(error)
    return status is None or status in BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _said(error: Exception) -> str:
    status = _status(error)
    if status is not None:
        return f"HTTP {status}; {REFUSED_HINT}" if status in REFUSED else f"HTTP {status}"
    if isinstance(error, requests.Timeout):
        return f"no answer in time; {REFUSED_HINT}"
    if isinstance(error, requests.RequestException) and not isinstance(error, ValueError):
        return f"{type(error).__name__}: {error}"
    return "the answer is no JSON object"


def _told_seconds(error: Exception) -> float:
    """Return the seconds that the answer asks to wait, 0 when it gives none (or a date)."""
    response = error.response if isinstance(error, requests.HTTPError) else None
    told = "" if response is None else response.headers.get(TOLD_HEADER, "")
    return float(told) if told.isdecimal() else 0.0
