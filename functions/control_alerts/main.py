"""control_alerts: what an operator says of alerts -> shared.service.control_alerts."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import bootstrap
from shared.domain.alert_controls import alert_control
from shared.service.control_alerts import control_alerts as serve

functions_framework.errorhandler(Exception)(bootstrap.answer_failure)


@functions_framework.cloud_event
def control_alerts(event: CloudEvent) -> None:
    """Acknowledge by returning; raise to have the message delivered again."""
    bootstrap.handle(event, lambda app, message: serve(app, alert_control(message.body), message.id))
