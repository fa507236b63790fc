"""predict: a completion or request of one unit -> shared.service.predict."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import bootstrap
from shared.domain.messages import unit_hint
from shared.service.predict import predict as serve

functions_framework.errorhandler(Exception)(bootstrap.answer_failure)


@functions_framework.cloud_event
def predict(event: CloudEvent) -> None:
    """Acknowledge by returning; raise to have the message delivered again."""
    bootstrap.handle(event, lambda app, message: serve(app, unit_hint(message.body)))
