"""process_raw: a completion or request of one unit -> shared.service.process_raw."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import bootstrap
from shared.domain.messages import unit_hint
from shared.service.process_raw import process_raw as serve

functions_framework.errorhandler(Exception)(bootstrap.answer_failure)


@functions_framework.cloud_event
def process_raw(event: CloudEvent) -> None:
    """Acknowledge by returning; raise to have the message delivered again."""
    bootstrap.handle(event, lambda app, message: serve(app, unit_hint(message.body)))
