"""process_analytics as it is deployed, but for one date (FAULTY_DATE) on which it always raises."""

import os
from dataclasses import replace
from datetime import date

from functions.process_analytics.main import process_analytics
from shared.domain.units import Unit
from shared.service import process_analytics as service
from shared.service.app import App
from shared.service.attempt import Inputs, Prepared

__all__ = ["process_analytics"]

FAULTY = date.fromisoformat(os.environ["FAULTY_DATE"])
_prepare = service.STEP.prepare


def raising(app: App, unit: Unit, inputs: Inputs) -> Prepared:
    """Raise on the faulty date; prepare every other one."""
    if unit.game_date == FAULTY:
        raise RuntimeError("planted: this date cannot be analysed")
    return _prepare(app, unit, inputs)


service.STEP = replace(service.STEP, prepare=raising)
