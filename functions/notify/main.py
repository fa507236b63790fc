"""notify: a notice that is to be delivered -> shared.service.notify."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import bootstrap
from shared.domain.messages import alert
from shared.service.notify import notify as serve

functions_framework.errorhandler(Exception)(bootstrap.answer_failure)


@functions_framework.cloud_event
def notify(event: CloudEvent) -> None:
    """Acknowledge by returning; raise to have the message delivered again."""
    bootstrap.handle(event, lambda app, message: serve(app, alert(message.body)))
