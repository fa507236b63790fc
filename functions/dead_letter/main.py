"""dead_letter: a message whose deliveries were spent -> shared.service.dead_letter."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import bootstrap
from shared.service.dead_letter import SOURCE_ATTRIBUTE
from shared.service.dead_letter import dead_letter as serve

functions_framework.errorhandler(Exception)(bootstrap.answer_failure)


@functions_framework.cloud_event
def dead_letter(event: CloudEvent) -> None:
    """Acknowledge by returning; raise to have the message delivered again."""
    bootstrap.handle(
        event, lambda app, message: serve(app, message.body, message.attributes.get(SOURCE_ATTRIBUTE, ""), message.id)
    )
