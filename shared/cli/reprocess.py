"""`backfill reprocess`: redo dates after a data fix or a change of logic, and what it reaches."""

from shared.cli import options, request
from shared.cli.options import request_body
from shared.domain.messages import Scenario

TARGET_PHASE = 4


def reprocess(
    start: options.MaybeStart = None,
    end: options.MaybeEnd = None,
    *,
    dates: options.Dates = None,
    from_phase: options.FromPhase = None,
    to_phase: options.ToPhase = None,
    processors: options.Processors = None,
    force: options.Force = False,
    no_cascade: request.NoCascade = False,
    request_id: request.RequestId = None,
    reason: request.Reason = None,
    requested_by: request.RequestedBy = None,
    dry_run: request.DryRun = False,
    over_quota: request.OverQuota = False,
    wait: request.Wait = False,
    run: request.Run = False,
    json: options.Json = False,
    home: options.Home = None,
) -> None:
    """Redo dates from Phase 2 (landing files corrected), or from the phase named, and the targets a change reaches.

    What follows the first phase is run only where something it reads has changed; --force runs all of it.

    Example: backfill reprocess 2024-11-15 --reason "box score corrected"
    """
    scenario = Scenario.DOWNSTREAM if (from_phase or 0) >= TARGET_PHASE else Scenario.REPROCESS
    what = {"dates": dates, "scenario": scenario.value, "from_phase": from_phase, "to_phase": to_phase, "force": force}
    about = {"request_id": request_id, "reason": reason, "requested_by": requested_by, "over_quota": over_quota}
    cascade = {"cascade": False} if no_cascade else {}
    body = cascade | request_body(start, end, **what, processors=processors, **about)
    request.ask(body, home, json=json, dry_run=dry_run, then=request.then_of(run=run, wait=wait))
