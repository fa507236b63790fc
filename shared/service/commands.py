"""The command lines that answers suggest to the operator: each is one that can be pasted as it is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from shared.config import EMBEDDED, Config
from shared.domain.backfills import Backfill
from shared.domain.controls import ControlAction, fits
from shared.domain.errors import InvalidInput
from shared.domain.messages import LAST_PHASE, SCENARIO_FROM_PHASE, BackfillRequest, Scenario
from shared.domain.policy import EarlySeason
from shared.domain.staleness import HISTORY_ARRIVED
from shared.service.stale import LOGIC, Stale

SWEEP: Final = "gcloud pubsub topics publish sweep --message='{\"version\": 1}'"


def drive(config: Config) -> str:
    """Return the command that has what is due, or was lost, run now; harmless where a run is on."""
    return "backfill run" if config.stack == EMBEDDED else SWEEP


def fill(day: date, to_phase: int = LAST_PHASE) -> str:
    """Return the command that asks for a date up to a phase."""
    return f"backfill request {day}{f' --to-phase {to_phase}' if to_phase != LAST_PHASE else ''}"


def way_on(backfill: Backfill) -> str:
    """Return the command that retries what failed of a backfill, or that makes it one which can be retried."""
    try:
        ended = fits(ControlAction.RETRY, backfill)
    except InvalidInput:
        return f"backfill resume {backfill.id}"
    return f"backfill retry {backfill.id}" if ended else f"backfill watch {backfill.id}"


def stale_commands(found: Sequence[Stale]) -> list[str]:
    """Return the lines that have it run again: a fill for what moved, a reprocess of the processor for the rest."""
    lines = []
    moved = [each for each in found if not each.cause.startswith((LOGIC, HISTORY_ARRIVED))]
    if moved:
        days = [each.game_date for each in moved]
        first = min(each.phase for each in moved)
        lines.append(f"backfill request {min(days)} {max(days)} --from-phase {first}")
    asked: dict[str, list[Stale]] = defaultdict(list)
    for each in found:
        if each not in moved:
            asked[each.processor].append(each)
    for name, group in sorted(asked.items()):
        days, phase = [each.game_date for each in group], group[0].phase
        lines.append(f"backfill reprocess {min(days)} {max(days)} --from-phase {phase} --processor {name}")
    return lines


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
