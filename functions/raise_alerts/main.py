"""raise_alerts: the scheduler's tick -> shared.service.raise_alerts."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import bootstrap
from shared.domain.envelope import Message
from shared.domain.messages import sweep_request
from shared.service.app import App
from shared.service.raise_alerts import raise_alerts as serve

functions_framework.errorhandler(Exception)(bootstrap.answer_failure)


@functions_framework.cloud_event
def raise_alerts(event: CloudEvent) -> None:
    """Acknowledge by returning; raise to have the message delivered again."""
    bootstrap.handle(event, _serve)


def _serve(app: App, message: Message) -> None:
    sweep_request(message.body)
    serve(app)
