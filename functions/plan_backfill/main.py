"""plan_backfill: an operator's request -> shared.service.plan_backfill."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import bootstrap
from shared.service.plan_backfill import plan_backfill as serve

functions_framework.errorhandler(Exception)(bootstrap.answer_failure)


@functions_framework.cloud_event
def plan_backfill(event: CloudEvent) -> None:
    """Acknowledge by returning; raise to have the message delivered again."""
    bootstrap.handle(event, lambda app, message: serve(app, message.body, message.id))
