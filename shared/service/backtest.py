"""How good the predictions were: mean absolute error against the real points, beside two naive forecasts."""

from dataclasses import dataclass
from datetime import date

from shared.domain.errors import InvalidInput
from shared.processors.registry import BACKTEST_SQL
from shared.service.app import App


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """Mean absolute errors in points over `predictions` player games of [start, end]."""

    start: date
    end: date
    predictions: int
    prediction_error: float
    season_mean_error: float
    last_10_mean_error: float

    @property
    def beats_both(self) -> bool:
        """Return whether the prediction is nearer than the season mean and than the last-10 mean."""
        return self.prediction_error < min(self.season_mean_error, self.last_10_mean_error)


def backtest(app: App, start: date, end: date) -> Backtest:
    """Return the errors over a range of played dates. Raises InvalidInput when nothing in it was predicted."""
    (row,) = app.warehouse.query(BACKTEST_SQL, {"start_date": start, "end_date": end})
    if not row["predictions"]:
        raise InvalidInput("START", f"{start} to {end}", "a range with predictions of games that were played")
    return Backtest(start=start, end=end, **row)
