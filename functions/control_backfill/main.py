"""control_backfill: what an operator says of a backfill -> shared.service.control_backfill."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import bootstrap
from shared.domain.controls import backfill_control
from shared.service.control_backfill import control_backfill as serve

functions_framework.errorhandler(Exception)(bootstrap.answer_failure)


@functions_framework.cloud_event
def control_backfill(event: CloudEvent) -> None:
    """Acknowledge by returning; raise to have the message delivered again."""
    bootstrap.handle(event, lambda app, message: serve(app, backfill_control(message.body), message.id))
