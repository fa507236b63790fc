"""The command lines that outputs suggest to the operator."""

import os
from collections.abc import Iterable
from datetime import date

from shared.config import from_environment
from shared.domain.messages import SCENARIO_FROM_PHASE, BackfillRequest, Scenario
from shared.domain.policy import EarlySeason


def command(words: str, home: str) -> str:
    """Return a command line on a folder: `backfill run`, with `--home` where the environment names another."""
    return f"backfill {words}" if home == from_environment(os.environ).home else f"backfill {words} --home {home}"


def request_command(request: BackfillRequest, accept: Iterable[date] = ()) -> str:
    """Return the `backfill request` line that asks for the same, accepting further dates as missing."""
    words = ["backfill", "request"]
    if request.dates:
        words += [f"--date {day}" for day in request.dates]
    else:
        words += [str(request.start_date), str(request.end_date)]
    if request.scenario is not Scenario.FILL:
        words.append(f"--scenario {request.scenario}")
    if request.from_phase != SCENARIO_FROM_PHASE[request.scenario]:
        words.append(f"--from-phase {request.from_phase}")
    if request.to_phase != 5:
        words.append(f"--to-phase {request.to_phase}")
    policy = request.policy
    if policy.max_lookback_days is not None:
        words.append(f"--max-lookback-days {policy.max_lookback_days}")
    if policy.min_coverage < 1:
        words.append(f"--min-coverage {policy.min_coverage:g}")
    if policy.early_season is not EarlySeason.DEGRADE:
        words.append(f"--early-season {policy.early_season}")
    words += [f"--accept-missing {day}" for day in sorted({*policy.accept_missing, *accept})]
    words += [f"--processor {name}" for name in request.processors]
    return " ".join([*words, "--force"] if request.force else words)
