"""The composition root: one App per process from the environment, and the way a function answers a push.

Each stack's adapters are imported where it is built: a deployed function has no DuckDB, a laptop's run no need
of Google's clients.
"""

import json
import os
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from cloudevents.http import CloudEvent
from flask import Response, g, has_app_context
from werkzeug.exceptions import HTTPException

from shared.adapters.clock import SystemClock
from shared.adapters.landing import FsspecLanding
from shared.adapters.sources.late import LateSource
from shared.adapters.table_schemas import load_table_schemas
from shared.adapters.topology import Topology, load_topology
from shared.adapters.webhook import WebhookNotifier
from shared.config import CLOUD, NBA_STATS, REPOSITORY_ROOT, Config, from_environment
from shared.domain.envelope import Message, envelope_of, id_shown, message_of
from shared.domain.errors import Rejected, SourceUnavailable, StorageUnavailable
from shared.domain.messages import REQUEST_ID_PATTERN
from shared.domain.price import Deployment
from shared.logs import bound, log, log_to_stdout
from shared.ports import Source
from shared.service.app import App
from shared.service.ledger import Ledger, ledger_instance
from shared.service.pages.status_api import BAD_REQUEST, Answer
from shared.service.reject import reject
from shared.tracing import handling

RESPONSE_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
PIPELINE = REPOSITORY_ROOT / "infra" / "pipeline.yaml"

_lock = threading.Lock()
_app: App | None = None


def app() -> App:
    """Return this process's App, built on the first call. Tests replace this one name."""
    global _app
    with _lock:
        if _app is None:
            config = from_environment(os.environ)
            log_to_stdout(config.project)
            _app = open_app(config)
        return _app


def use(built: App) -> App:
    """Make an App this process's, for a runner that has built its own."""
    global _app
    with _lock:
        _app = built
    return built


def open_app(config: Config, *, reading: bool = False, held: tuple[date, date] | None = None) -> App:
    """Return an App on the stack that `config.stack` names; `reading` leaves an embedded warehouse to its owner.

    What is read of an embedded warehouse is the dates `held` alone, once, where they are given.
    """
    return cloud(config) if config.stack == CLOUD else embedded(config, reading=reading, held=held)


def embedded(config: Config, *, reading: bool = False, held: tuple[date, date] | None = None) -> App:
    """Return an App on the embedded stack in `config.home`.

    Raises StorageUnavailable when the folder cannot be made or written.
    """
    from shared.adapters.embedded.bus import SqliteBus
    from shared.adapters.embedded.delivery import Chaos
    from shared.adapters.embedded.store import SqliteStore
    from shared.adapters.embedded.warehouse import DuckDbWarehouse

    home = Path(config.home)
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnavailable(f"LOOKBACK_HOME {home}: {error.strerror}") from error
    clock, folder = SystemClock(), home / "warehouse"
    seed = config.chaos_shuffle_seed if config.chaos_shuffle_seed >= 0 else None
    chaos = Chaos(duplicate=config.chaos_duplicate, shuffle_seed=seed)
    return App(
        config=config,
        bus=SqliteBus(home / "bus.sqlite", topology(), clock, backoff_scale=config.backoff_scale, chaos=chaos),
        ledger=Ledger(SqliteStore(home / "ledger.sqlite")),
        warehouse=DuckDbWarehouse.reader(folder, held=held)
        if reading
        else DuckDbWarehouse(folder, threads=config.warehouse_threads),
        landing=FsspecLanding(config.landing),
        source=source(config),
        clock=clock,
        notifier=WebhookNotifier.of_config(config),
    )


def cloud(config: Config) -> App:
    """Return an App on Pub/Sub, Firestore and BigQuery of `config.project`. Raises StorageUnavailable."""
    from google.auth.exceptions import GoogleAuthError
    from google.cloud import bigquery

    from shared.adapters.gcp.bus import PubSubBus
    from shared.adapters.gcp.store import FirestoreStore
    from shared.adapters.gcp.warehouse import BigQueryWarehouse

    store = FirestoreStore.of_project(config.project, call_seconds=config.call_seconds)
    try:
        client = bigquery.Client(project=config.project, location=config.region)
    except GoogleAuthError as error:
        raise StorageUnavailable(f"project {config.project}: {error}") from error
    return App(
        config=config,
        bus=PubSubBus(config.project, topology(), call_seconds=config.call_seconds),
        ledger=Ledger(store),
        warehouse=BigQueryWarehouse(client, config, instance=lambda: ledger_instance(store, lambda: uuid.uuid4().hex)),
        landing=FsspecLanding(config.landing),
        source=source(config),
        clock=SystemClock(),
        notifier=WebhookNotifier.of_config(config),
        usage=lambda: {f"ledger_{name}": value for name, value in asdict(store.tally).items()},
    )


@cache
def topology() -> Topology:
    """Return the declared topics, subscriptions and functions, read once."""
    return load_topology(PIPELINE)


def deployment() -> Deployment:
    """Return what prices depend on of the declared topology and tables."""
    declared, schemas = topology(), load_table_schemas()
    declared_schemas = (*schemas.tables.values(), *schemas.landing.values())
    return Deployment(
        subscribers={
            topic: [subscription.function for subscription in found] for topic, found in declared.by_topic().items()
        },
        instances={name: function.instance() for name, function in declared.functions.items()},
        columns={schema.name: schema.column_bytes() for schema in declared_schemas},
    )


def source(config: Config) -> Source:
    """Return the source that Phase 1 scrapes."""
    if config.source == "archive":
        from shared.adapters.sources.archive import ArchiveSource

        return ArchiveSource(config.archive)
    if config.source == NBA_STATS:
        return LateSource(lambda: _nba_stats(config))
    from shared.adapters.sources.synthetic import SyntheticSource

    return SyntheticSource(seed=config.synthetic_seed)


def _nba_stats(config: Config) -> Source:
    try:
        from shared.adapters.sources.nba_stats import NbaStatsSource
    except ModuleNotFoundError as error:
        raise SourceUnavailable(f"the source nba_stats needs the extra nba-stats of this package: {error}") from error
    return NbaStatsSource.of_config(config)


def handle(event: CloudEvent, serve: Callable[[App, Message], object]) -> None:
    """Serve one push: return to acknowledge, also what can never succeed; raise to have it delivered again.

    What can never succeed is recorded under `rejections/` and alerted before it is acknowledged.
    """
    if has_app_context():
        g.taken_in = True
    serving, source, envelope = app(), str(event["source"]), envelope_of(event.data)
    began_at, began, outcome = serving.clock.now(), time.perf_counter(), "retried"
    about = {"topic": source.rpartition("/")[2], "message_id": id_shown(envelope), "backfill_id": ""}
    with bound(about):
        try:
            message = message_of(envelope)
            about["backfill_id"] = _backfill_id(message.body)
            with handling(message.attributes, about["backfill_id"], message.id) as span:
                about |= span.fields()
                serve(serving, message)
            outcome = "done"
        except Rejected as error:
            reject(serving, source, event.data, error)
            outcome = "rejected"
        finally:
            log(
                "message.handled",
                outcome=outcome,
                published_at=envelope.get("publishTime", ""),
                began_at=began_at.isoformat(),
                seconds=round(time.perf_counter() - began, 4),
                **serving.usage(),
            )


def answer_failure(error: Exception) -> Response | HTTPException:
    """Return the answer to a request that the framework could not read, 400; raise, for a 5xx, what a function raised.

    The framework fails on some bodies that are no push, and tells all it was sent, headers included, of others.
    """
    if isinstance(error, HTTPException) and error.code != BAD_REQUEST:
        return error
    if g.get("taken_in"):
        raise error
    log("push.unreadable", error=type(error).__name__)
    return Response("not a Pub/Sub push\n", BAD_REQUEST, RESPONSE_HEADERS, content_type="text/plain")


def respond(answered: Answer) -> Response:
    """Return a status and a JSON body as an HTTP response that nobody caches, sniffs or frames."""
    code, body = answered
    return Response(json.dumps(body), code, RESPONSE_HEADERS, content_type="application/json")


def _backfill_id(body: Mapping[str, Any]) -> str:
    """Return the backfill that a message is about, empty for the daily path; nothing has checked the body yet."""
    named = body.get("backfill_id") or body.get("request_id")
    return named if isinstance(named, str) and REQUEST_ID_PATTERN.fullmatch(named) else ""
