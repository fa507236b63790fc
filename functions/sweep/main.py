"""sweep: the scheduler's tick -> shared.service.sweep."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import bootstrap
from shared.domain.envelope import Message
from shared.domain.messages import sweep_request
from shared.service.app import App
from shared.service.sweep import sweep as serve

functions_framework.errorhandler(Exception)(bootstrap.answer_failure)


@functions_framework.cloud_event
def sweep(event: CloudEvent) -> None:
    """Acknowledge by returning; raise to have the message delivered again."""
    bootstrap.handle(event, _serve)


def _serve(app: App, message: Message) -> None:
    sweep_request(message.body)
    serve(app)
