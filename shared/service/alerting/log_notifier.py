"""The notifier where nobody is set up to be told: what would be told is in the log."""

from shared.domain.alerts import Tier
from shared.domain.notices import Notice
from shared.logs import log


class LogNotifier:
    """Logs what it is given."""

    def send(self, tier: Tier, notice: Notice) -> None:
        """Log a notice."""
        log("notice.logged", tier=tier.value, kind=notice.kind.value, incident=notice.incident, rule=notice.rule)
