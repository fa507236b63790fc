"""`make chaos`: a month's backfill on real processes that are killed, frozen, cut off and starved, again and again.

Each run has a seed, which draws the faults. Exit code 0 when every run ends as the one without faults does, else 1.
"""

import argparse
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from rich.table import Table

from shared.cli.output import say
from tests.chaos.faults import Kind
from tests.chaos.run import Run, Trial, reference, run
from tests.chaos.warehouses import EMBEDDED, WAREHOUSES
from tests.rehearsal.compare import DIFFERENCES_SHOWN
from tests.rehearsal.drive import NotFinished

STACKS = {
    EMBEDDED: "Google's Pub/Sub and Firestore emulators, functions as processes, the embedded warehouse as a service",
    "bigquery": "Google's Pub/Sub and Firestore emulators, functions as processes, the BigQuery emulator",
}
INTERRUPTED = 128 + signal.SIGTERM
# Faults by what they strike, as the table has them side by side.
COLUMNS = {
    "killed frozen unheard": (Kind.KILL, Kind.FREEZE, Kind.ANSWER_LOST),
    "Pub/Sub killed": (Kind.PUBSUB,),
    "store slow cut restarted": (Kind.STORE_SLOW, Kind.STORE_CUT, Kind.STORE_RESTARTED),
    "warehouse slow cut killed": (Kind.WAREHOUSE_SLOW, Kind.WAREHOUSE_CUT, Kind.WAREHOUSE_KILLED),
    "disk full": (Kind.DISK_FULL,),
}


def main() -> int:
    """Run what the arguments ask for; return the exit code."""
    asked = _arguments()
    # Whoever is asked to end takes down the servers and the disk that it set up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(INTERRUPTED))
    folder = Path(tempfile.mkdtemp(prefix="lookback-chaos-"))
    faultless, request = reference(folder / "faultless", asked.days)
    say(f"Stack: {STACKS[asked.warehouse]}.")
    say(f"{asked.days} game dates, {request.start_date} to {request.end_date}, Phases 1-5. Logs: {folder}")
    runs: list[Run] = []
    unfinished = 0
    for seed in range(asked.seed, asked.seed + asked.runs):
        home = folder / f"run-{seed}"
        try:
            done = run(home, Trial(seed=seed, warehouse=asked.warehouse), faultless, request)
        except NotFinished as error:
            unfinished += 1
            say(f"seed {seed}: not finished: {error}")
            continue
        runs.append(done)
        say(line_of(done), *(f"  {line}" for line in done.judgement.differences[:DIFFERENCES_SHOWN]))
        if not done.judgement.differences:
            shutil.rmtree(home)
    say(table_of(runs))
    found = sum(len(each.judgement.differences) for each in runs) + unfinished
    say(f"{len(runs) + unfinished} runs, {found} differences.")
    return 1 if found else 0


def line_of(done: Run) -> str:
    """Return a run in one line."""
    faults = ", ".join(f"{count} {kind}" for kind, count in sorted(done.by_kind.items()))
    judged = done.judgement
    return (
        f"seed {done.seed}: {done.seconds:.0f} s, {len(done.struck)} faults ({faults}); {judged.attempts} attempts, "
        f"{judged.silent} never ended by their holder; {judged.letters} dead letters, {done.turns} turns of an "
        f"operator; {judged.rows} rows compared, {len(judged.differences)} differences"
    )


def table_of(runs: list[Run]) -> Table:
    """Return the runs as a table, faults by what they strike."""
    table = Table("seed", "seconds", *COLUMNS, "attempts", "silent", "letters", "operator", "differences")
    for each in runs:
        struck = (" ".join(str(each.by_kind[kind]) for kind in kinds) for kinds in COLUMNS.values())
        judged = each.judgement
        ends = (judged.attempts, judged.silent, judged.letters, each.turns, len(judged.differences))
        table.add_row(str(each.seed), f"{each.seconds:.0f}", *struck, *map(str, ends))
    return table


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="how many runs (default: 20)")
    parser.add_argument("--seed", type=int, default=1, help="the first run's seed, each next one's is one higher")
    parser.add_argument("--days", type=int, default=30, help="how many of the season's first game dates (default: 30)")
    parser.add_argument("--warehouse", choices=tuple(WAREHOUSES), default=EMBEDDED)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
