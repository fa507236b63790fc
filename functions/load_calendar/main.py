"""load_calendar: a season to load -> shared.service.load_calendar."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import bootstrap
from shared.domain.messages import calendar_request
from shared.service.load_calendar import load_calendar as serve

functions_framework.errorhandler(Exception)(bootstrap.answer_failure)


@functions_framework.cloud_event
def load_calendar(event: CloudEvent) -> None:
    """Acknowledge by returning; raise to have the message delivered again."""
    bootstrap.handle(event, lambda app, message: serve(app, calendar_request(message.body)))
